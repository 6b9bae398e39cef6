"""Searches that name several things, over a graph and without one; the vectors are given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from aibox_assets.domain.filters import Filters
from aibox_assets.domain.resolve import Join
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.search import search
from aibox_assets.services.walks import find_near
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.services.platforms import make_platform, store_texts
from aibox_assets_tests.stores.graph_files import Said, file_graph
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, empty

pytestmark = pytest.mark.integration
ASKED = "What links Jane Wu with Bob Lee?"
TEXTS: dict[str, tuple[str, Said]] = {
    "a": ("She joined the mill.", ("Person", "Jane Wu", "LEADS", "Organization", "Cork Mills")),
    "b": ("He left the mill.", ("Person", "Bob Lee", "LEADS", "Organization", "Cork Mills")),
    "c": ("She plays chess.", ("Person", "Jane Wu", "LEADS", "Organization", "Chess Club")),
    "d": ("He sails.", ("Person", "Bob Lee", "LEADS", "Organization", "Harbor")),
}


@pytest.fixture
def platform(engine: Engine, graph_address: GraphAddress, tmp_path: Path) -> Iterator[Platform]:
    empty(graph_address)
    server = {"NEO4J_URI": graph_address.uri, "NEO4J_USER": graph_address.user}
    made = make_platform(engine, tmp_path, NEO4J_PASSWORD=graph_address.password, **server)
    made.graph.ensure_schema(RELATION_TYPES)
    for key, (text, said) in TEXTS.items():
        _add(made, key, text, said)
    yield made
    made.graph.close()
    empty(graph_address)


def _add(platform: Any, key: str, text: str, said: Said, owner: str = "ann") -> None:
    store_texts(platform, key, text, user=owner)
    entry = file_graph(key, [said])
    mentions = tuple(replace(each, chunk_id=f"{key}:{text}") for each in entry.mentions)
    entry = replace(entry, user_id=owner, chunks=((f"{key}:{text}", 0),), mentions=mentions, triples=())
    platform.graph.replace_files([entry])


def test_texts_that_meet_in_a_third_thing_come_first(platform: Platform) -> None:
    found = search(platform, OPERATOR, ASKED)
    assert {each.passage.file_id for each in found[:2]} == {"a", "b"}
    assert "Cork Mills" in found[0].through
    assert found[0].score == found[1].score > found[-1].score


def test_one_thing_makes_no_walk(platform: Platform) -> None:
    assert find_near(platform, OPERATOR, "Who is Jane Wu?") == {}
    assert find_near(platform, OPERATOR, "What links Jane Wu with Nobody Atall?") == {}
    assert find_near(platform, OPERATOR, "What links Jane Wu with JANE WU?") == {}


def test_a_walk_is_over_what_its_viewer_sees(platform: Platform) -> None:
    assert find_near(platform, Viewer("eve"), ASKED) == {}
    _add(platform, "e", "Not hers.", ("Person", "Bob Lee", "LEADS", "Organization", "Cork Mills"), "eve")
    assert find_near(platform, Viewer("eve"), ASKED) == {}
    assert all(each.passage.file_id != "e" for each in search(platform, Viewer("ann"), ASKED))


def test_filters_hold_for_what_a_walk_finds(platform: Platform) -> None:
    found = search(platform, OPERATOR, ASKED, Filters(file_ids=["a", "d"]))
    assert {each.passage.file_id for each in found} <= {"a", "d"}
    assert found[0].passage.file_id == "a"


def test_names_that_are_one_thing_count_as_one(platform: Platform) -> None:
    _add(platform, "e", "The boss.", ("Person", "Wu", "LEADS", "Organization", "Harbor"))
    assert "e:The boss." not in find_near(platform, OPERATOR, ASKED)
    platform.names.replace_files({"e": [Join("Person:wu", "Person:jane wu", 0.9, "short name")]})
    near = find_near(platform, OPERATOR, ASKED)
    assert near["e:The boss."].nearness > near["c:She plays chess."].nearness


def test_names_that_a_person_joined_count_as_one(platform: Platform) -> None:
    _add(platform, "e", "The boss.", ("Person", "Madame", "LEADS", "Organization", "Harbor"))
    platform.names.decide("Person:madame", "Person:jane wu", True, Viewer("ann"), "ann")
    assert "e:The boss." in find_near(platform, Viewer("ann"), ASKED)
    assert "e:The boss." not in find_near(platform, Viewer("bob"), ASKED)


def test_without_a_graph_a_search_goes_on(engine: Engine, platform: Platform, tmp_path: Path) -> None:
    away = make_platform(engine, tmp_path, NEO4J_URI="bolt://127.0.0.1:1", NEO4J_PASSWORD="x")
    none = make_platform(engine, tmp_path)
    for each in (away, none):
        assert find_near(each, OPERATOR, ASKED) == {}
        assert search(each, OPERATOR, "mill Jane")
    away.graph.close()
