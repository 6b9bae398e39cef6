"""What the lines of a chunk are: wrapped prose, headings, or fields of a record; before any language is read.

Parsers keep line breaks. In a PDF most of them only wrap a sentence, while the one behind a heading ends it;
tables and JSON arrive as ``key: value | key: value`` or as lines ``key: value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_HAN_END, _HAN_START = re.compile(r"[\u3400-\u9fff]$"), re.compile(r"[\u3400-\u9fff，、。；：）」』]")
_LOWER_START = re.compile(r"[a-z]")
_CELL = re.compile(r"\s*(?P<key>[^:：|\n]{1,40}[^:：|\n\s])\s*[:：](?:\s+|$)")
_PATH_LINE = re.compile(r"(?P<key>[^\W\d][\w.\[\]-]{0,79}):(?:[ \t]+|$)")
_SENTENCE_END = re.compile(r"[.!?:;。！？：；…|][\"'”’」』)）]*$")
_COLUMNS = re.compile(r"[^\s.!?:] {2,}\S|\t")
_NO_CONTINUATION = re.compile(r"\s*(?:[-*•>#|]|\d+[.)、]|[一二三四五六七八九十]+、)")
_LABEL = re.compile(r"[^:：\n]{2,60}[:：] ")
# A wrapped line is nearly as wide as the widest of its chunk, and no narrower than this (Han count twice).
_LEAST_WIDTH, _LEAST_SHARE = 50, 0.7
SOFT_BREAK = "\v"  # stands for a break inside a Chinese word or clause, which has no space to become


@dataclass(frozen=True, slots=True)
class Field:
    """One ``key: value``. :ivar record: fields with the same number belong together."""

    record: int
    key: str
    key_start: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """:ivar text: as long as the chunk's, so offsets stay true. A newline ends a sentence, always; breaks that
    only wrap became a space, or :data:`SOFT_BREAK` between Chinese characters.
    :ivar fields: the fields of its records, in order.
    """

    text: str
    fields: tuple[Field, ...]


def read_layout(text: str) -> Layout:
    """The layout of a chunk's *text*; ``layout.text`` has its length."""
    if "\n" not in text and " | " not in text:
        return Layout(text, ())
    fields = tuple(_fields(text))
    marks = list(text)
    for start, end, following in _wraps(text, {each.key_start for each in fields}):
        han = _HAN_END.search(text[start:end]) and _HAN_START.match(text[following])
        marks[end:following] = (SOFT_BREAK if han else " ") * (following - end)
    for each in fields:
        if each.start > each.key_start:
            marks[each.start - 1] = "\n"
        if each.end < len(text):
            marks[each.end] = "\n"
    return Layout("".join(marks), fields)


def _wraps(text: str, keys: set[int]) -> Iterator[tuple[int, int, int]]:
    """Start and end of each line that runs on, and where the next one starts."""
    lines = [(each.start(), each.end()) for each in re.finditer(r"[^\n]+", text)]
    widest = max((_width(text[start:end]) for start, end in lines), default=0)
    for (start, end), (following, last) in pairwise(lines):
        line = text[start:end].rstrip()
        if (
            following - end > 1
            or following in keys
            or not line
            or _COLUMNS.search(line)  # of a list or a table, not of prose
            or _NO_CONTINUATION.match(text, following, last)
            or _is_row(line, text[following:last])
        ):
            continue
        width = _width(line)
        wide = width >= max(_LEAST_WIDTH, _LEAST_SHARE * widest) and not _SENTENCE_END.search(line)
        if wide or (_LOWER_START.match(text[following]) and width >= _LEAST_WIDTH // 2):
            yield start, end, following


def _is_row(line: str, other: str) -> bool:
    """Whether both begin with one label, as rows below one header do."""
    label = _LABEL.match(line)
    return label is not None and other.startswith(label.group())


def _width(line: str) -> int:
    return len(line) + len(_CJK.findall(line))


def _fields(text: str) -> Iterator[Field]:
    record = 0
    rows: list[Field] = []  # lines "path.key: value" that may turn out to be an object
    prefix, seen = "", set[str]()
    for match in re.finditer(r"[^\n]*\n?", text):
        line = match.group().rstrip("\n")
        cells = list(_cells(line, match.start(), record)) if " | " in line else []
        path = _PATH_LINE.match(line)
        if path is not None and not cells:
            own, _, last = path["key"].rpartition(".")
            if rows and (own != prefix or last in seen):
                record, seen = record + 1, set()
            prefix = own
            seen.add(last)
            key = own.rpartition(".")[2] if last == "name" and own else last
            value = match.start() + path.end()
            rows.append(Field(record, key, match.start(), value, match.start() + len(line)))
            continue
        if len(rows) > 1:
            yield from rows
        rows, seen, record = [], set(), record + 1
        yield from cells
    if len(rows) > 1:
        yield from rows


def _cells(line: str, offset: int, record: int) -> Iterator[Field]:
    cells, start = [], 0
    for cell in line.split(" | "):
        found = _CELL.match(cell)
        if found is None:
            return
        place = offset + start
        cells.append(
            Field(record, found["key"], place + found.start("key"), place + found.end(), place + len(cell))
        )
        start += len(cell) + 3
    yield from cells
