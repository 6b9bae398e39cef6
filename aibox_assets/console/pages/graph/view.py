"""The drawing on the page with its filters, and the same as a table; what was chosen is in :mod:`detail`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final
from urllib.parse import urlencode

from nicegui import run, ui

from aibox_assets.console.markup import OTHER, TYPES
from aibox_assets.console.pages.file.triples import show_triples_of
from aibox_assets.console.pages.graph.asked import Asked
from aibox_assets.console.pages.graph.detail import Detail
from aibox_assets.console.pages.graph.drawing import (
    MOST_NODES,
    Drawing,
    Sieve,
    as_graphml,
    as_svg,
    chart_options,
    nodes_of,
)
from aibox_assets.console.shell import heading, told
from aibox_assets.console.tables import Column, Row, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.services.graph import Stated, stated_by
from aibox_assets.stores.graph_records import GraphEdge, GraphPath, GraphRelation

EDGES: Final = 200
"""Of one entity at a time, what most files say first."""
OF_FILE: Final = 1000
ROWS: Final = 300


class GraphView:
    """One page's drawing."""

    def __init__(self, visit: Visit, asked: Asked) -> None:
        self._visit, self._asked, self._chosen = visit, asked, asked.key
        self._drawing = Drawing(hidden=set(asked.hidden), sieve=asked.sieve)
        self._drawing.places.update(asked.pinned)
        self._drawing.pinned.update(key for key, _ in asked.pinned)
        self._drawn: list[GraphEdge] = []
        self._relations, self._types = self._filters()
        with ui.element("div").classes("console-graph-page"):
            with ui.element("div"):
                self._chart = ui.echart({"series": []}).classes("console-graph").props('role="img"')
                self._chart.props["aria-label"] = visit("Graph")
                self._chart.on("componentClick", self._clicked, ["dataType", "data"])
                self._legend = ui.row().classes("console-legend")
                self._exports = self._downloads()
                self._notice = ui.label().classes("console-quiet").props('role="status"')
                hint = visit(
                    "Click a name to go on from it, a line for its sentences. Drag to move, scroll or pinch to zoom."
                )
                ui.label(hint).classes("console-quiet console-place")
            self._detail = Detail(visit, self._drawing, self._draw)
        heading(visit("The same as a table"), 2)
        columns = (
            Column("head", visit("From"), kind="link"),
            Column("relation", visit("Relation")),
            Column("tail", visit("To"), kind="action"),
            Column("confidence", visit("Confidence"), "right"),
            Column("files", visit("Files"), "right"),
            Column("actions", visit("Actions"), kind="actions"),
        )
        self._table = show_table(visit, visit("The same as a table"), columns, [], on_action=self._row_asked)

    async def begin(self) -> None:
        """As the address says."""
        if self._asked.file:
            await self._open_file(self._asked.file)
            await self._look_at(self._chosen)
        else:
            await self._open([self._chosen, *self._asked.opened], self._chosen)

    async def show_paths(self, paths: Sequence[GraphPath]) -> None:
        """Only what connects two; each step with its words."""
        self._drawing.add(_edge(relation) for path in paths for relation in path.relations)
        await self._draw()
        with self._detail.place:
            for number, path in enumerate(paths, 1):
                heading(self._visit("Way {number}", number=number), 2)
                show_triples_of(self._visit, [Stated(relation, None) for relation in path.relations])

    async def _open(self, keys: Sequence[str], chosen: str = "") -> None:
        """Draw the neighbours of some, and say what is said of one; both are asked for at once."""
        visit = self._visit
        with told(visit):
            limit = EDGES * max(1, len(keys))
            found, said = await asyncio.gather(
                visit.ask(visit.platform.graph.edges, visit.viewer, keys, limit=limit),
                self._detail.ask(chosen),
            )
            self._drawing.opened |= set(keys)
            self._drawing.add(found)
            await self._draw()
            if chosen:
                self._detail.tell(chosen, *said)

    async def _open_file(self, file_id: str) -> None:
        visit = self._visit
        with told(visit):
            page = await visit.ask(stated_by, visit.platform, visit.viewer, file_id, OF_FILE)
            self._drawing.add(_edge(stated.relation) for stated in page.items)
            await self._draw()

    async def _draw(self) -> None:
        drawing, visit = self._drawing, self._visit
        shown = drawing.shown()
        await run.io_bound(drawing.arrange, shown)
        self._chart.options.clear()
        self._chart.options.update(chart_options(drawing, shown, self._chosen, visit.relation, visit.type))
        self._chart.update()
        self._drawn = shown
        for button in self._exports:
            button.enable()
        self._unhide.set_visibility(bool(drawing.hidden))
        nodes = nodes_of(shown)
        said = visit(
            "{nodes} names, {edges} relations", nodes=visit.number(len(nodes)), edges=visit.number(len(shown))
        )
        self._chart.props["aria-label"] = f"{visit('Graph')}: {said}"
        left = len(drawing.edges) - len(shown)
        more = (
            visit("{count} relations are left out by the filters.", count=visit.number(left)) if left else ""
        )
        full = (
            visit("A drawing has at most {count} names.", count=visit.number(MOST_NODES))
            if len(nodes) >= MOST_NODES
            else ""
        )
        self._notice.set_text(visit.sentences(said, more, full))
        self._legend.clear()
        with self._legend:
            for type_ in sorted({type_ for _, type_ in nodes.values()}):
                mark = ui.label(visit.type(type_)).classes("console-name")
                mark.style(f"--type: {TYPES.get(type_, OTHER)}")
        self._table.update_rows([_row(visit, edge) for edge in shown[:ROWS]])
        for select, values, word in (
            (self._relations, {edge.relation for edge in drawing.edges.values()}, visit.relation),
            (self._types, {type_ for _, type_ in nodes_of(drawing.edges.values()).values()}, visit.type),
        ):
            options = {value: word(value) for value in sorted(values | set(select.value or ()))}
            if select.options != options:
                select.set_options(options)
        now = self._asked.after(drawing, self._chosen)
        ui.run_javascript(f"history.replaceState(null, '', {json.dumps(now.address)})")

    async def _clicked(self, event: Any) -> None:
        data = event.args.get("data") or {}
        if event.args.get("dataType") == "edge":
            await self._detail.tell_edge(data["source"], data["relation"], data["target"])
        elif data.get("id"):
            await self._choose(data["id"])

    async def _choose(self, key: str) -> None:
        """Look at an entity, with its neighbours."""
        self._chosen = key
        if self._asked.file:
            await self._draw()
            await self._look_at(key)
        else:
            await self._open([key], key)

    async def _row_asked(self, edge_key: str, action: str) -> None:
        head, relation, tail = json.loads(edge_key)
        if action == "sentences":
            await self._detail.tell_edge(head, relation, tail)
        else:
            await self._choose(tail)
        self._detail.come_into_view()

    async def _look_at(self, key: str) -> None:
        """Say what is said of one, without its neighbours."""
        if key:
            with told(self._visit):
                self._detail.tell(key, *await self._detail.ask(key))

    def _filters(self) -> tuple[ui.select, ui.select]:
        visit, sieve = self._visit, self._drawing.sieve

        async def sift() -> None:
            self._drawing.sieve = Sieve(
                frozenset(relations.value), frozenset(types.value), round(least.value / 100, 2)
            )
            await self._draw()

        async def unhide() -> None:
            self._drawing.hidden.clear()
            await self._draw()

        with ui.row().classes("w-full items-center console-filters"):
            relations = ui.select(sorted(sieve.relations), multiple=True, label=visit("Relations"))
            types = ui.select(
                {name: visit.type(name) for name in sorted(sieve.types)}, multiple=True, label=visit("Types")
            )
            least = ui.number(
                visit("Confidence at least, %"), value=round(sieve.least * 100), min=0, max=100, step=5
            )
            for box in (relations, types, least):
                box.props("dense outlined").classes("console-field")
            relations.value, types.value = sorted(sieve.relations), sorted(sieve.types)
            for box in (relations, types, least):
                box.on_value_change(sift)
            self._unhide = ui.button(visit("Show the hidden ones"), on_click=unhide).props(
                "flat dense no-caps"
            )
            if self._asked.file:
                ui.link(visit("Only what one file says"), f"/files/{self._asked.file}?tab=triples")
        return relations, types

    def _downloads(self) -> list[ui.button]:
        """Buttons that save what is drawn, once it is."""
        visit = self._visit

        def svg() -> None:
            ui.download.content(
                as_svg(self._drawing, self._drawn, self._visit.relation), "graph.svg", "image/svg+xml"
            )

        def graphml() -> None:
            ui.download.content(as_graphml(self._drawn), "graph.graphml", "application/graphml+xml")

        with ui.row().classes("items-center"):
            png = ui.button(visit("Picture (PNG)"))
            png.on("click", js_handler=_PNG.replace("ID", str(self._chart.id)))
            buttons = [
                png,
                ui.button(visit("Picture (SVG)"), on_click=svg),
                ui.button(visit("Data (GraphML)"), on_click=graphml),
            ]
            for button in buttons:
                button.props("flat dense no-caps").disable()
            ids = {"format": "graphml"} | ({"file_id": self._asked.file} if self._asked.file else {})
            ui.link(visit("All with their sentences (GraphML)"), f"/api/v1/export/triples?{urlencode(ids)}")
        return buttons


def _edge(relation: GraphRelation) -> GraphEdge:
    names = [field.name for field in fields(GraphEdge) if field.name != "files"]
    return GraphEdge(**{name: getattr(relation, name) for name in names}, files=1)


def _row(visit: Visit, edge: GraphEdge) -> Row:
    return {
        "id": json.dumps([edge.head_key, edge.relation, edge.tail_key]),
        "head": edge.head,
        "href": Asked(key=edge.head_key).address,
        "relation": visit.relation(edge.relation),
        "tail": edge.tail,
        "confidence": f"{edge.confidence:.0%}",
        "files": visit.number(edge.files),
        "actions": [{"name": "sentences", "label": visit("Sentences")}],
    }


# The browser loads what draws the chart beside the page.
_PNG: Final = """(function save() {
  const chart = getElement(ID).chart;
  if (!chart) return setTimeout(save, 50);
  const link = document.createElement("a"), dark = document.body.classList.contains("body--dark");
  const options = {type: "png", pixelRatio: 2, backgroundColor: dark ? "#121212" : "#fff"};
  link.href = chart.getDataURL(options);
  link.download = "graph.png"; link.click();
})"""
