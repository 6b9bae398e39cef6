"""PPTX: titles, texts, tables and notes, slide by slide."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pptx

from aibox_assets.domain.errors import LimitExceededError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.archive import check_archive
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.rows import MOST_REPEATED_CHARS, Row, render_rows
from aibox_assets.domain.parse.source import SourceFile


def parse(source: SourceFile) -> ParsedDocument:
    """Blocks with the slide's number as page and its title as heading.

    :raises LimitExceededError: more slides than ``max_pages``.
    """
    check_archive(source)
    presentation = pptx.Presentation(BytesIO(source.data))
    builder = DocumentBuilder(source)
    if len(presentation.slides) > source.limits.max_pages:
        raise LimitExceededError(
            f"{source.name} has {len(presentation.slides):,} slides, over the limit of "
            f"{source.limits.max_pages:,} slides.",
            "Split it into several files.",
        )
    for number, slide in enumerate(presentation.slides, start=1):
        title = slide.shapes.title
        builder.open_heading(1, title.text_frame.text if title is not None else "")
        if title is not None:
            builder.add(title.text_frame.text, page=number)
        for text in _shape_texts(slide.shapes, title.shape_id if title is not None else None):
            builder.add(text, page=number)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            builder.add(slide.notes_slide.notes_text_frame.text, page=number)
    return builder.finish(empty_remedy="Slides that are pictures need text recognition (OCR) first.")


def _shape_texts(shapes: Any, title_id: int | None) -> Iterator[str]:
    for shape in shapes:
        if shape.shape_id == title_id:
            continue
        if hasattr(shape, "shapes"):  # a group
            yield from _shape_texts(shape.shapes, title_id)
        elif getattr(shape, "has_table", False):
            yield "\n".join(render_rows(_table_rows(shape.table)))
        elif shape.has_text_frame:
            yield shape.text_frame.text.replace("\v", "\n")


def _table_rows(table: Any) -> Iterator[Row]:
    """The rows; a merged cell stands in each of its rows."""
    above: list[str | None] = []
    for row in table.rows:
        cells: list[str | None] = []
        for column, cell in enumerate(row.cells):
            if cell._tc.hMerge:
                cells.append(None)
            elif cell._tc.vMerge and column < len(above):
                cells.append(above[column])
            else:
                cells.append(cell.text)
        yield cells
        above = [cell and cell[:MOST_REPEATED_CHARS] for cell in cells]
