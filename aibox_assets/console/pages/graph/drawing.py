"""What is drawn of the graph: nodes and edges after the filters, as options of a chart, as SVG and as GraphML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from aibox_assets.console.markup import OTHER, TYPES
from aibox_assets.console.pages.graph.layout import Point, lay_out
from aibox_assets.services.graph_exports import write_graph
from aibox_assets.stores.graph_records import GraphEdge

MOST_NODES: Final = 2000
NAMED: Final = 80
"""Nodes with a name beside them, the most connected ones; a larger drawing would be all names."""
FEW: Final = 6
"""Nodes that fill the whole width with room for half a name at each side; their names stand above them."""
_INK: Final = "#1b1b1b"
_HALO: Final = "#ffffff"
_DARK: Final = "document.body.classList.contains('body--dark')"
_SIZE: Final = "parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75"
_WIDER: Final = "(innerWidth > 700 ? 1.45 : 1)"
"""A wide screen is filled, and names stand beside their nodes: the drawing is drawn out. Only the browser knows."""
_PEN: Final = {
    ":fontSize": _SIZE,
    ":color": f"{_DARK} ? '#e8edf2' : '{_INK}'",
    ":textBorderColor": f"{_DARK} ? '#121212' : '{_HALO}'",
}
"""Only the browser knows whether it is dark and how large its letters are: it works out what is named with a colon."""

EdgeKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is shown of what is open; empty relations or types are all of them.

    :ivar least: confidence.
    """

    relations: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    least: float = 0.0

    def passes(self, edge: GraphEdge) -> bool:
        """Whether an edge is shown."""
        return (
            edge.confidence >= self.least
            and (not self.relations or edge.relation in self.relations)
            and (not self.types or {edge.head_type, edge.tail_type} <= self.types)
        )


EVERYTHING: Final = Sieve()


@dataclass(slots=True)
class Drawing:
    """The part of the graph that is open.

    :ivar opened: entities whose neighbours are here. :ivar hidden: entities that are left out.
    :ivar pinned: entities that stay where they are. :ivar places: of all that were drawn, by key.
    """

    edges: dict[EdgeKey, GraphEdge] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    pinned: set[str] = field(default_factory=set)
    places: dict[str, Point] = field(default_factory=dict)
    sieve: Sieve = EVERYTHING

    def add(self, edges: Iterable[GraphEdge]) -> None:
        """More edges; the same ones again change nothing."""
        for edge in edges:
            self.edges[edge.head_key, edge.relation, edge.tail_key] = edge

    def shown(self) -> list[GraphEdge]:
        """Edges after the filters, the surest first, and no more than have :data:`MOST_NODES` ends."""
        found, keys = [], set[str]()
        for edge in sorted(self.edges.values(), key=lambda edge: (-edge.files, -edge.confidence)):
            ends = {edge.head_key, edge.tail_key}
            if ends & self.hidden or not self.sieve.passes(edge) or len(keys | ends) > MOST_NODES:
                continue
            keys |= ends
            found.append(edge)
        return found

    def arrange(self, shown: Iterable[GraphEdge]) -> None:
        """Give every node a place."""
        pairs = [(edge.head_key, edge.tail_key) for edge in shown]
        keys = list(dict.fromkeys(key for pair in pairs for key in pair))
        self.places |= lay_out(keys, pairs, self.places, self.pinned)


_INSIDE: Final = """each => {
  const room = document.querySelector(".console-graph").clientWidth - 4, most = room - 4, node = each.rect;
  const pen = window.graphPen ??= document.createElement("canvas").getContext("2d"), size = SIZE;
  pen.font = `${size}px sans-serif`;
  const whole = Math.max(each.labelRect.width, pen.measureText(each.text).width), lines = Math.ceil(whole / most);
  const width = Math.min(whole, most), start = ABOVE ? node.x + (node.width - width) / 2 : node.x + node.width + 5;
  const end = start + width, dx = Math.max(4 - start, Math.min(0, room - end));
  const dy = ABOVE || end <= room ? 0 : 14 + (lines - 1) * size * 0.65;
  return {hideOverlap: true, dx, dy, ...(lines > 1 && {width})};
}"""
"""Names stand at the right of their nodes or above them, and none leaves the drawing: at its right edge one stands
below its node, and one that is wider than the drawing has several lines. Its place is reckoned from the node, and its
width is measured: ``labelRect`` is what it was given the last time, and each second look would give it back."""


def nodes_of(shown: Iterable[GraphEdge]) -> dict[str, tuple[str, str]]:
    """Name and type of each node by its key."""
    found: dict[str, tuple[str, str]] = {}
    for edge in shown:
        found.setdefault(edge.head_key, (edge.head, edge.head_type))
        found.setdefault(edge.tail_key, (edge.tail, edge.tail_type))
    return found


