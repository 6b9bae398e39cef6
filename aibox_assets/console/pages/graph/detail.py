"""Beside the drawing: what is said of the entity or the relation that was chosen, in sentences."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import urlencode

from nicegui import ui

from aibox_assets.console.markup import OTHER, TYPES
from aibox_assets.console.pages.file.triples import show_triples_of
from aibox_assets.console.pages.graph.drawing import Drawing
from aibox_assets.console.shell import heading, told
from aibox_assets.console.visit import Visit
from aibox_assets.services.graph import Stated, stated_of
from aibox_assets.services.things import Thing, find_thing, parts_of

SENTENCES: Final = 50
OF_EDGE: Final = 500
"""So much is read of one end to find those of an edge."""


class Detail:
    """A column that is filled anew with each choice.

    :param draw: draws again, after something was hidden or pinned.
    """

    def __init__(self, visit: Visit, drawing: Drawing, draw: Callable[[], Awaitable[None]]) -> None:
        self._visit, self._drawing, self._draw = visit, drawing, draw
        self.place = ui.column().classes("w-full console-detail").props('aria-live="polite"')

    async def ask(self, key: str) -> tuple[Thing | None, Sequence[Stated]]:
        """An entity and what is said of it; nothing where none is chosen."""
        platform, viewer = self._visit.platform, self._visit.viewer

        def find() -> tuple[Thing | None, Sequence[Stated]]:
            thing = find_thing(platform, viewer, key)
            if thing is None:
                return None, ()
            return thing, stated_of(platform, viewer, thing.parts, SENTENCES).items

        return await self._visit.ask(find) if key else (None, ())

    def tell(self, key: str, thing: Thing | None, stated: Sequence[Stated]) -> None:
        """What is said of one entity, in words."""
        visit = self._visit
        self.place.clear()
        with self.place:
            if thing is None:
                ui.label(visit("You see nothing of it."))
                return
            title = heading(thing.name, 2).classes("console-name")
            title.style(f"--type: {TYPES.get(thing.type, OTHER)}")
            figures = visit(
                "{type}, named {mentions} times in {files} files",
                type=visit.type(thing.type),
                mentions=visit.number(thing.mentions),
                files=visit.number(thing.files),
            )
            ui.label(figures).classes("console-quiet")
            self._buttons(key)
            ui.link(visit("Search for it"), f"/search?{urlencode({'q': thing.name})}")
            show_triples_of(visit, stated)

    async def tell_edge(self, head: str, relation: str, tail: str) -> None:
        """The sentences of an edge."""
        visit = self._visit
        ends = {head, tail}

        def find() -> list[Stated]:
            parts = parts_of(visit.platform, visit.viewer, head)
            stated = stated_of(visit.platform, visit.viewer, parts, OF_EDGE)
            return [
                each
                for each in stated.items
                if each.relation.relation == relation
                and {each.relation.head_key, each.relation.tail_key} == ends
            ]

        with told(visit):
            found = await visit.ask(find)
            self.place.clear()
            with self.place:
                heading(visit("The sentences of this relation"), 2)
                show_triples_of(visit, found[:SENTENCES])

    def come_into_view(self) -> None:
        """Scroll to it, for who asked for it from afar."""
        ui.run_javascript(f"getHtmlElement({self.place.id}).scrollIntoView({{block: 'nearest'}})")

    def _buttons(self, key: str) -> None:
        visit, drawing = self._visit, self._drawing

        async def hide() -> None:
            drawing.hidden.add(key)
            await self._draw()
            self.place.clear()  # with the button that was clicked, so at the end

        async def pin() -> None:
            drawing.pinned ^= {key}
            await self._draw()
            button.set_text(visit("Unpin") if key in drawing.pinned else visit("Pin"))

        with ui.row():
            ui.button(visit("Hide"), icon="visibility_off", on_click=hide).props("flat dense no-caps")
            name = visit("Unpin") if key in drawing.pinned else visit("Pin")
            button = ui.button(name, icon="push_pin", on_click=pin).props("flat dense no-caps")
