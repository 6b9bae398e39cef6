"""Whose eyes an answer of the graph is for, and that each answer is a bounded part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from aibox_assets.domain.errors import QueryRefusedError
from aibox_assets.domain.viewer import EVERYONE, OPERATOR, Viewer
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import FileGraph, GraphAddress
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, Said, file_graph
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, ask, empty, unshared_lock

ALICE, BOB, CAROL = Viewer("alice"), Viewer("bob"), Viewer("carol")
LEE_LEADS_ACME: Said = ("Person", "Bob Lee", "LEADS", "Organization", "Acme")
LEE_LEADS_HARBOR: Said = ("Person", "Bob Lee", "LEADS", "Organization", "Harbor")
WU_LEADS_HARBOR: Said = ("Person", "Jane Wu", "LEADS", "Organization", "Harbor")

GRANTS: dict[str, list[str]] = {}


@pytest.fixture
def shared(graph_address: GraphAddress) -> Iterator[GraphStore]:
    """A graph whose files are shared as :data:`GRANTS` says."""
    GRANTS.clear()
    empty(graph_address)
    with GraphStore(graph_address, unshared_lock(), readers=lambda _: GRANTS) as store:
        store.ensure_schema(RELATION_TYPES)
        yield store


def of(owner: str, entry: FileGraph) -> FileGraph:
    return replace(entry, user_id=owner)


def names(store: GraphStore, viewer: Viewer, name: str = "") -> list[tuple[str, int, int]]:
    return [(e.name, e.mentions, e.files) for e in store.entities(viewer, name).items]


def test_an_entity_is_visible_through_a_visible_mention_and_counts_those_only(shared: GraphStore) -> None:
    GRANTS["b"] = ["carol"]
    shared.replace_files(
        [of("alice", file_graph("a", [WU_FOUNDED_ACME])), of("bob", file_graph("b", [LEE_LEADS_ACME]))]
    )
    assert names(shared, OPERATOR) == [("Acme", 2, 2), ("Bob Lee", 1, 1), ("Jane Wu", 1, 1)]
    assert names(shared, ALICE) == [("Acme", 1, 1), ("Jane Wu", 1, 1)]
    assert names(shared, CAROL) == [("Acme", 1, 1), ("Bob Lee", 1, 1)]
    assert names(shared, Viewer("dan")) == names(shared, Viewer("")) == []
    assert shared.describe(CAROL, ["Person:jane wu"]) == {}
    assert names(shared, CAROL, "Person:jane wu") == []
    assert [m.file_id for m in shared.mentions(CAROL, "Organization:acme").items] == ["b"]
    assert [r.file_id for r in shared.relations_of(ALICE, "Organization:acme").items] == ["a"]
    assert shared.file_relations(ALICE, "b").items == ()
    assert [(e.head, e.files) for e in shared.edges(ALICE, ["Organization:acme"])] == [("Jane Wu", 1)]
    chunks = [mention.chunk_id for mention in shared.mentions(OPERATOR, "Organization:acme").items]
    found = shared.chunk_entities(ALICE, [*chunks, "none"])
    assert [(e.key, e.type, e.said, e.count) for e in found] == [
        ("Organization:acme", "Organization", "Acme", 1),
        ("Person:jane wu", "Person", "Jane Wu", 1),
    ]
    assert len(shared.chunk_entities(OPERATOR, chunks)) == 4
    assert shared.chunk_entities(OPERATOR, []) == []
    assert [(e.head, e.files) for e in shared.edges(OPERATOR, ["Organization:acme"])] == [
        ("Bob Lee", 1),
        ("Jane Wu", 1),
    ]


def test_a_file_shared_with_all_is_seen_by_all(shared: GraphStore) -> None:
    GRANTS["a"] = [EVERYONE]
    shared.replace_files([of("alice", file_graph("a", [WU_FOUNDED_ACME]))])
    assert names(shared, CAROL) == names(shared, ALICE) == [("Acme", 1, 1), ("Jane Wu", 1, 1)]


def test_files_from_before_there_was_sharing_are_their_owners(
    shared: GraphStore, graph_address: GraphAddress
) -> None:
    shared.replace_files([of("alice", file_graph("a", [WU_FOUNDED_ACME]))])
    ask(graph_address, "MATCH (f:File) REMOVE f.readers")
    assert names(shared, ALICE)
    assert names(shared, CAROL) == []
    shared.set_readers(lambda: {"a": ["carol"], "unknown": ["carol"]})
    assert names(shared, CAROL) == names(shared, ALICE)
    assert shared.versions() == {"a": "1"}


def test_a_path_leads_over_visible_relations_though_a_shorter_one_is_hidden(shared: GraphStore) -> None:
    direct: Said = ("Person", "Jane Wu", "LEADS", "Organization", "Zenith")
    around: list[Said] = [
        WU_FOUNDED_ACME,
        LEE_LEADS_ACME,
        ("Person", "Bob Lee", "FOUNDED", "Organization", "Zenith"),
    ]
    shared.replace_files([of("bob", file_graph("b", [direct])), of("alice", file_graph("a", around))])
    assert [len(p.relations) for p in shared.paths(OPERATOR, "Jane Wu", "Zenith")] == [1]
    (path,) = shared.paths(ALICE, "Person:jane wu", "Organization:zenith")
    assert [relation.file_id for relation in path.relations] == ["a"] * 3
    assert shared.paths(ALICE, "Jane Wu", "Zenith", max_hops=2) == []
    assert shared.paths(CAROL, "Jane Wu", "Zenith") == []
    with pytest.raises(ValueError, match="max_hops"):
        shared.paths(ALICE, "a", "b", max_hops=9)


def test_a_path_does_not_lead_through_a_role_that_many_have(shared: GraphStore) -> None:
    roles: list[Said] = [
        ("Person", "Jane Wu", "LEADS", "Role", "minister"),
        ("Person", "Bob Lee", "LEADS", "Role", "minister"),
    ]
    shared.replace_files([of("alice", file_graph("a", roles))])
    assert shared.paths(ALICE, "Jane Wu", "Bob Lee") == []
    assert len(shared.paths(ALICE, "Jane Wu", "minister")) == 1


def test_a_relation_that_two_files_state_is_one_edge(shared: GraphStore) -> None:
    shared.replace_files([file_graph("a", [WU_FOUNDED_ACME]), file_graph("b", [WU_FOUNDED_ACME])])
    (edge,) = shared.edges(OPERATOR, ["Organization:acme", "Person:jane wu"])
    assert (edge.head, edge.relation, edge.tail, edge.files) == ("Jane Wu", "FOUNDED", "Acme", 2)


def test_pages_go_on_where_the_one_before_ended(shared: GraphStore) -> None:
    said = [("Person", f"N{n:02}", "LEADS", "Organization", "Acme") for n in range(25)]
    entry = of("alice", file_graph("a", said[:9], said[9:]))
    shared.replace_files([entry, of("bob", file_graph("b", said))])
    for viewer in (OPERATOR, ALICE):
        found, after, pages = list[str](), None, 0
        while True:
            page = shared.entities(viewer, "n", type_="Person", limit=7, after=after)
            found += [entity.name for entity in page.items]
            pages, after = pages + 1, page.next
            if after is None:
                break
        assert found == [f"N{n:02}" for n in range(25)]
        assert pages == 4
    assert shared.entities(ALICE, "n", type_="Organization").items == ()
    for ask_page in (
        lambda after: shared.relations_of(ALICE, "Organization:acme", limit=10, after=after),
        lambda after: shared.file_relations(ALICE, "a", limit=10, after=after),
        lambda after: shared.mentions(BOB, "Person:n07", limit=10, after=after),
    ):
        page = ask_page(None)
        items = list(page.items)
        while page.next:
            page = ask_page(page.next)
            items += page.items
        assert len(items) == len({str(item) for item in items})
        assert len(items) in (25, 26, 1)


def test_file_relations_go_over_all_types(shared: GraphStore) -> None:
    shared.replace_files(
        [file_graph("a", [WU_FOUNDED_ACME, LEE_LEADS_ACME, LEE_LEADS_HARBOR, WU_LEADS_HARBOR])]
    )
    one = shared.file_relations(OPERATOR, "a", limit=2)
    two = shared.file_relations(OPERATOR, "a", limit=2, after=one.next)
    assert [(r.relation, r.head, r.tail) for r in (*one.items, *two.items)] == [
        ("FOUNDED", "Jane Wu", "Acme"),
        ("LEADS", "Bob Lee", "Acme"),
        ("LEADS", "Bob Lee", "Harbor"),
        ("LEADS", "Jane Wu", "Harbor"),
    ]
    assert two.next is None


@pytest.mark.parametrize("after", ["x", "-1", "e30", "WzEsMl0", "\u0663", "1" * 30])
def test_a_place_that_is_none_is_refused(shared: GraphStore, after: str) -> None:
    with pytest.raises(QueryRefusedError):
        shared.mentions(OPERATOR, "k", after=after if not after.isdigit() or len(after) > 9 else "x")
    with pytest.raises(QueryRefusedError):
        shared.entities(OPERATOR, "k", after=after)
