"""Answers of the graph name files where they are now."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.services.graph import find_relations
from aibox_assets.stores.graph_records import GraphRelation, Page


def relation(file_id: str, path: str) -> GraphRelation:
    ends = ("Ann", "Person", "ann", "LEADS", "Acme", "Organization", "acme")
    return GraphRelation(*ends, 0.9, file_id, path, "c1", ("c1",), "Ann leads Acme.", 0, 15)


def test_a_file_that_moved_is_named_by_its_present_path() -> None:
    asked: list[set[str]] = []

    def display_paths(ids: set[str]) -> dict[str, str]:
        asked.append(ids)
        return {"moved": "amy/new.txt"}

    found = [
        relation("moved", "amy/old.txt"),
        relation("moved", "amy/old.txt"),
        relation("gone", "bob/a.txt"),
    ]
    platform: Any = SimpleNamespace(
        graph=SimpleNamespace(named=lambda *_: [], relations_of=lambda *_, **__: Page(tuple(found))),
        files=SimpleNamespace(display_paths=display_paths),
    )
    paths = [each.path for each in find_relations(platform, OPERATOR, "Ann", 10)]
    assert paths == ["amy/new.txt", "amy/new.txt", "bob/a.txt"]
    assert asked == [{"moved", "gone"}], "one look-up for all"
