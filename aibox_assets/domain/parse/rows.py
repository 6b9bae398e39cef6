"""Table rows as lines that stand alone: ``Header: value | Header: value``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_NUMBER = re.compile(r"[-+(]?[\d.,\s%]*\d[\d.,\s%)]*")
CELL_SEPARATOR = " | "


def render_rows(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A line per row that is not empty.

    The header is the first row of two or more cells, if none of them is a number; lines before it (a
    title, a date) and rows of a table without a header are given as they are. A table of a header alone
    gives the header.
    """
    header: list[str] | None = None
    undecided = True
    header_used = False
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        if undecided and len(filled) >= 2:
            undecided = False
            if not any(_NUMBER.fullmatch(cell) for cell in filled):
                header = cells
                continue
        header_used = header is not None
        yield _render(cells, header or [])
    if header is not None and not header_used:
        yield CELL_SEPARATOR.join(cell for cell in header if cell)


def _render(cells: Sequence[str], header: Sequence[str]) -> str:
    named = []
    for index, cell in enumerate(cells):
        if cell:
            title = header[index] if index < len(header) else ""
            named.append(f"{title}: {cell}" if title else cell)
    return CELL_SEPARATOR.join(named)
