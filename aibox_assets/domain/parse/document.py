"""One entry to all parsers: finds the type, asks its parser, and makes every failure one of our errors."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from aibox_assets.domain.errors import (
    AIBoxError,
    EmptyDocumentError,
    LimitExceededError,
    MalformedDocumentError,
)
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.limits import ParseLimits
from aibox_assets.domain.parse.source import SourceFile
from aibox_assets.domain.sniff import (
    CSV,
    DOCX,
    EML,
    HTML,
    JSON,
    JSONL,
    MARKDOWN,
    PDF,
    PLAIN,
    PPTX,
    TSV,
    XLSX,
    sniff_media_type,
)

# Module and kind, for people; each module has `parse(source: SourceFile) -> ParsedDocument`.
_PARSERS = {
    PDF: ("pdf", "PDF"),
    DOCX: ("word", "Word document"),
    PPTX: ("slides", "presentation"),
    XLSX: ("spreadsheet", "spreadsheet"),
    CSV: ("delimited", "CSV"),
    TSV: ("delimited", "TSV"),
    HTML: ("web", "HTML"),
    MARKDOWN: ("markdown", "Markdown"),
    PLAIN: ("plain", "text"),
    JSON: ("structured", "JSON"),
    JSONL: ("structured", "JSON lines"),
    EML: ("mail", "e-mail"),
}

MEDIA_TYPES = frozenset(_PARSERS)
_XML_NO_MEMORY = 2  # libxml2's XML_ERR_NO_MEMORY, which lxml reports as a fault of the document


def parse_document(data: bytes, name: str, limits: ParseLimits) -> ParsedDocument:
    """The text of a file with its places.

    :param name: the file's name, for messages and, where the content leaves it open, for its type.
    :raises AIBoxError: only its permanent kinds, each naming the file, the reason and the remedy.
    :raises MemoryError: as it is, since only the caller knows what the limit was.
    :raises ImportError: as it is: a parser lacks a library, whatever the document.
    """
    limits.check_size(data, name)
    if not data.strip():
        raise EmptyDocumentError(f"{name} is empty.", "Check that it was copied whole.")
    kind = "document"
    try:
        media_type = sniff_media_type(data, name)
        module, kind = _PARSERS[media_type]
        document: ParsedDocument = _load(module).parse(SourceFile(data, name, media_type, limits))
        return document
    except (AIBoxError, MemoryError, ImportError):
        raise
    except RecursionError as error:
        raise LimitExceededError(
            f"{name} is nested deeper than the limit of the {kind} parser.", "Flatten or split the file."
        ) from error
    except Exception as error:
        if type(error).__name__ == "XMLSyntaxError" and getattr(error, "code", None) == _XML_NO_MEMORY:
            raise MemoryError from error
        detail = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise MalformedDocumentError(
            f"{name} is not a well-formed {kind} ({detail}).", "Open it in its own program and save it anew."
        ) from error


def load_parsers() -> None:
    """Import all parsers with their libraries, for a process that soon can open no file."""
    for module, _ in _PARSERS.values():
        _load(module)
    import_module("puremagic")  # which names what we refuse


def _load(module: str) -> ModuleType:
    return import_module(f"aibox_assets.domain.parse.{module}")
