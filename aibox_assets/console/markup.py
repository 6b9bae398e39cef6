"""Texts with marks and links in them, as HTML: the only place where markup is made, and its texts are escaped.

What there are many of on a page (hits, triples) is made here: an element of the library's own is followed by the server
and drawn anew with each change of its page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlencode

TYPES: Final = {
    "Person": "#3b7dd8",
    "Organization": "#d9822b",
    "Location": "#2a9d62",
    "Product": "#a259c4",
    "Event": "#c44f6b",
    "Technology": "#168a8f",
    "Law": "#8a6d3b",
    "Work": "#7a8b2e",
    "Role": "#5c6bc0",
    "Date": "#6b7785",
}
OTHER: Final = "#7a7f87"
"""The colour of any other type."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters *start* to *end* of a text.

    :ivar css: class of the element. :ivar href: where it leads, for a link. :ivar title: what it is.
    :ivar colour: of its line.
    """

    start: int
    end: int
    css: str = ""
    href: str = ""
    title: str = ""
    colour: str = ""


class Markup(str):
    """HTML whose texts are escaped."""

    __slots__ = ()


def tag(
    name: str,
    *content: str,
    css: str = "",
    href: str = "",
    title: str = "",
    colour: str = "",
    key: str = "",
) -> Markup:
    """An element; of its content what is not :class:`Markup` is a text.

    :param css: its class. :param colour: of its line. :param key: by which a script finds it, as ``data-key``.
    """
    within = "".join(each if isinstance(each, Markup) else escape(each) for each in content)
    return Markup(f"<{name}{_attributes(css, href, title, colour, key)}>{within}</{name}>")


def mark_up(text: str, spans: Iterable[Span]) -> Markup:
    """*text* as HTML; spans must be apart from each other, and nothing but they is markup."""
    shown, at = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start < at or span.end <= span.start:
            continue
        name = "a" if span.href else "mark"
        shown.append(escape(text[at : span.start]))
        words = text[span.start : span.end]
        shown.append(tag(name, words, css=span.css, href=span.href, title=span.title, colour=span.colour))
        at = span.end
    return Markup("".join([*shown, escape(text[at:])]))


def link_to_words(file_id: str, chunk_id: str, start: int, end: int) -> str:
    """The address of characters *start* to *end* of a file's text."""
    return f"/files/{file_id}?{urlencode({'chunk': chunk_id, 'words': f'{start}-{end}'})}"


def _attributes(css: str, href: str, title: str, colour: str, key: str) -> str:
    style = f"--type: {colour}" if colour else ""
    given = {"class": css, "href": href, "title": title, "style": style, "data-key": key}
    return "".join(f' {name}="{escape(value, quote=True)}"' for name, value in given.items() if value)
