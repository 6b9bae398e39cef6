"""HTML: what a reader sees, block by block; no scripts, nothing fetched."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.rows import render_rows
from aibox_assets.domain.parse.source import SourceFile

_SKIPPED = frozenset(
    ["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "head", "select"]
)
_BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADING = re.compile(r"h[1-6]")
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.I)
_FLUSH = object()


def parse(source: SourceFile) -> ParsedDocument:
    """Blocks with their headings; data tables as rows with their headers."""
    declared = _CHARSET.search(source.data[:4096])
    decoded = source.decode(declared.group(1).decode("ascii") if declared else None)
    builder = DocumentBuilder(source)
    builder.warnings.extend(decoded.warnings)
    add_html(builder, decoded.text)
    return builder.finish(decoded.encoding)


def add_html(builder: DocumentBuilder, markup: str) -> None:
    """Walk *markup* in reading order. Iterative: the depth of the tags is the author's choice."""
    soup = BeautifulSoup(markup, "lxml")
    if soup.title is not None:
        builder.add(soup.title.get_text())
    words: list[str] = []

    def flush() -> None:
        builder.add(" ".join("".join(words).split()))
        words.clear()

    stack: list[PageElement | object] = [soup]
    while stack:
        node = stack.pop()
        if node is _FLUSH:
            flush()
        elif isinstance(node, PreformattedString):
            continue  # comments, doctypes, processing instructions
        elif isinstance(node, NavigableString):
            words.append(str(node))
        elif isinstance(node, Tag) and node.name not in _SKIPPED:
            if node.name in _BLOCK_TAGS:
                flush()
                stack.append(_FLUSH)
            if _HEADING.fullmatch(node.name):
                builder.open_heading(int(node.name[1]), node.get_text(" "))
            if node.name == "table" and _holds_data(node):
                builder.add(_render_table(node))
            elif node.name == "pre":
                builder.add(node.get_text())
            else:
                stack.extend(reversed(node.contents))
    flush()


def _holds_data(table: Tag) -> bool:
    """Whether the table is one of data; one that holds tables or headings only lays out the page."""
    return table.find(["table", _HEADING]) is None


def _render_table(table: Tag) -> str:
    caption = table.caption.get_text(" ") if table.caption is not None else ""
    rows = ([cell.get_text(" ") for cell in row.find_all(["td", "th"])] for row in table.find_all("tr"))
    return "\n".join(filter(None, (" ".join(caption.split()), *render_rows(rows))))
