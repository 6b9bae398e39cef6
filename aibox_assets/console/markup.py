"""A document's text with marks in it, as HTML: the only place where markup is made, and its texts are escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

TYPES: Final = {
    "Person": "#3b7dd8",
    "Organization": "#d9822b",
    "Location": "#2a9d62",
    "Product": "#a259c4",
    "Event": "#c44f6b",
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


def mark_up(text: str, spans: Iterable[Span]) -> str:
    """*text* as HTML; spans must be apart from each other, and nothing but they is markup."""
    shown, at = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start < at or span.end <= span.start:
            continue
        name = "a" if span.href else "mark"
        attributes = "".join(
            f' {attribute}="{escape(value, quote=True)}"'
            for attribute, value in (
                ("class", span.css),
                ("href", span.href),
                ("title", span.title),
                ("style", f"--type: {span.colour}" if span.colour else ""),
            )
            if value
        )
        shown += [escape(text[at : span.start]), f"<{name}{attributes}>"]
        shown += [escape(text[span.start : span.end]), f"</{name}>"]
        at = span.end
    return "".join([*shown, escape(text[at:])])
