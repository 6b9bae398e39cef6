"""Real servers for the whole session: Postgres with pgvector, and Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import redis
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.local.embedded import running_postgres, running_redis
from aibox_assets.settings import with_driver
from aibox_assets.stores import database, tables

pytest_plugins = ["aibox_assets_tests.stores.graph_servers"]


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SQLAlchemy URL of a migrated database that the session's tests share; ``engine`` empties it."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        url = with_driver(url, "psycopg")
        database.migrate(url)
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis that the session's tests share; ``clean_redis_url`` empties it."""
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """Connections to the migrated database, with all tables empty."""
    engine = database.connect(postgres_url)
    with engine.begin() as connection:
        names = ", ".join(table.fullname for table in tables.metadata.sorted_tables)
        connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        for table in connection.scalars(
            sa.text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'vectors\\_%'")
        ).all():
            connection.execute(sa.text(f"DROP TABLE aibox.{table}"))
    yield engine
    engine.dispose()


@pytest.fixture
def new_database_url(postgres_url: str) -> Iterator[Callable[[], str]]:
    """Makes databases without anything in them, and drops them after the test."""
    engine = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        made.append(f"test_{uuid4().hex}")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {made[-1]} TEMPLATE template0"))
        return engine.url.set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with engine.connect() as connection:
        for name in made:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def clean_redis_url(redis_url: str) -> str:
    """The URL of the session's Redis, emptied."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[str]:
    """A Redis of the test's own, for tests that take it away."""
    with running_redis(tmp_path) as url:
        yield url
