"""What a file says: its triples, each leading to its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from nicegui import ui

from aibox_assets.console.markup import OTHER, TYPES, Markup, link_to_words, tag
from aibox_assets.console.shell import empty, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.models import PAST
from aibox_assets.services.graph import Stated, stated_by
from aibox_assets.stores.graph_records import GraphRelation

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
                    visit("No triples."),
                    visit("Its text says nothing that the ontology knows, or is not read yet."),
                )
            show_triples_of(visit, page.items)
        following = page.next
        button.set_visibility(following is not None)

    button = ui.button(visit("More"), on_click=more).props("flat no-caps")
    await more()


def show_triples_of(visit: Visit, stated: Iterable[Stated]) -> None:
    """Relations with the words that say so, each end leading into the graph."""
    ui.html(Markup("".join(triple(visit, each.relation) for each in stated)), sanitize=False).classes(
        "w-full"
    )


def triple(visit: Visit, relation: GraphRelation) -> Markup:
    """A relation, and the words that say so as a link to their place."""
    tense = visit("no longer") if relation.tense == PAST else visit("in the future")
    said = tag(
        "div",
        _end(visit, relation.head, relation.head_type, relation.head_key),
        tag("span", visit.relation(relation.relation), css="console-relation"),
        tag("span", tense, css="console-quiet") if relation.tense else "",
        _end(visit, relation.tail, relation.tail_type, relation.tail_key),
        tag("span", f"{relation.confidence:.0%}", css="console-quiet"),
        css="row items-center",
    )
    evidence = tag(
        "a",
        tag("div", relation.evidence, css="console-text console-sentence"),
        tag("div", relation.path, css="console-quiet console-place"),
        href=link_to_words(relation.file_id, relation.chunk_id, relation.char_start, relation.char_end),
        css="console-evidence",
    )
    return tag("article", said, evidence, css="console-triple")


def _end(visit: Visit, name: str, type_: str, key: str) -> Markup:
    href, colour = f"/graph?{urlencode({'key': key})}", TYPES.get(type_, OTHER)
    return tag("a", name, css="console-name console-walk", href=href, title=visit.type(type_), colour=colour)
