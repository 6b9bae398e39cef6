"""Sharing changes Postgres and the graph together, or neither."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.viewer import EVERYONE, Viewer
from aibox_assets.local.process import free_port
from aibox_assets.services.sharing import CannotShareError, share_file, unshare_file
from aibox_assets.stores.accounts import AccountStore, Role
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.grants import GrantStore
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.locks import graph_write_lock
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, file_graph
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, empty
from aibox_assets_tests.stores.work_files import new_lifecycle

CAROL = Viewer("carol")


@pytest.fixture
def platform(engine: Engine, graph_address: GraphAddress) -> Any:
    """Alice's files ``a`` and ``b`` in both stores, and an account ``carol``."""
    new_lifecycle(engine, "a", "b", owner="alice")
    accounts, grants = AccountStore(engine), GrantStore(engine)
    accounts.put("carol", Role.READER, None)
    empty(graph_address)
    graph = GraphStore(graph_address, graph_write_lock(engine), readers=grants.readers)
    graph.ensure_schema(RELATION_TYPES)
    graph.replace_files([replace(file_graph(id_, [WU_FOUNDED_ACME]), user_id="alice") for id_ in ("a", "b")])
    yield SimpleNamespace(graph=graph, grants=grants, accounts=accounts, files=FileStore(engine))
    graph.close()
    empty(graph_address)


def seen(platform: Any, viewer: Viewer = CAROL) -> int:
    """How many files show the viewer an entity."""
    described = platform.graph.describe(viewer, ["Organization:acme"])
    return sum(entity.files for entity in described.values())


def away(platform: Any, engine: Engine) -> Any:
    """The platform while its graph is away."""
    address = GraphAddress(f"bolt://127.0.0.1:{free_port()}", "u", "p")
    graph = GraphStore(address, graph_write_lock(engine), readers=platform.grants.readers, retry_seconds=0)
    return SimpleNamespace(**{**vars(platform), "graph": graph})


def test_a_file_is_shared_and_taken_back_any_number_of_times(platform: Any) -> None:
    for _ in range(2):
        share_file(platform, "a", "carol", "alice")
        assert platform.grants.readers(["a", "b"]) == {"a": ["carol"]}
        assert seen(platform) == 1
    share_file(platform, "a", EVERYONE, "alice")
    share_file(platform, "b", EVERYONE, "alice")
    assert (seen(platform), seen(platform, Viewer("dan"))) == (2, 2)
    for _ in range(2):
        unshare_file(platform, "a", EVERYONE)
        assert (seen(platform), seen(platform, Viewer("dan"))) == (2, 1)
    unshare_file(platform, "a", "carol")
    unshare_file(platform, "b", EVERYONE)
    unshare_file(platform, "never-there", "carol")
    assert platform.grants.readers(["a", "b"]) == {}
    assert seen(platform) == 0


def test_a_file_made_anew_keeps_its_readers(platform: Any) -> None:
    share_file(platform, "a", "carol", "alice")
    platform.graph.replace_files([file_graph("a", [WU_FOUNDED_ACME], version="2")])
    assert seen(platform) == 1
    platform.graph.delete_files(["a"])
    platform.graph.replace_files([file_graph("a", [WU_FOUNDED_ACME])])
    assert seen(platform) == 1


def test_a_file_that_is_shared_before_it_is_in_the_graph(platform: Any) -> None:
    platform.graph.delete_files(["a"])
    share_file(platform, "a", "carol", "alice")
    assert seen(platform) == 0
    platform.graph.replace_files([file_graph("a", [WU_FOUNDED_ACME])])
    assert seen(platform) == 1


def test_nothing_is_shared_nor_taken_back_while_the_graph_is_away(platform: Any, engine: Engine) -> None:
    share_file(platform, "b", "carol", "alice")
    broken = away(platform, engine)
    attempts: list[Callable[[], None]] = [
        lambda: share_file(broken, "a", "carol", "alice"),
        lambda: unshare_file(broken, "b", "carol"),
    ]
    for attempt in attempts:
        with pytest.raises(StoreUnavailableError, match="graph server"):
            attempt()
        assert platform.grants.readers(["a", "b"]) == {"b": ["carol"]}
        assert seen(platform) == 1


def test_a_grant_whose_graph_fails_at_the_last_moment_is_taken_back(
    platform: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = platform.graph.set_readers

    def failing(readers: Any, *, guard: Callable[[], None]) -> None:
        def then_fail() -> None:
            guard()
            raise StoreUnavailableError("The graph server went away.")

        original(readers, guard=then_fail)

    monkeypatch.setattr(platform.graph, "set_readers", failing)
    with pytest.raises(StoreUnavailableError):
        share_file(platform, "a", "carol", "alice")
    assert platform.grants.readers(["a"]) == {}
    assert seen(platform) == 0


def test_unknown_files_and_accounts_are_refused(platform: Any) -> None:
    with pytest.raises(CannotShareError, match="no file"):
        share_file(platform, "nothing", "carol", "alice")
    with pytest.raises(CannotShareError, match="no account"):
        share_file(platform, "a", "dan", "alice")
