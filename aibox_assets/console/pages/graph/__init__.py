"""The graph: start from a name or a file, open neighbours by click; a table beside the drawing says the same."""

from __future__ import annotations

from contextlib import suppress

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.markup import OTHER, TYPES
from aibox_assets.console.pages.graph.asked import Asked
from aibox_assets.console.pages.graph.view import GraphView
from aibox_assets.console.shell import PATIENCE, empty, enter, frame, heading, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.graph import find_paths

MAX_HOPS = 4
PATHS = 5
FOUND = 20
LOOKED_AT, OFFERED = 100, 12


@ui.page("/graph", response_timeout=PATIENCE)
async def graph_page(request: Request) -> Response | None:
    """What the address says (:class:`Asked`), drawn."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    asked = Asked.read(request.query_params)
    with frame(visit, "/graph", visit("Graph")):
        heading(visit("Graph"))
        _question(visit, asked)
        if not asked.says_something:
            empty(visit("Who is connected to whom?"), visit("Type a name above, and press Enter."))
            names = ui.row().classes("w-full console-legend justify-center").props('aria-live="polite"')
            ui.timer(0, lambda: _offer_names(visit, names), once=True)
            return None
        place = ui.element("div").classes("w-full console-graph-place")

    async def begin() -> None:
        with place:
            waits = ui.label(visit("Searching …")).classes("console-quiet console-later absolute")
            waits.props('role="status"')
            try:
                await _begin(visit, asked, waits)
            except AIBoxError as error:
                waits.set_visibility(False)
                show_error(visit, error)

    ui.timer(0, begin, once=True)  # the page is there before the answer
    return None


def _question(visit: Visit, asked: Asked) -> None:
    with ui.row().classes("w-full items-center"):
        name = ui.input(visit("A person, an organization, a place, …"), value=asked.q)
        name.props("outlined dense clearable input-class=console-first").classes("grow")
        other = ui.input(visit("Way to"), value=asked.to).props("outlined dense clearable")

        def go() -> None:
            ui.navigate.to(Asked(q=str(name.value or ""), to=str(other.value or "")).address)

        name.on("keydown.enter", go)
        other.on("keydown.enter", go)
        ui.button(visit("Show"), on_click=go).props("no-caps color=secondary")


async def _offer_names(visit: Visit, place: ui.row) -> None:
    """Some names to begin with: of the first by name those that are spoken of most."""
    with suppress(AIBoxError):  # who asks for a name is told
        page = await visit.ask(visit.platform.graph.entities, visit.viewer, limit=LOOKED_AT)
        with place:
            if not page.items:
                ui.label(visit("There are no names yet."))
                ui.link(visit("Bring files that have some"), "/")
            for entity in sorted(page.items, key=lambda each: -each.mentions)[:OFFERED]:
                link = ui.link(entity.name, Asked(key=entity.key).address).classes(
                    "console-name console-walk"
                )
                link.style(f"--type: {TYPES.get(entity.type, OTHER)}").props["title"] = visit.type(
                    entity.type
                )


async def _show_similar(visit: Visit, asked: Asked) -> None:
    """Names that are like those that were asked for: a part of a name has no way to anything."""
    for name, other in ((asked.q, asked.to), (asked.to, asked.q)):
        if not name or not other:
            continue
        page = await visit.ask(visit.platform.graph.entities, visit.viewer, name, limit=FOUND)
        with ui.row().classes("w-full console-legend justify-center"):
            for entity in sorted(page.items, key=lambda each: -each.mentions):
                ways = (entity.name, other) if name == asked.q else (other, entity.name)
                ui.link(entity.name, Asked(q=ways[0], to=ways[1]).address).classes("console-walk")


async def _begin(visit: Visit, asked: Asked, waits: ui.label) -> None:
    """Find out what is to be opened, and open it. *waits* is said until then."""
    if asked.to:
        paths = await visit.ask(
            find_paths, visit.platform, visit.viewer, asked.key or asked.q, asked.to, MAX_HOPS, PATHS
        )
        waits.set_visibility(False)
        if not paths:
            empty(visit("Nothing connects them."), visit("Not in what you can see, within four steps."))
            await _show_similar(visit, asked)
            return
        await GraphView(visit, asked).show_paths(paths)
        return
    if asked.q and not asked.key:
        page = await visit.ask(visit.platform.graph.entities, visit.viewer, asked.q, limit=FOUND)
        waits.set_visibility(False)
        if not page.items:
            empty(visit("Nobody of that name."), visit("Try a part of the name."))
            return
        # Of all that bear the name, the one that is spoken of most is meant.
        found = sorted(page.items, key=lambda entity: -entity.mentions)
        with ui.row().classes("w-full console-legend"):
            for entity in found:
                link = ui.link(
                    f"{entity.name} ({visit.number(entity.mentions)})", Asked(key=entity.key).address
                )
                link.classes("console-walk").props["title"] = visit.type(entity.type)
        asked = asked.with_key(found[0].key)
    waits.set_visibility(False)
    await GraphView(visit, asked).begin()
