"""DOCX: paragraphs, tables and notes in their order, under their headings, with what stands in headers and footers.

python-docx opens the package and knows the styles. The body is walked here, since python-docx leaves out
content controls, tracked insertions and text boxes, where many templates keep their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.parts.styles import StylesPart

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.archive import check_archive
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.rows import MOST_REPEATED_CHARS, Row, render_rows
from aibox_assets.domain.parse.source import SourceFile

# python-docx reads a file of its own when a document has no styles, and a parsing child can open none by then.
_DEFAULT_STYLES = StylesPart._default_styles_xml()  # type: ignore[no-untyped-call]
StylesPart._default_styles_xml = staticmethod(lambda: _DEFAULT_STYLES)  # type: ignore[method-assign]

_HEADING_NAME = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.I)
_TITLE_NAMES = frozenset(("title", "标题", "標題"))
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TEXT = qn("w:t")
_ID, _VALUE = qn("w:id"), qn("w:val")
_NOTE_KINDS = ("comments", "footnotes", "endnotes")
_REFERENCES = {
    qn("w:commentReference"): "comments",
    qn("w:footnoteReference"): "footnotes",
    qn("w:endnoteReference"): "endnotes",
}
_PAGE_NUMBER = re.compile(r"(?:page|seite|第)?[\s\d/–—|-]*(?:(?:of|von|页|頁|共)[\s\d]*)*(?:页|頁)?", re.I)
_MOST_COLUMNS = 64
_WHITE_SPACE_TAGS = frozenset((qn("w:pPr"), qn("w:rPr"), qn("w:sectPr")))
# Deleted text; and the older twin of a drawing, whose text would come twice.
_SKIPPED = _WHITE_SPACE_TAGS | {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def parse(source: SourceFile) -> ParsedDocument:
    """Blocks of one paragraph or one table each; page headers first, page footers last, notes where they are made."""
    check_archive(source)
    document = docx.Document(BytesIO(source.data))
    levels = _heading_levels(document)
    notes = {kind: _notes(document, kind) for kind in _NOTE_KINDS}
    builder = DocumentBuilder(source)
    for text in _running_texts(document, "header"):
        builder.add(text)
    for element in _body_elements(document.element.body):
        if element.tag == _TABLE:
            builder.add("\n".join(render_rows(_table_rows(element), _count_header_rows(element))))
        else:
            text = "".join(_text_of(element))
            level = levels.get(_style_id(element))
            if level is not None:
                builder.open_heading(level, text)
            builder.add(text)
        for reference in element.iter(*_REFERENCES):
            note = notes[_REFERENCES[reference.tag]].pop(
                reference.get(_ID), ""
            )  # once, as it is written once
            builder.add(note)
    footers = list(_running_texts(document, "footer"))
    if footers:
        builder.open_heading(0, "")
    for text in footers:
        builder.add(text)
    return builder.finish()


def _parts(document: Any, kind: str) -> Iterator[Any]:
    """The roots of the parts of this kind. By their relationships: python-docx would make those that are missing."""
    for relationship in document.part.rels.values():
        if relationship.reltype.endswith(f"/{kind}") and not relationship.is_external:
            part = relationship.target_part
            yield part.element if isinstance(part, XmlPart) else parse_xml(part.blob)


def _running_texts(document: Any, kind: str) -> Iterator[str]:
    """What the headers or footers of pages say, each once; page numbers say nothing."""
    seen = set()
    for root in _parts(document, kind):
        text = "\n".join(
            filter(None, (" ".join("".join(_text_of(p)).split()) for p in root.iter(_PARAGRAPH)))
        )
        if text not in seen and not _PAGE_NUMBER.fullmatch(text):
            seen.add(text)
            yield text


def _notes(document: Any, kind: str) -> dict[str | None, str]:
    """The comments, footnotes or endnotes by their ids."""
    notes = {}
    for root in _parts(document, kind):
        for note in root:
            text = " ".join("".join(_text_of(note)).split())
            author = note.get(qn("w:author"))
            label = f"Comment by {author}" if author else "Comment" if kind == "comments" else "Note"
            if text and note.get(_ID) is not None:
                notes[note.get(_ID)] = f"{label}: {text}"
    return notes


def _heading_levels(document: Any) -> dict[str, int]:
    """Style id to heading level, 0 for the title; by name, since the ids are localized."""
    levels = {}
    for style in document.styles:
        name = style.name or ""
        match = _HEADING_NAME.fullmatch(name.strip())
        if match:
            levels[style.style_id] = int(match.group(1))
        elif name.strip().lower() in _TITLE_NAMES:
            levels[style.style_id] = 0
    return levels


def _style_id(paragraph: Any) -> str:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return str(found.get(qn("w:val"))) if found is not None else ""


def _body_elements(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those inside content controls and tracked changes."""
    for child in parent:
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        elif child.tag not in _SKIPPED:
            yield from _body_elements(child)


def _table_rows(table: Any) -> Iterator[Row]:
    """The rows by columns; a merged cell stands in each of its rows."""
    above: list[str | None] = []
    for row in _children(table, _ROW):
        cells: list[str | None] = [""] * _number_at(row, "w:trPr/w:gridBefore", 0)
        for cell in _children(row, _CELL):
            merged = _find(cell, "w:tcPr/w:vMerge")
            goes_on = merged is not None and merged.get(_VALUE, "continue") == "continue"
            if goes_on and len(cells) < len(above):
                cells.append(above[len(cells)])
            else:
                cells.append("".join(_text_of(cell)))
            cells.extend([None] * (_number_at(cell, "w:tcPr/w:gridSpan", 1) - 1))
        yield cells
        above = [cell and cell[:MOST_REPEATED_CHARS] for cell in cells]


def _count_header_rows(table: Any) -> int:
    """How many of the first rows are told to come again on each page."""
    count = 0
    for row in _children(table, _ROW):
        header = _find(row, "w:trPr/w:tblHeader")
        if header is None or header.get(_VALUE) in ("0", "false", "off"):
            break
        count += 1
    return count


def _find(element: Any, path: str) -> Any:
    return element.find("/".join(qn(step) for step in path.split("/")))


def _number_at(element: Any, path: str, default: int) -> int:
    found = _find(element, path)
    return default if found is None else max(0, min(int(found.get(_VALUE, str(default))), _MOST_COLUMNS))


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Children of *tag*, also those that a content control wraps."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins")):
            yield from _children(child, tag)


def _text_of(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag not in _SKIPPED:
            yield from _text_of(child)
            if child.tag == _PARAGRAPH:  # in a cell or a text box
                yield "\n"