def chart_options(
    drawing: Drawing,
    shown: list[GraphEdge],
    chosen: str,
    words: Callable[[str], str],
    types: Callable[[str], str] = str,
) -> dict[str, Any]:
    """Options of ECharts. Texts go in as values that the chart paints, never as markup.

    :param words: what a relation is called. :param types: what a type is called.
    """
    named, found, nodes = _named(shown), nodes_of(shown), []
    large, few = len(found) > 2 * NAMED, len(found) <= FEW
    small = 7 if large else 13
    for key, (name, type_) in found.items():
        x, y = drawing.places[key]
        is_chosen = key == chosen
        nodes.append(
            {
                "id": key,
                "name": name,
                "value": types(type_),
                **({"x": x} if large else {":x": f"{x} * {_WIDER}"}),
                "y": y,
                "symbolSize": 26 if is_chosen else small + 7 if key in drawing.opened else small,
                "symbol": "pin" if key in drawing.pinned else "circle",
                "itemStyle": {
                    "color": TYPES.get(type_, OTHER),
                    "borderColor": "#e0a800",
                    "borderWidth": 3 if is_chosen else 0,
                },
                "label": {"show": key in named},
            }
        )
    links = [
        {
            "source": edge.head_key,
            "target": edge.tail_key,
            "relation": edge.relation,
            "value": f"{edge.head} {words(edge.relation)} {edge.tail}",
            "lineStyle": {"width": 1 + min(4, edge.files), "color": TYPES.get(edge.head_type, OTHER)},
        }
        for edge in shown
    ]
    series = {
        "type": "graph",
        "layout": "none",
        "roam": True,
        "draggable": True,
        ":labelLayout": _INSIDE.replace("ABOVE", "true" if few else "false").replace("SIZE", _SIZE),
        "zoom": 0.8 if few else 1,
        "scaleLimit": {"min": 0.1, "max": 20},
        "label": {
            "position": "top" if few else "right",
            "overflow": "break",
            ":lineHeight": f"{_SIZE} * 1.3",  # else as wide as a Chinese letter, which some fonts do not have
            **_PEN,
            "textBorderWidth": 3,
        },
        "emphasis": {
            "label": {"show": True},
            "focus": "none" if large else "adjacency",
        },
        "edgeSymbol": ["none", "none" if large else "arrow"],
        "edgeSymbolSize": 7,
        "lineStyle": {"opacity": 0.55, "curveness": 0.0 if large else 0.08},
        "data": nodes,
        "links": links,
    }
    return {
        "tooltip": {
            ":formatter": "each => each.dataType === 'edge' ? each.value : `${each.name}: ${each.value}`",
            "renderMode": "richText",
            ":backgroundColor": f"{_DARK} ? '#2b2b2b' : '{_HALO}'",
            "textStyle": {":color": _PEN[":color"]},
        },
        "animation": not large,
        "animationDurationUpdate": 250,
        "series": [series],
    }


def as_svg(drawing: Drawing, shown: list[GraphEdge], words: Callable[[str], str]) -> str:
    """The drawing as a picture of its own; *words* as above."""
    nodes, places = nodes_of(shown), drawing.places
    xs, ys = [places[key][0] for key in nodes] or [0.0], [places[key][1] for key in nodes] or [0.0]
    left, top = min(xs) - 60, min(ys) - 40
    width, height = max(xs) - left + 220, max(ys) - top + 40
    lines, texts = [], []
    for edge in shown:
        (x1, y1), (x2, y2) = places[edge.head_key], places[edge.tail_key]
        said = escape(f"{edge.head} {words(edge.relation)} {edge.tail}")
        lines.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{TYPES.get(edge.head_type, OTHER)}" '
            f'stroke-width="{1 + min(4, edge.files)}" stroke-opacity="0.55"><title>{said}</title></line>'
        )
    for key, (name, type_) in nodes.items():
        x, y = places[key]
        colour = TYPES.get(type_, OTHER)
        lines.append(
            f'<circle cx="{x}" cy="{y}" r="7" fill="{colour}"><title>{escape(type_)}</title></circle>'
        )
        texts.append(f'<text x="{x + 10}" y="{y + 4}">{escape(name)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="system-ui, sans-serif" font-size="12">'
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height:.0f}" fill="{_HALO}"/>'
        f'{"".join(lines)}<g fill="{_INK}">{"".join(texts)}</g></svg>'
    )


def as_graphml(shown: Iterable[GraphEdge]) -> bytes:
    """What is drawn for other programs; the sentences are in the export of the triples."""
    return b"".join(write_graph(iter([[_row(edge) for edge in shown]]), "graphml"))


def _row(edge: GraphEdge) -> Mapping[str, Any]:
    ends = ("head", "head_type", "head_key", "relation", "tail", "tail_type", "tail_key", "confidence")
    return {name: getattr(edge, name) for name in ends} | {"path": "", "evidence": "", "tense": ""}


def _named(shown: Iterable[GraphEdge]) -> set[str]:
    degrees = Counter(key for edge in shown for key in (edge.head_key, edge.tail_key))
    return {key for key, _ in degrees.most_common(NAMED)}
