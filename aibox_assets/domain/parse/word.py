"""DOCX: paragraphs and tables in their order, under their headings.

python-docx opens the package and knows the styles. The body is walked here, since python-docx leaves out
content controls, tracked insertions and text boxes, where many templates keep their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.parts.styles import StylesPart

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.archive import check_archive
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.rows import render_rows
from aibox_assets.domain.parse.source import SourceFile

# python-docx reads a file of its own when a document has no styles, and a parsing child can open none by then.
_DEFAULT_STYLES = StylesPart._default_styles_xml()  # type: ignore[no-untyped-call]
StylesPart._default_styles_xml = staticmethod(lambda: _DEFAULT_STYLES)  # type: ignore[method-assign]

_HEADING_NAME = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.I)
_TITLE_NAMES = frozenset(("title", "标题", "標題"))
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TEXT = qn("w:t")
_WHITE_SPACE_TAGS = frozenset((qn("w:pPr"), qn("w:rPr"), qn("w:sectPr")))
# Deleted text; and the older twin of a drawing, whose text would come twice.
_SKIPPED = _WHITE_SPACE_TAGS | {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def parse(source: SourceFile) -> ParsedDocument:
    """Blocks of one paragraph or one table each."""
    check_archive(source)
    document = docx.Document(BytesIO(source.data))
    levels = _heading_levels(document)
    builder = DocumentBuilder(source)
    for element in _body_elements(document.element.body):
        if element.tag == _TABLE:
            builder.add("\n".join(render_rows(_table_rows(element))))
            continue
        text = "".join(_text_of(element))
        level = levels.get(_style_id(element))
        if level is not None:
            builder.open_heading(level, text)
        builder.add(text)
    return builder.finish()


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


def _table_rows(table: Any) -> Iterator[list[str]]:
    for row in _children(table, _ROW):
        cells = []
        for cell in _children(row, _CELL):
            cells.append("".join(_text_of(cell)))
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            if span is not None:  # keep the columns under their headers
                cells.extend([""] * (min(int(span.get(qn("w:val"), "1")), 64) - 1))
        yield cells


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
