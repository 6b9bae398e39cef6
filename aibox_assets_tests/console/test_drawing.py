"""What a drawing shows, where its nodes stand, and how the address says it."""

from __future__ import annotations

import time

from starlette.datastructures import QueryParams

from aibox_assets.console.pages.graph.asked import Asked
from aibox_assets.console.pages.graph.drawing import MOST_NODES, Drawing, Sieve, nodes_of
from aibox_assets.console.pages.graph.layout import lay_out
from aibox_assets.stores.graph_records import GraphEdge


def edge(head: str, relation: str, tail: str, confidence: float = 0.9, files: int = 1) -> GraphEdge:
    return GraphEdge(
        f"Person:{head}", head, "Person", relation, f"Location:{tail}", tail, "Location", confidence, files
    )


def test_filters_and_hidden_ones_leave_edges_out() -> None:
    drawing = Drawing()
    drawing.add([edge("a", "LIVES_IN", "x"), edge("b", "BORN_IN", "x", 0.4), edge("a", "LIVES_IN", "x")])
    assert len(drawing.shown()) == 2
    drawing.sieve = Sieve(relations=frozenset({"BORN_IN"}))
    assert [each.head for each in drawing.shown()] == ["b"]
    drawing.sieve = Sieve(least=0.5)
    assert [each.head for each in drawing.shown()] == ["a"]
    drawing.sieve = Sieve(types=frozenset({"Person"}))
    assert drawing.shown() == []
    drawing.sieve, drawing.hidden = Sieve(), {"Person:a"}
    assert [each.head for each in drawing.shown()] == ["b"]


def test_a_drawing_has_no_more_than_its_most_nodes() -> None:
    drawing = Drawing()
    drawing.add(edge(f"p{n}", "LIVES_IN", "x", files=n + 1) for n in range(MOST_NODES + 500))
    shown = drawing.shown()
    assert len(nodes_of(shown)) == MOST_NODES
    assert shown[0].files == MOST_NODES + 500, "what most files say is drawn first"


def test_pinned_nodes_stay_and_neighbours_are_near() -> None:
    keys, pairs = list("abcdef"), [("a", "b"), ("a", "c"), ("d", "e")]
    first = lay_out(keys, pairs, {})
    assert first == lay_out(keys, pairs, {})
    assert len(set(first.values())) == len(keys)
    again = lay_out([*keys, "g"], [*pairs, ("a", "g")], first, {"a"})
    assert again["a"] == first["a"]

    def apart(one: str, other: str) -> float:
        (x1, y1), (x2, y2) = again[one], again[other]
        return float(((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5)

    assert apart("a", "g") < apart("g", "d")
    assert lay_out([], [], {}) == {}


def test_two_thousand_nodes_have_their_places_soon() -> None:
    keys = [str(n) for n in range(MOST_NODES)]
    pairs = [(str(n), str(n // 3)) for n in range(1, MOST_NODES)]
    began = time.process_time()
    places = lay_out(keys, pairs, {})
    assert len(set(places.values())) > MOST_NODES * 0.99
    assert time.process_time() - began < 6


def test_the_address_says_the_state_and_is_read_again() -> None:
    asked = Asked(
        q="陳 & co", key="Person:a", to="b", file="f", opened=("Person:b", "Person:c"), hidden=("Person:d",),
        sieve=Sieve(frozenset({"LEADS"}), frozenset({"Person"}), 0.35),
        pinned=(("Person:x,y", (-3.5, 12.0)),),
    )  # fmt: skip
    assert Asked.read(QueryParams(asked.address.partition("?")[2])) == asked
    for broken in ("least=x", "least=nan", "least=-5", "open=&hide=&key="):
        assert Asked.read(QueryParams(broken)).sieve.least == 0.0
    for broken in ("pin=", "pin=1,2", "pin=1,2,", "pin=nan,2,a", "pin=x,2,a"):
        assert Asked.read(QueryParams(broken)).pinned == ()
