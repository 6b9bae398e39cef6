"""What kinds of files are called on the pages, by their media types."""

from __future__ import annotations

from typing import Final

from aibox_assets.console.visit import Visit
from aibox_assets.domain import sniff

KINDS: Final = {
    sniff.PDF: "PDF",
    sniff.DOCX: "Word",
    sniff.PPTX: "PowerPoint",
    sniff.XLSX: "Excel",
    sniff.CSV: "CSV",
    sniff.TSV: "TSV",
    sniff.HTML: "HTML",
    sniff.MARKDOWN: "Markdown",
    sniff.PLAIN: "Plain text",
    sniff.JSON: "JSON",
    sniff.JSONL: "JSON Lines",
    sniff.EML: "E-mail",
}


def kind_of(visit: Visit, media_type: str | None) -> str:
    """A kind as it is called; one that is not known yet, or is none of ours, as it is."""
    if media_type is None:
        return "–"
    return visit(KINDS[media_type]) if media_type in KINDS else media_type


def kind_choices(visit: Visit) -> dict[str, str]:
    """The kinds that one can choose from, with the one for all of them."""
    return {"": visit("Any kind")} | {media_type: visit(name) for media_type, name in KINDS.items()}
