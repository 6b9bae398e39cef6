"""PDF by PDFium. A block per page and heading, without what only furnishes a page."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from itertools import islice
from typing import Any

import pypdfium2
import pypdfium2.raw

from aibox_assets.domain.errors import EncryptedDocumentError, LimitExceededError, MalformedDocumentError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.page_layout import (
    Bookmark,
    find_contents,
    find_headings,
    find_running_lines,
    join_lines,
    place_bookmarks,
)
from aibox_assets.domain.parse.page_lines import Line, read_lines
from aibox_assets.domain.parse.source import SourceFile

_TAIL_BYTES = 2_048
_PASSWORD_ERRORS = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_MOST_BOOKMARKS = 20_000
# Where a view keeps its upper edge.
_TOP_OF_VIEW = {
    pypdfium2.raw.PDFDEST_VIEW_XYZ: 1,
    pypdfium2.raw.PDFDEST_VIEW_FITH: 0,
    pypdfium2.raw.PDFDEST_VIEW_FITBH: 0,
    pypdfium2.raw.PDFDEST_VIEW_FITR: 3,
}
_SCANNED = "If it is a scan, run text recognition (OCR) over it first."


def parse(source: SourceFile) -> ParsedDocument:
    """Text with page numbers.

    :raises EncryptedDocumentError: it wants a password (an owner's password alone does not matter).
    :raises MalformedDocumentError: cut off, or no page can be read.
    :raises LimitExceededError: more than ``max_pages``.
    """
    try:
        pdf = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in _PASSWORD_ERRORS:
            raise EncryptedDocumentError(
                f"{source.name} is a PDF under a password.", "Save a copy without the password."
            ) from error
        raise _malformed(source, str(error).removesuffix(".")) from error
    # PDFium repairs a file that is cut off and shows what is left; half a document must not pass for one.
    if b"startxref" not in source.data.rstrip(b"\x00\r\n\t ")[-_TAIL_BYTES:]:
        raise _malformed(source, "its end is missing")
    with pdf:
        if len(pdf) > source.limits.max_pages:
            raise LimitExceededError(
                f"{source.name} has {len(pdf):,} pages, over the limit of {source.limits.max_pages:,} pages.",
                "Split it into several files.",
            )
        if len(pdf) == 0:
            raise _malformed(source, "it has no pages")
        return _read_pages(pdf, source)


def _read_pages(pdf: pypdfium2.PdfDocument, source: SourceFile) -> ParsedDocument:
    builder = DocumentBuilder(source)
    pages: list[list[Line]] = []
    broken = []
    characters = 0
    for index in range(len(pdf)):
        pages.append([])
        try:
            page = pdf[index]
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            broken.append(index + 1)
            continue
        pages[-1] = read_lines(text_page)
        text_page.close()
        page.close()
        characters += sum(len(line.text) for line in pages[-1])
        builder.check_length(characters)
    if len(broken) == len(pdf):
        raise _malformed(source, "none of its pages can be read")
    if broken:
        builder.warnings.append(f"Pages that cannot be read: {', '.join(map(str, broken[:20]))}.")
    _add_pages(builder, _without_furniture(pages), _read_outline(pdf))
    return builder.finish(empty_remedy=_SCANNED)


def _without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without running heads, page numbers and tables of contents; as they are where no text is left."""
    kept = _without(_without(pages, find_running_lines), find_contents)
    return kept if any(kept) else pages


def _without(pages: list[list[Line]], find: Callable[[list[list[Line]]], list[set[int]]]) -> list[list[Line]]:
    found = find(pages)
    return [
        [line for index, line in enumerate(lines) if index not in left_out]
        for lines, left_out in zip(pages, found, strict=True)
    ]


def _add_pages(builder: DocumentBuilder, pages: list[list[Line]], outline: dict[int, list[Bookmark]]) -> None:
    """A block for each page and heading. Headings are those of the outline; else what is set larger than the text."""
    headings = (
        [place_bookmarks(lines, outline.get(page, ())) for page, lines in enumerate(pages)]
        if outline
        else find_headings(pages)
    )
    for number, (lines, places) in enumerate(zip(pages, headings, strict=True), start=1):
        texts: list[Line] = []
        for index in range(max(len(lines), 1)):  # a page of pictures has its headings, too
            if index in places:
                builder.add(join_lines(texts), page=number)
                texts.clear()
            for bookmark in places.get(index, ()):
                builder.open_heading(bookmark.level, bookmark.title)
            texts.extend(lines[index : index + 1])
        builder.add(join_lines(texts), page=number)


def _read_outline(pdf: pypdfium2.PdfDocument) -> dict[int, list[Bookmark]]:
    """The bookmarks by page, from 0, in their order. A damaged outline ends where it is damaged."""
    outline: dict[int, list[Bookmark]] = {}
    with contextlib.suppress(pypdfium2.PdfiumError, UnicodeError, ValueError):
        for entry in islice(pdf.get_toc(), _MOST_BOOKMARKS):
            destination = entry.get_dest()
            page = destination.get_index() if destination is not None else None
            if page is not None and 0 <= page < len(pdf):
                bookmark = Bookmark(entry.level + 1, entry.get_title(), page, _top_of(destination))
                outline.setdefault(page, []).append(bookmark)
    return outline


def _top_of(destination: Any) -> float | None:
    mode, position = destination.get_view()
    place = _TOP_OF_VIEW.get(mode)
    return float(position[place]) if place is not None and place < len(position) else None


def _malformed(source: SourceFile, reason: str) -> MalformedDocumentError:
    return MalformedDocumentError(
        f"{source.name} is not a whole PDF: {reason.rstrip('.')}.", "Copy it again, or print it to a new PDF."
    )
