"""What a search reads around the things that a question names, on each graph server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import GraphAddress, Part
from aibox_assets_tests.stores.graph_files import Said, file_graph
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, empty, unshared_lock

ALICE = Viewer("alice")
BUSH, BUSH_TOO = "Person:george w. bush", "Person:george w bush"
WU_LEADS_ACME: Said = ("Person", "Jane Wu", "LEADS", "Organization", "Acme")
LEE_LEADS_ACME: Said = ("Person", "Bob Lee", "LEADS", "Organization", "Acme")
BUSHES: Said = ("Person", "George W. Bush", "LEADS", "Person", "George W Bush")
MET: Said = ("Person", "Bob Lee", "FOUNDED", "Date", "2020")
WU, LEE, ACME = "Person:jane wu", "Person:bob lee", "Organization:acme"


@pytest.fixture
def store(graph_address: GraphAddress) -> Iterator[GraphStore]:
    empty(graph_address)
    with GraphStore(graph_address, unshared_lock()) as made:
        made.ensure_schema(RELATION_TYPES)
        made.replace_files(
            [
                file_graph("a", [WU_LEADS_ACME], [MET]),
                file_graph("c", [BUSHES]),
                replace(file_graph("b", [LEE_LEADS_ACME, MET]), user_id="bob"),
            ]
        )
        yield made


def test_names_are_known_in_any_spelling_and_with_all_that_share_their_form(store: GraphStore) -> None:
    found = store.known(["jane  WU", "George W. Bush", "Nobody", "2020"])
    assert {name: sorted(keys) for name, things in found.items() for keys in things.values()} == {
        "jane  WU": [WU],
        "George W. Bush": [BUSH_TOO, BUSH],
    }


def test_what_stands_around_is_what_several_chunks_name(store: GraphStore) -> None:
    found = store.around(OPERATOR, {WU: [Part(WU)], LEE: [Part(LEE)], "none": [Part("Person:x")]})
    assert found.counts == {
        WU: {"a:0": 1},
        LEE: {"a:1": 1, "b:0": 2},
        "none": {},
        ACME: {"a:0": 1, "b:0": 1},
    }
    assert found.names == {WU: "Jane Wu", LEE: "Bob Lee", "none": "none", ACME: "Acme"}


def test_a_viewer_walks_over_what_it_sees_alone(store: GraphStore) -> None:
    found = store.around(ALICE, {WU: [Part(WU)], LEE: [Part(LEE)]})
    assert found.counts == {WU: {"a:0": 1}, LEE: {"a:1": 1}}
    assert store.around(Viewer("carol"), {WU: [Part(WU)]}).counts == {WU: {}}


def test_a_short_name_counts_in_its_files_alone(store: GraphStore) -> None:
    assert store.around(OPERATOR, {LEE: [Part(LEE, ("b",))]}).counts[LEE] == {"b:0": 2}


def test_a_server_that_is_away_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    address = GraphAddress("bolt://127.0.0.1:1", "neo4j", "x")
    with GraphStore(address, unshared_lock()) as away:
        with pytest.raises(StoreUnavailableError, match="did not do its work"):
            away.known(["a", "b"])
        with pytest.raises(StoreUnavailableError, match="a moment ago"):
            away.known(["a", "b"])
        monkeypatch.setattr(away, "_asked_again_at", 0.0)
        with pytest.raises(StoreUnavailableError, match="did not do its work"):
            away.known(["a", "b"])
