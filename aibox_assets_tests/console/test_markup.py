"""A document's text is text: two hundred payloads, as texts, titles and addresses."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from aibox_assets.console.markup import Markup, Span, mark_up, tag
from aibox_assets.console.pages.graph.drawing import Drawing, as_graphml, as_svg, chart_options
from aibox_assets.stores.graph_records import GraphEdge
from aibox_assets_tests.console.payloads import PAYLOADS


class Read(HTMLParser):
    """What a browser would make of it: the names of elements, their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_there_are_two_hundred() -> None:
    assert len(set(PAYLOADS)) >= 200


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_never_markup(payload: str) -> None:
    text = f"before {payload} after"
    half = len(text) // 2
    read = Read(
        mark_up(text, [Span(3, half, "words", title=payload, href=f"/graph?key={payload}", colour=payload)])
    )
    assert read.text == text
    assert read.names == ["a"]
    assert read.attributes == {"class", "href", "title", "style"}
    assert Read(mark_up(text, [Span(0, half), Span(half, len(text))])).names == ["mark", "mark"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_an_element_is_a_text(payload: str) -> None:
    inner = tag("a", payload, css="name", href=f"/graph?key={payload}", title=payload, colour=payload)
    read = Read(tag("div", inner, payload, css=payload))
    assert read.text == payload * 2
    assert read.names == ["div", "a"]
    assert read.attributes == {"class", "href", "title", "style"}


def test_only_markup_is_markup() -> None:
    assert tag("b", Markup("<i>x</i>"), "<i>y</i>") == "<b><i>x</i>&lt;i&gt;y&lt;/i&gt;</b>"


@pytest.mark.parametrize("payload", PAYLOADS[::7])
def test_a_payload_in_the_graph_is_a_value(payload: str) -> None:
    edge = GraphEdge("Person:x", payload, payload, "LEADS", "Organization:y", payload, payload, 0.9, 1)
    drawing = Drawing()
    drawing.add([edge])
    shown = drawing.shown()
    drawing.arrange(shown)
    read = Read(as_svg(drawing, shown, lambda _: payload))
    assert set(read.names) == {"svg", "rect", "line", "title", "circle", "g", "text"}
    options = chart_options(drawing, shown, "", lambda _: payload)
    assert options["tooltip"]["renderMode"] == "richText"
    assert options["series"][0]["data"][0]["name"] == payload
    assert b"<script" not in as_graphml(shown)
    assert b"<img" not in as_graphml(shown)


def test_spans_that_overlap_or_are_empty_are_left_out() -> None:
    assert mark_up("abcdef", [Span(1, 3), Span(2, 5), Span(4, 4)]) == "a<mark>bc</mark>def"
