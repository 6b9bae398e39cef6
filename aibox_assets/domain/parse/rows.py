"""Table rows as lines that stand alone: ``Header: value | Header: value``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"[-+(]?[\d.,\s%]*\d[\d.,\s%)]*")
CELL_SEPARATOR = " | "
# A few bytes may claim any span: these bound what is made of them.
_MOST_COLUMNS, MOST_SPANNED_ROWS, MOST_REPEATED_CHARS = 64, 100, 200

Row = Sequence[str | None]
"""A row's cells by column; None where the cell to the left goes on."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the columns and rows that it covers."""

    text: str
    columns: int = 1
    rows: int = 1


def spread_cells(rows: Iterable[Sequence[Cell]]) -> Iterator[Row]:
    """Each cell in its own column: one that covers several rows stands in each of them."""
    above: dict[int, tuple[Cell, int]] = {}  # by column: what reaches down, and over how many rows still
    for cells in rows:
        placed: list[tuple[int, Cell, int]] = []
        column = 0
        for cell in cells:
            while column in above:
                reaching, left = above.pop(column)
                placed.append((column, reaching, left))
                column += _columns(reaching)
            placed.append((column, cell, max(1, min(cell.rows, MOST_SPANNED_ROWS))))
            column += _columns(cell)
        placed.extend((column, reaching, left) for column, (reaching, left) in above.items())
        row: list[str | None] = []
        above = {}
        for column, cell, left in sorted(placed, key=lambda place: place[0]):
            row.extend([""] * (column - len(row)))
            row.append(cell.text)
            row.extend([None] * (_columns(cell) - 1))
            if left > 1:
                again = cell if len(cell.text) <= MOST_REPEATED_CHARS else Cell("", cell.columns)
                above[column] = (again, left - 1)
        yield row


def render_rows(rows: Iterable[Row], header_rows: int | None = None) -> Iterator[str]:
    """A line per row that is not empty.

    :param header_rows: how many of the first rows are the header, where the document says so. Else it is the
        first row of two or more cells, if none of them is a number, with the row below where a title covers
        several columns; lines before it (a title, a date) and rows
        of a table without a header are given as they are. A table of a header alone gives the header.
    """
    header: list[str] | None = None
    spanned: list[int] = []  # columns that share a title with their neighbours: the next row tells them apart
    undecided = not header_rows
    header_used = False
    for number, row in enumerate(rows):
        cells = [None if cell is None else " ".join(cell.split()) for cell in row]
        filled = [cell for cell in cells if cell]
        if header_rows and number < header_rows:
            header = _join_titles(header or [], _repeat(cells))
            continue
        if not filled:
            continue
        if undecided and len(filled) >= 2:
            undecided = False
            if not any(_NUMBER.fullmatch(cell) for cell in filled):
                header = _repeat(cells)
                spanned = [index for index, cell in enumerate(cells) if cell is None]
                continue
        if spanned and header is not None:
            below, spanned = spanned, []
            if all(index < len(cells) and cells[index] for index in below):
                header = _join_titles(header, _repeat(cells))
                continue
        header_used = header is not None
        yield _render(cells, header or [])
    if header is not None and not header_used:
        line = CELL_SEPARATOR.join(cell for cell in header if cell)
        if line:
            yield line


def _columns(cell: Cell) -> int:
    return max(1, min(cell.columns, _MOST_COLUMNS))


def _repeat(cells: Sequence[str | None]) -> list[str]:
    """Titles by column; one that covers several columns is the title of each."""
    titles: list[str] = []
    for cell in cells:
        titles.append(cell if cell is not None else titles[-1] if titles else "")
    return titles


def _join_titles(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    joined = []
    for index in range(max(len(upper), len(lower))):
        pair = [titles[index] for titles in (upper, lower) if index < len(titles)]
        joined.append(" ".join(dict.fromkeys(title for title in pair if title)))
    return joined


def _render(cells: Row, header: Sequence[str]) -> str:
    named = []
    for index, cell in enumerate(cells):
        if cell:
            title = header[index] if index < len(header) else ""
            named.append(f"{title}: {cell}" if title else cell)
    return CELL_SEPARATOR.join(named)
