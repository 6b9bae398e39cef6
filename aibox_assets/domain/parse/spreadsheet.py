"""XLSX by calamine: the values that the cells show, not their formulas; each row a line with its headers."""

from __future__ import annotations

import datetime
from io import BytesIO

import python_calamine

from aibox_assets.domain.errors import EncryptedDocumentError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.archive import check_archive
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.rows import render_rows
from aibox_assets.domain.parse.source import SourceFile


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
        rows = workbook.get_sheet_by_name(metadata.name).iter_rows()
        # Two far cells make calamine give all the rows between them, up to a million.
        lines = render_rows([show_value(value) for value in row] for row in rows if any(map(_is_filled, row)))
        builder.add("\n".join(lines), sheet=metadata.name)
    return builder.finish()


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
