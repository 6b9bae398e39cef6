"""Which entities are one thing, for whom, and what people say about that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.resolve import Join
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.services.graph import find_relations, mentions_of, stated_of
from aibox_assets.services.things import UnknownEntityError, decide, explain, find_thing
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.locks import graph_write_lock
from aibox_assets_tests.services.graph_platform import graph_platform, write
from aibox_assets_tests.stores.graph_files import Said
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, ask, empty

ALICE, BOB = Viewer("alice"), Viewer("bob")
LONG: Said = ("Person", "George W. Bush", "LEADS", "Organization", "National Football League")
SHORT: Said = ("Person", "George W Bush", "LEADS", "Organization", "Acme")
LAST: Said = ("Person", "Bush", "FOUNDED", "Organization", "NFL")
GEORGE, GEORGE_TOO, BUSH = "Person:george w. bush", "Person:george w bush", "Person:bush"
LEAGUE, NFL, ACME = "Organization:national football league", "Organization:nfl", "Organization:acme"


@pytest.fixture
def platform(engine: Engine, graph_address: GraphAddress) -> Iterator[Any]:
    with graph_platform(engine, graph_address) as made:
        yield made


def keys(platform: Any, viewer: Viewer, key: str) -> set[str]:
    thing = find_thing(platform, viewer, key)
    return {part.key for part in thing.parts} if thing else set()


def test_names_of_one_form_are_one_thing_over_all_files(platform: Any) -> None:
    write(platform, "alice", "a", LONG)
    write(platform, "bob", "b", SHORT, SHORT)
    thing = find_thing(platform, OPERATOR, GEORGE)
    assert thing is not None
    assert (thing.key, thing.name, thing.mentions, thing.files) == (GEORGE_TOO, "George W Bush", 3, 2)
    assert thing == find_thing(platform, OPERATOR, GEORGE_TOO)
    assert {r.file_id for r in find_relations(platform, OPERATOR, "George W. Bush", 10)} == {"a", "b"}
    assert [s.relation.file_id for s in stated_of(platform, OPERATOR, thing.parts, 10).items] == ["b", "a"]
    assert len(mentions_of(platform, OPERATOR, thing.parts, 10).items) == 2
    assert keys(platform, ALICE, GEORGE) == {GEORGE}
    assert find_thing(platform, BOB, GEORGE) is None
    found = find_thing(platform, ALICE, GEORGE)
    assert found is not None
    assert (found.name, found.mentions, found.files) == ("George W. Bush", 1, 1)


def test_a_short_name_stands_for_a_thing_in_its_file_alone(platform: Any) -> None:
    write(platform, "alice", "a", LONG, LAST, joins=(Join(BUSH, GEORGE, 0.9, "short name"),))
    write(platform, "alice", "c", ("Person", "Bush", "LEADS", "Organization", "Acme"))
    thing = find_thing(platform, ALICE, GEORGE)
    assert thing is not None
    assert [(part.key, part.files) for part in thing.parts] == [(GEORGE, ()), (BUSH, ("a",))]
    assert (thing.mentions, thing.files) == (2, 1)
    assert {s.relation.file_id for s in stated_of(platform, ALICE, thing.parts, 10).items} == {"a"}
    assert keys(platform, ALICE, BUSH) == {BUSH}
    explained = explain(platform, ALICE, GEORGE)
    assert explained is not None
    assert [(join.short, join.file_id, join.reason) for join in explained.joins] == [
        (BUSH, "a", "short name")
    ]


def test_an_acronym_holds_everywhere_until_files_disagree(platform: Any) -> None:
    write(platform, "alice", "a", LONG, LAST, joins=(Join(NFL, LEAGUE, 0.95, "paired", "League (NFL)"),))
    write(platform, "alice", "c", ("Person", "Ann", "LEADS", "Organization", "NFL"))
    assert keys(platform, ALICE, NFL) == keys(platform, ALICE, LEAGUE) == {NFL, LEAGUE}
    assert {r.file_id for r in find_relations(platform, ALICE, "National Football League", 10)} == {"a", "c"}
    other = "Organization:nigerian film list"
    write(
        platform,
        "alice",
        "c",
        ("Person", "Ann", "LEADS", "Organization", "NFL"),
        ("Person", "Ann", "LEADS", "Organization", "Nigerian Film List"),
        joins=(Join(NFL, other, 0.95, "paired"),),
    )
    assert keys(platform, ALICE, NFL) == {NFL}
    thing = find_thing(platform, ALICE, LEAGUE)
    assert thing is not None
    assert [(part.key, part.files) for part in thing.parts] == [(LEAGUE, ()), (NFL, ("a",))]


def test_what_a_file_shows_is_for_those_who_see_it_and_goes_with_it(platform: Any, engine: Engine) -> None:
    write(platform, "alice", "a", LONG, LAST, joins=(Join(NFL, LEAGUE, 0.95, "paired"),))
    write(platform, "bob", "b", LONG, LAST)
    assert keys(platform, ALICE, NFL) == {NFL, LEAGUE}
    assert keys(platform, BOB, NFL) == {NFL}
    explained = explain(platform, BOB, NFL)
    assert explained is not None
    assert explained.joins == ()
    platform.names.replace_files({"a": ()})
    assert keys(platform, ALICE, NFL) == {NFL}


def test_people_merge_and_split_and_undo(platform: Any) -> None:
    write(platform, "alice", "a", LONG, SHORT, LAST)
    merged = decide(platform, ALICE, NFL, ACME, True, "alice")
    assert merged == decide(platform, ALICE, ACME, NFL, True, "alice")
    assert keys(platform, ALICE, NFL) == {NFL, ACME}
    assert keys(platform, OPERATOR, NFL) == {NFL}, "it holds for its author alone"
    split = decide(platform, ALICE, GEORGE, GEORGE_TOO, False, "alice")
    assert keys(platform, ALICE, GEORGE) == {GEORGE}
    assert keys(platform, OPERATOR, GEORGE) == {GEORGE, GEORGE_TOO}
    assert not platform.names.undo(split.id, BOB, "bob")
    assert platform.names.undo(split.id, ALICE, "alice")
    assert not platform.names.undo(split.id, ALICE, "alice")
    assert keys(platform, ALICE, GEORGE) == {GEORGE, GEORGE_TOO}
    again = decide(platform, ALICE, NFL, ACME, False, "alice")
    assert [d.id for d in platform.names.decisions(ALICE, [NFL])] == [again.id], (
        "it took the other one's place"
    )
    assert keys(platform, ALICE, NFL) == {NFL}


def test_an_admins_decision_is_for_all_who_see_both_and_outlives_the_graph(
    platform: Any, graph_address: GraphAddress
) -> None:
    write(platform, "alice", "a", LONG, LAST)
    write(platform, "bob", "b", LONG)
    decide(platform, OPERATOR, NFL, LEAGUE, True, "operator")
    assert keys(platform, ALICE, NFL) == {NFL, LEAGUE}
    assert keys(platform, BOB, LEAGUE) == {LEAGUE}
    empty(graph_address)
    write(platform, "alice", "a", LONG, LAST)
    assert keys(platform, ALICE, NFL) == {NFL, LEAGUE}
    decide(platform, ALICE, NFL, LEAGUE, False, "alice")
    assert keys(platform, ALICE, NFL) == {NFL}, "a person's own word comes first"
    assert keys(platform, OPERATOR, NFL) == {NFL, LEAGUE}


def test_nobody_decides_about_what_they_do_not_see(platform: Any) -> None:
    write(platform, "alice", "a", LONG, LAST)
    for one, other in ((NFL, "Person:nobody"), ("Person:nobody", NFL)):
        with pytest.raises(UnknownEntityError, match="nobody"):
            decide(platform, ALICE, one, other, True, "alice")
    with pytest.raises(UnknownEntityError):
        decide(platform, BOB, NFL, LEAGUE, True, "bob")
    with pytest.raises(ValueError, match="different"):
        decide(platform, ALICE, NFL, NFL, True, "alice")


def test_a_graph_from_before_gets_forms(platform: Any, graph_address: GraphAddress, engine: Engine) -> None:
    write(platform, "alice", "a", LONG, SHORT)
    ask(graph_address, "MATCH (e:Entity) REMOVE e.form")
    assert keys(platform, ALICE, GEORGE) == {GEORGE}
    with GraphStore(graph_address, graph_write_lock(engine)) as fresh:
        fresh.ensure_schema(RELATION_TYPES)
    assert keys(platform, ALICE, GEORGE) == {GEORGE, GEORGE_TOO}


def test_a_country_is_one_thing_by_all_of_its_names_and_shown_by_no_adjective(
    platform: Any, graph_address: GraphAddress, engine: Engine
) -> None:
    places = ("Canadian", "Canadian", "Canada", "加拿大")
    write(
        platform,
        "alice",
        "a",
        *[("Organization", "Acme", "LOCATED_IN", "Location", place) for place in places],
    )
    ask(graph_address, "MATCH (e:Entity) SET e.form = e.key")  # as a home from before has them
    with GraphStore(graph_address, graph_write_lock(engine)) as fresh:
        fresh.ensure_schema(RELATION_TYPES)
    thing = find_thing(platform, ALICE, entity_key("Location", "Canadian"))
    assert thing is not None
    assert {entity.name for entity in thing.entities} == {"Canadian", "Canada", "加拿大"}
    assert thing.name != "Canadian"
