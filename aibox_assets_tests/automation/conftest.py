"""A platform on real servers, and Dagster's storage in memory: what the sensors decide on, without a daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance
from sqlalchemy import Engine

from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.stores.graph_servers import empty


@pytest.fixture(scope="session")
def graph_address(start_graph: Callable[[str], GraphAddress]) -> GraphAddress:
    """The embedded server alone: what a sensor decides is the same on each, and the store is tested on all."""
    return start_graph("embedded")


@pytest.fixture
def platform(
    engine: Engine, postgres_url: str, clean_redis_url: str, graph_address: GraphAddress, tmp_path: Path
) -> Iterator[Platform]:
    """A home of its own in *tmp_path*, on the session's servers."""
    empty(graph_address)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    made = Platform(
        Settings(
            **{  # type: ignore[arg-type]  # by alias
                "AIBOX_HOME": tmp_path,
                "AIBOX_SETTLE_SECONDS": 0,
                "AIBOX_BATCH_FILES": 32,
                "DATABASE_URL": postgres_url,
                "REDIS_URL": clean_redis_url,
                "NEO4J_URI": graph_address.uri,
                "NEO4J_USER": graph_address.user,
                "NEO4J_PASSWORD": graph_address.password,
                "NEO4J_DATABASE": graph_address.database,
            }
        )
    )
    yield made
    made.views.close()
    made.graph.close()
    made.engine.dispose()


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """An empty Dagster instance."""
    with DagsterInstance.ephemeral() as made:
        yield made
