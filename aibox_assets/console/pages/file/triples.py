"""What a file says: its triples, each leading to its words."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from nicegui import ui

from aibox_assets.console.markup import OTHER, TYPES
from aibox_assets.console.shell import empty, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.models import PAST
from aibox_assets.services.graph import Stated, stated_by

TRIPLES: Final = 200


async def show_triples(visit: Visit, file_id: str) -> None:
    """The first of them; more by a button."""
    ui.link(visit("See them in the graph"), f"/graph?{urlencode({'file': file_id})}")
    place = ui.element("div").classes("w-full")
    following: str | None = None

    async def more() -> None:
        nonlocal following
        try:
            page = await visit.ask(stated_by, visit.platform, visit.viewer, file_id, TRIPLES, following)
        except AIBoxError as error:
            with place:
                show_error(visit, error)
            return
        with place:
            if not page.items and following is None:
                empty(
                    visit,
                    visit("No triples."),
                    visit("Its text says nothing that the ontology knows, or is not read yet."),
                )
            for each in page.items:
                show_triple(visit, each)
        following = page.next
        button.set_visibility(following is not None)

    button = ui.button(visit("More"), on_click=more).props("flat no-caps")
    await more()


def show_triple(visit: Visit, stated: Stated) -> None:
    """A relation with the words that say so, each end leading into the graph."""
    relation = stated.relation
    with ui.element("article").classes("console-triple"):
        with ui.row().classes("items-center"):
            _end(visit, relation.head, relation.head_type, relation.head_key)
            ui.label(visit.relation(relation.relation)).classes("console-relation")
            if relation.tense:
                said = visit("no longer") if relation.tense == PAST else visit("in the future")
                ui.label(said).classes("console-quiet")
            _end(visit, relation.tail, relation.tail_type, relation.tail_key)
            ui.label(f"{relation.confidence:.0%}").classes("console-quiet")
        words = {"chunk": relation.chunk_id, "words": f"{relation.char_start}-{relation.char_end}"}
        with ui.link(target=f"/files/{relation.file_id}?{urlencode(words)}").classes("console-evidence"):
            ui.label(relation.evidence).classes("console-text")
            ui.label(relation.path).classes("console-quiet console-place")


def _end(visit: Visit, name: str, type_: str, key: str) -> None:
    link = ui.link(name, f"/graph?{urlencode({'key': key})}").classes("console-name console-walk")
    link.style(f"--type: {TYPES.get(type_, OTHER)}").props["title"] = visit.type(type_)
