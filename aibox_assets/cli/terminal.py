"""What reaches a terminal: all that the commands print goes through here.

A path or a document's text may hold what a terminal obeys or hides: escape sequences that move the cursor, set
its title or write to the clipboard, and characters that turn the direction of what follows.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterable
from typing import Final, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

# Controls (C0 but for tab and line feed, DEL, C1), marks and overrides of direction, line separators, lone
# surrogates (bytes that are no UTF-8), the byte order mark, and tags, which nothing shows.
_HOSTILE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(Console):
    """A console on which what a terminal would obey or hide is shown as an escape, whoever printed it."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """As rich does, with the text of each segment made visible; rich's own codes are not part of it."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))


def visible(text: str) -> str:
    """*text* with what a terminal obeys or hides as an escape, such as ``\\x1b``; line feeds stay."""
    return _HOSTILE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def clean(text: str) -> str:
    """A document's or a file's text on one line, for a sentence or a cell with markup."""
    return escape(visible(" ".join(text.split())))


def clean_lines(text: str) -> str:
    """The same, line for line: for a message that may have several."""
    return escape(visible(text))


def clean_json(text: str) -> str:
    """JSON text with the same characters as its own escapes, and all but ASCII where standard output cannot write
    it: it means the same to a program."""
    text = _HOSTILE.sub(_json_escape, text)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return _NOT_ASCII.sub(_json_escape, text)
    return text


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def lenient(*streams: TextIO) -> None:
    """Have what a stream's encoding has no letter for written as an escape, not end the command."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def uncoloured(line: str) -> str:
    """A log's line without its colours."""
    return _COLOUR.sub("", line)
