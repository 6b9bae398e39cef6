"""XLSX by calamine: the values that the cells show, not their formulas; each row a line with its headers."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import python_calamine

from aibox_assets.domain.errors import EncryptedDocumentError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.archive import check_archive
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.rows import MOST_REPEATED_CHARS, MOST_SPANNED_ROWS, Row, render_rows
from aibox_assets.domain.parse.source import SourceFile

_MOST_MERGED = 1_000


def parse(source: SourceFile) -> ParsedDocument:
    """A block per worksheet, under the sheet's name.

    :raises EncryptedDocumentError: the workbook wants a password.
    """
    check_archive(source)
    builder = DocumentBuilder(source)
    try:
        workbook = python_calamine.load_workbook(BytesIO(source.data))
    except python_calamine.PasswordError as error:
        raise EncryptedDocumentError(
            f"{source.name} is under a password.", "Save a copy without the password."
        ) from error
    for metadata in workbook.sheets_metadata:
        if metadata.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        builder.add("\n".join(render_rows(_read_rows(sheet))), sheet=metadata.name)
    return builder.finish()


def _read_rows(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    """The rows that hold anything; a merged cell stands in each of its rows."""
    first_column = sheet.start[1] if sheet.start else 0
    starting: dict[int, list[_Merged]] = {}
    for (top, left), (bottom, right) in (sheet.merged_cell_ranges or ())[:_MOST_MERGED]:
        merged = _Merged(left - first_column, right - first_column, min(bottom, top + MOST_SPANNED_ROWS))
        starting.setdefault(top, []).append(merged)
    active: list[_Merged] = []
    for number, values in enumerate(sheet.iter_rows()):
        active = [merged for merged in active if merged.bottom >= number]
        # Two far cells make calamine give all the rows between them, up to a million.
        if not active and not any(map(_is_filled, values)):
            continue
        cells: list[str | None] = [show_value(value) for value in values]
        for merged in active:
            cells[merged.left] = merged.text
        for merged in starting.get(number, ()):
            if 0 <= merged.left < len(cells):
                active.append(merged)
                merged.text = str(cells[merged.left])[:MOST_REPEATED_CHARS]
        for merged in active:
            for column in range(merged.left + 1, min(merged.right + 1, len(cells))):
                cells[column] = None
        if any(map(_is_filled, values)):
            yield cells


@dataclass(slots=True)
class _Merged:
    """A merged cell by its columns in the rows as they are given, and its last row."""

    left: int
    right: int
    bottom: int
    text: str = ""


def _is_filled(value: object) -> bool:
    return value != ""


def show_value(value: object) -> str:
    """A cell as a person would read it: no ``.0`` behind whole numbers, dates in ISO 8601."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
