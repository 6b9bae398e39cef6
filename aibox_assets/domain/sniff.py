"""The type of a file by its content; its extension only decides between the kinds of plain text."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from aibox_assets.domain.decode import decode_text
from aibox_assets.domain.errors import EncryptedDocumentError, MalformedDocumentError, UnsupportedTypeError

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
CSV = "text/csv"
TSV = "text/tab-separated-values"
JSON = "application/json"
JSONL = "application/x-ndjson"
EML = "message/rfc822"

BY_ENDING = {
    "pdf": PDF, "docx": DOCX, "pptx": PPTX, "xlsx": XLSX, "html": HTML, "md": MARKDOWN, "txt": PLAIN, "csv": CSV,
    "tsv": TSV, "json": JSON, "jsonl": JSONL, "eml": EML,
}  # fmt: skip
"""The types as people call them: by the usual ending of such a file's name."""

_SAMPLE_BYTES = 65_536
_OFFICE_PARTS = {"word/document.xml": DOCX, "ppt/presentation.xml": PPTX, "xl/workbook.xml": XLSX}
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_START = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HEADER_LINE = re.compile(r"[!-9;-~]+:[ \t]?.*")
_MAIL_HEADERS = frozenset(
    [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "reply-to",
        "delivered-to",
    ]
)
_SUPPORTED = "PDF, DOCX, PPTX, XLSX, CSV, TSV, HTML, Markdown, text, JSON, JSONL or EML"


def sniff_media_type(data: bytes, name: str) -> str:
    """The media type of *data*.

    :param name: the file's name; its extension is asked only where the content leaves the choice open.
    :raises UnsupportedTypeError: the content is none that we parse; names content and extension.
    :raises EncryptedDocumentError: an Office document under a password.
    :raises MalformedDocumentError: a ZIP that cannot be opened.
    """
    extension = PurePath(name).suffix.lower()
    if data.lstrip(b"\xef\xbb\xbf\r\n\t ")[:5] == b"%PDF-":
        return PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(data, name)
    if data.startswith(_OLE_MAGIC):
        raise _refuse_ole(data, name)
    decoded = decode_text(data)
    if decoded is None:
        if b"%PDF-" in data[:1024]:  # junk before the header, which readers allow
            return PDF
        raise _refuse(name, extension, _describe(data))
    return _sniff_text(decoded.text, extension)


def _sniff_text(text: str, extension: str) -> str:
    stripped = text.lstrip()
    if _HTML_START.match(text) or (extension in (".html", ".htm", ".xhtml") and "<" in text):
        return HTML
    if stripped[:1] in ("{", "["):
        kind = _sniff_json(stripped, extension)
        if kind is not None:
            return kind
    if _looks_like_mail(stripped, extension):
        return EML
    if extension in (".md", ".markdown", ".mdown"):
        return MARKDOWN
    if extension in (".tsv", ".tab"):
        return TSV
    if extension == ".csv":
        return CSV
    return PLAIN if extension in (".txt", ".text", ".log") else _sniff_rows(text)


def _sniff_json(text: str, extension: str) -> str | None:
    if extension in (".jsonl", ".ndjson"):
        return JSONL
    lines = [line for line in text.splitlines()[:3] if line.strip()]
    if len(lines) > 1 and all(_is_json(line) for line in lines[:2]):
        return JSONL
    return JSON if extension == ".json" or _is_json(text) else None


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _looks_like_mail(text: str, extension: str) -> bool:
    known: set[str] = set()
    for line in text.splitlines()[:100]:
        if not line:
            break
        if line[0] in " \t" and known:
            continue
        if line.startswith("From ") and not known:  # mbox's own line
            continue
        if not _HEADER_LINE.fullmatch(line):
            return False
        known.add(line.partition(":")[0].lower())
    hits = len(known & _MAIL_HEADERS)
    return hits >= (1 if extension == ".eml" else 3)


def _sniff_rows(text: str) -> str:
    """CSV or TSV without its extension: several lines that agree on their number of cells."""
    lines = [line for line in text.splitlines()[:20] if line.strip()][:-1]
    for separator, kind in (("\t", TSV), (",", CSV), (";", CSV)):
        counts = {line.count(separator) for line in lines}
        if len(lines) >= 3 and len(counts) == 1 and counts != {0} and ". " not in "".join(lines):
            return kind
    return PLAIN


def _sniff_zip(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except Exception as error:
        raise MalformedDocumentError(
            f"{name} starts like a ZIP or Office document but cannot be opened: {error}.",
            "The file is probably cut off: copy it again.",
        ) from error
    for part, kind in _OFFICE_PARTS.items():
        if part in names:
            return kind
    raise _refuse(name, PurePath(name).suffix.lower(), "a ZIP archive without an Office document")


def _refuse_ole(data: bytes, name: str) -> Exception:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return EncryptedDocumentError(
            f"{name} is an Office document under a password.", "Save a copy without the password."
        )
    return UnsupportedTypeError(
        f"{name} is an Office document of the format before 2007.", "Save it as DOCX, PPTX or XLSX."
    )


def _refuse(name: str, extension: str, content: str) -> UnsupportedTypeError:
    claimed = f"its extension is {extension}" if extension else "it has no extension"
    return UnsupportedTypeError(
        f"{name}: the content is {content}, and {claimed}; neither makes it a document.",
        f"Convert it to {_SUPPORTED}.",
    )


def _describe(data: bytes) -> str:
    if not data[:_SAMPLE_BYTES].strip(b"\x00"):
        return "binary (nothing but NUL bytes)"
    import puremagic  # here, since only what we refuse needs it

    try:
        found = puremagic.magic_string(data[:_SAMPLE_BYTES])
    except (puremagic.PureError, ValueError):
        found = []
    return f"binary ({found[0].name})" if found and found[0].name else "binary of an unknown type"
