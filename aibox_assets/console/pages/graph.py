"""The graph: start from a name, open neighbours by click; a table beside the drawing says the same."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.pages.file import triple
from aibox_assets.console.shell import empty, enter, frame, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.graph import find_paths, stated_of
from aibox_assets.stores.graph_records import GraphEdge

EDGES: Final = 200
MOST_NODES: Final = 2000
COLOURS: Final = {
    "Person": "#3b7dd8", "Organization": "#d9822b", "Location": "#2a9d62", "Product": "#a259c4", "Event": "#c44f6b",
}  # fmt: skip


class Drawing:
    """The part of the graph that is open."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.edges: dict[tuple[str, str, str], GraphEdge] = {}
        self.opened: set[str] = set()
        self.chart = (
            ui.echart(_options()).classes("console-graph").props(f'role="img" aria-label="{visit("Graph")}"')
        )
        self.chart.on_point_click(self._clicked)
        self.detail = ui.column().classes("w-full")

    async def open(self, keys: list[str]) -> None:
        """Show what surrounds these entities."""
        visit = self.visit
        try:
            found = await visit.ask(visit.platform.graph.edges, visit.viewer, keys, limit=EDGES)
        except AIBoxError as error:
            with self.detail:
                show_error(visit, error)
            return
        self.opened |= set(keys)
        for edge in found:
            self.edges[edge.head_key, edge.relation, edge.tail_key] = edge
        self._draw()

    async def tell(self, key: str) -> None:
        """What is said of one entity, in words."""
        visit = self.visit
        stated = await visit.ask(stated_of, visit.platform, visit.viewer, key, 50)
        self.detail.clear()
        with self.detail:
            for each in stated.items:
                triple(visit, each)

    def _draw(self) -> None:
        nodes: dict[str, dict[str, Any]] = {}
        for edge in self.edges.values():
            for key, name, type_ in (
                (edge.head_key, edge.head, edge.head_type),
                (edge.tail_key, edge.tail, edge.tail_type),
            ):
                colour = COLOURS.get(type_, "#7a7f87")
                size = 26 if key in self.opened else 16
                nodes[key] = {
                    "id": key, "name": name, "symbolSize": size, "itemStyle": {"color": colour}, "value": type_
                }  # fmt: skip
        series = self.chart.options["series"][0]
        series["data"] = list(nodes.values())[:MOST_NODES]
        series["links"] = [
            {
                "source": edge.head_key,
                "target": edge.tail_key,
                "value": edge.relation,
                "lineStyle": {"width": 1 + min(4, edge.files)},
            }
            for edge in self.edges.values()
        ]
        self.chart.update()

    async def _clicked(self, event: Any) -> None:
        key = (event.data or {}).get("id")
        if key:
            await asyncio.gather(self.open([key]), self.tell(key))


@ui.page("/graph")
async def graph_page(request: Request, q: str = "", key: str = "", to: str = "") -> Response | None:
    """Start from a name or a key; with *to*, the ways between two."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    with frame(visit, "/graph", visit("Graph")):
        with ui.row().classes("w-full items-center"):
            name = ui.input(visit("A person, an organization, a place, …"), value=q).props(
                "outlined dense clearable"
            )
            name.classes("grow")
            other = ui.input(visit("Way to"), value=to).props("outlined dense clearable")

        def go() -> None:
            given = {"q": name.value, "to": other.value}
            ui.navigate.to(f"/graph?{urlencode({n: v for n, v in given.items() if v})}")

        name.on("keydown.enter", go)
        other.on("keydown.enter", go)
        if not q and not key:
            empty(visit, visit("Who is connected to whom?"), visit("Type a name above, and press Enter."))
            return None
        try:
            await _begin(visit, q, key, to)
        except AIBoxError as error:
            show_error(visit, error)
    return None


async def _begin(visit: Visit, q: str, key: str, to: str) -> None:
    if to:
        paths = await visit.ask(find_paths, visit.platform, visit.viewer, key or q, to, 4, 5)
        if not paths:
            empty(
                visit, visit("Nothing connects them."), visit("Not in what you can see, within four steps.")
            )
            return
        drawing = Drawing(visit)
        await drawing.open(list(dict.fromkeys(each for path in paths for each in path.keys)))
        return
    if not key:
        page = await visit.ask(visit.platform.graph.entities, visit.viewer, q, limit=20)
        if not page.items:
            empty(visit, visit("Nobody of that name."), visit("Try a part of the name."))
            return
        with ui.row().classes("w-full"):
            for entity in page.items:
                link = ui.link(
                    f"{entity.name} ({entity.mentions})", f"/graph?{urlencode({'key': entity.key})}"
                )
                link.tooltip(entity.type)
        key = page.items[0].key
    drawing = Drawing(visit)
    await drawing.open([key])
    await drawing.tell(key)


def _options() -> dict[str, Any]:
    return {
        "tooltip": {"formatter": "{b}: {c}"},
        "animationDurationUpdate": 300,
        "series": [
            {
                "type": "graph",
                "layout": "force",
                "roam": True,
                "draggable": True,
                "label": {"show": True, "position": "right", "color": "inherit"},
                "edgeLabel": {"show": False, "formatter": "{c}"},
                "emphasis": {"focus": "adjacency", "edgeLabel": {"show": True}},
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 6,
                "force": {"repulsion": 180, "edgeLength": 90, "gravity": 0.08},
                "lineStyle": {"color": "source", "opacity": 0.6, "curveness": 0.08},
                "data": [],
                "links": [],
            }
        ],
    }
