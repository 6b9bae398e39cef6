"""A platform of which only what things are asked of is there: the graph, and Postgres beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine

from aibox_assets.domain.resolve import Join
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.grants import GrantStore
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.listing import FileList
from aibox_assets.stores.locks import graph_write_lock
from aibox_assets.stores.names import NameStore
from aibox_assets.stores.places import PlaceStore
from aibox_assets_tests.stores.graph_files import Said, file_graph
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, empty
from aibox_assets_tests.stores.work_files import add, new_lifecycle


@contextmanager
def graph_platform(engine: Engine, address: GraphAddress) -> Iterator[Any]:
    """Files ``a`` and ``c`` of Alice and ``b`` of Bob, with nothing in them yet."""
    lifecycle = new_lifecycle(engine, "a", "c", owner="alice")
    add(lifecycle, "b", owner="bob")
    empty(address)
    grants = GrantStore(engine)
    with GraphStore(address, graph_write_lock(engine), readers=grants.readers) as graph:
        graph.ensure_schema(RELATION_TYPES)
        yield SimpleNamespace(
            graph=graph,
            grants=grants,
            files=FileStore(engine),
            listing=FileList(engine),
            names=NameStore(engine),
            places=PlaceStore(engine),
        )
    empty(address)  # other tests of the session take the graph as they find it


def write(platform: Any, owner: str, file_id: str, *said: Said, joins: tuple[Join, ...] = ()) -> None:
    """Put a file of one chunk into the graph, with what it shows of names."""
    platform.names.replace_files({file_id: joins})
    platform.graph.replace_files([replace(file_graph(file_id, list(said)), user_id=owner)])
