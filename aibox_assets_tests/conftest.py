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
from aibox_assets.stores import database

# TRUNCATE makes new files for every table and its indexes, which takes longer than most tests.
_EMPTY = """
SET LOCAL session_replication_role = replica;
DO $$
DECLARE
    name text;
    used boolean;
BEGIN
    FOR name IN SELECT 'aibox.' || quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'aibox' AND tablename <> 'alembic_version'
    LOOP
        IF name ~ '^aibox.vectors_' THEN
            EXECUTE 'DROP TABLE ' || name;
        ELSIF pg_relation_size(name) > 1000000 THEN
            EXECUTE 'TRUNCATE ' || name || ' CASCADE';
        ELSE
            EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO used;
            IF used THEN EXECUTE 'DELETE FROM ' || name; END IF;
        END IF;
    END LOOP;
    PERFORM setval(('aibox.' || quote_ident(sequencename))::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'aibox' AND last_value IS NOT NULL;
END $$"""

pytest_plugins = ["aibox_assets_tests.stores.graph_servers"]


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SQLAlchemy URL of a migrated database that the session's tests share; ``engine`` empties it."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        url = with_driver(url, "psycopg")
        let_power_fail(url)
        database.migrate(url)
        yield url


def let_power_fail(url: str) -> None:
    """Have a throw-away server wait for no disk: what is killed here are processes, never the machine."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    engine.dispose()


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
        connection.exec_driver_sql(_EMPTY)
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
