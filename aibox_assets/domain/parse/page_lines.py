"""The lines of a PDF page with where they stand and how large they are."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

# PDFium marks a hyphen that only the line's end put there.
_LINE_END_HYPHEN = re.compile("[\ufffe\x02]")
# A blank that PDFium itself put between two letters, where the text has its own between words and wider ones.
_NARROWER = 0.85
_OWN_BLANKS = 2  # for each that PDFium put
_SAMPLE = 50
_BLANK = re.compile(r"\S (?=\S)")
_CHARS_PER_LONE_LETTER = 400
_TORN = re.compile(r"(?:^|[^\W\d_]) (?![aAI] )[^\W\d_](?: [^\W\d_]|$)", re.M)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text.

    :ivar top: of its first character, in points from the bottom of the page; 0 where it is not known.
    :ivar size: height of its first character, as its font says; 0 where it is not known.
    """

    text: str
    top: float = 0.0
    size: float = 0.0


def read_lines(text_page: Any) -> list[Line]:
    """The lines in the order of the page's content; hyphens at line ends are joined."""
    text = text_page.get_text_range()
    located = len(text) == text_page.count_chars()
    lines: list[Line] = []
    offset = 0
    joined: Line | None = None
    torn = _torn_places(text_page, text) if located and _is_torn(text) else frozenset()
    for raw in text.split("\n"):
        shown = raw.strip()
        top, size = 0.0, 0.0
        if shown and located:
            top, size = _locate(text_page, offset + len(raw) - len(raw.lstrip()))
        if torn:
            shown = "".join(c for i, c in enumerate(raw, start=offset) if i not in torn).strip()
        offset += len(raw) + 1
        if joined is not None:
            shown, top, size = joined.text + shown, joined.top, joined.size
            joined = None
        line = Line(_LINE_END_HYPHEN.sub("", shown), top, size)
        if shown.endswith(("\ufffe", "\x02")):
            joined = line
        elif line.text:
            lines.append(line)
    if joined is not None:
        lines.append(joined)
    return lines


def _locate(text_page: Any, index: int) -> tuple[float, float]:
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
        return 0.0, 0.0
    return float(box.top), float(box.top - box.bottom)


def _is_torn(text: str) -> bool:
    """Whether single letters stand alone more often than a language has them; to look at each gap costs time."""
    found = len(_TORN.findall(text))
    return found >= 2 and found * _CHARS_PER_LONE_LETTER >= len(text)


def _torn_places(text_page: Any, text: str) -> frozenset[int]:
    """The blanks of *text* that tear a word apart: a kern that PDFium took for the gap between two words."""
    own: list[int] = []
    made: list[int] = []
    for match in _BLANK.finditer(text):
        index = match.start() + 1
        (made if pdfium.FPDFText_IsGenerated(text_page, index) == 1 else own).append(index)
    if len(own) < _OWN_BLANKS * len(made):
        return frozenset()  # here blanks are nothing but gaps
    usual = median(_gap(text_page, index) for index in own[:_SAMPLE])
    return frozenset(index for index in made if _gap(text_page, index) < _NARROWER * usual)


def _gap(text_page: Any, index: int) -> float:
    left, right = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index - 1, ctypes.byref(left))
    pdfium.FPDFText_GetLooseCharBox(text_page, index + 1, ctypes.byref(right))
    return float(right.left - left.right)
