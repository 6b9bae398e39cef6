"""PDF by PDFium. A block per page; hyphens at line ends are joined."""

from __future__ import annotations

import re

import pypdfium2

from aibox_assets.domain.errors import EncryptedDocumentError, LimitExceededError, MalformedDocumentError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.source import SourceFile

_TAIL_BYTES = 2_048
_PASSWORD_ERRORS = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
# PDFium marks a hyphen that only the line's end put there.
_LINE_END_HYPHEN = re.compile("[\ufffe\x02](?:\r?\n)?")
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
        raise _malformed(source, str(error)) from error
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
    broken = []
    for index in range(len(pdf)):
        try:
            page = pdf[index]
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            broken.append(index + 1)
            continue
        builder.add(_LINE_END_HYPHEN.sub("", text_page.get_text_range()), page=index + 1)
        text_page.close()
        page.close()
    if len(broken) == len(pdf):
        raise _malformed(source, "none of its pages can be read")
    if broken:
        builder.warnings.append(f"Pages that cannot be read: {', '.join(map(str, broken[:20]))}.")
    return builder.finish(empty_remedy=_SCANNED)


def _malformed(source: SourceFile, reason: str) -> MalformedDocumentError:
    return MalformedDocumentError(
        f"{source.name} is not a whole PDF: {reason}.", "Copy it again, or print it to a new PDF."
    )
