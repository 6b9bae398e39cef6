"""HTML: what a reader sees, block by block; no scripts, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.boilerplate import find_boilerplate, is_inset
from aibox_assets.domain.parse.builder import DocumentBuilder, clean_text
from aibox_assets.domain.parse.rows import Cell, render_rows, spread_cells
from aibox_assets.domain.parse.source import SourceFile

_SKIPPED = frozenset(
    [
        *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "head", "title"),
        *("select", "button", "textarea", "input"),
    ]
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLOCK_TAGS = _HEADINGS.union(
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
    ],
    [
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
    ],
    [
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
    ],
)
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.I)
# Links of a page to its neighbours, where no name of a class tells.
_NAVIGATION = re.compile(
    r"prev(?:ious)?|next|up|home|top|back(?: to top)?|index|(?:table of )?contents|menu|search|log ?in|sign ?in"
    r"|skip to (?:main )?content|read more|print|share|[上下]一[页頁章節节級级層层]|[首主][页頁]|目[录錄]"
    r"|返回(?:[顶頂]部)?|登[录錄入]|注[册冊]|分享|更多|[\W\d_]*",
    re.I,
)
_MARKS = re.compile(r"[\s|·•«»‹›<>←→↑↓\[\]()/:,-]+")
_TOO_DEEP = "Excessive depth"  # libxml2 gives up at some two thousand levels


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    level: int = 0  # of a heading


def parse(source: SourceFile) -> ParsedDocument:
    """Blocks with their headings; data tables as rows with their headers."""
    declared = _CHARSET.search(source.data[:4096])
    decoded = source.decode(declared.group(1).decode("ascii") if declared else None)
    builder = DocumentBuilder(source)
    builder.warnings.extend(decoded.warnings)
    add_html(builder, decoded.text)
    return builder.finish(decoded.encoding)


def add_html(builder: DocumentBuilder, markup: str) -> None:
    """What a reader came for, in reading order; all that is there where that would be nothing.

    Nothing here recurses: the depth of the tags is the author's choice.
    """
    # As bytes, since lxml refuses a str that declares an encoding.
    root = _parse_markup(clean_text(markup).encode())
    if root is None:
        return
    body = root.find("body")
    if body is None:
        body = root
    pieces = list(_read(body, find_boilerplate(body, _SKIPPED))) or list(_read(body, None))
    title = " ".join((root.findtext("head/title") or root.findtext("body/title") or "").split())
    if title and not _is_said(title, pieces):
        builder.add(title)
    for piece in pieces:
        if piece.level:
            builder.open_heading(piece.level, piece.text)
        builder.add(piece.text)


def _parse_markup(data: bytes) -> Any:
    options: Any = {"encoding": "utf-8", "remove_comments": True, "remove_pis": True, "huge_tree": True}
    parser = etree.HTMLParser(**options)
    root = etree.fromstring(data, parser)
    if any(_TOO_DEEP in entry.message for entry in parser.error_log):
        # It only stops to build its tree there; the events go on. Thrice as slow.
        root = etree.fromstring(data, etree.HTMLParser(target=etree.TreeBuilder(), **options))
    return root


def _is_said(title: str, pieces: list[_Piece]) -> bool:
    """Whether a heading says already what the title says, but for the name of the site."""
    first = next((piece.text for piece in pieces if piece.level), pieces[0].text if pieces else "")
    short, long = sorted((first.casefold(), title.casefold()), key=len)
    return bool(short) and re.search(rf"(?<!\w){re.escape(short)}(?!\w)", long) is not None


class _Paragraph:
    """Text that stands together, as it is collected."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._links: list[str] = []
        self._leads_away = True  # nothing but links so far

    def add(self, text: str | None, *, in_link: bool) -> None:
        if text:
            self._words.append(text)
            if in_link:
                self._links.append(" ".join(text.split()))
            elif self._leads_away:
                self._leads_away = not _MARKS.sub("", text)

    def take(self, *, navigation: bool) -> str:
        """The text; none where it is navigation and that is not wanted."""
        text = " ".join("".join(self._words).split())
        leads_away = bool(self._links) and self._leads_away and all(map(_NAVIGATION.fullmatch, self._links))
        self.__init__()  # type: ignore[misc]
        return "" if leads_away and not navigation else text


def _read(body: Any, boilerplate: set[Any] | None) -> Iterator[_Piece]:
    """The pieces of *body*; without *boilerplate*, all of them."""
    paragraph = _Paragraph()
    left_out = boilerplate or set()
    links = heading = insets = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        is_skipped = tag in _SKIPPED or element in left_out
        if tag in _BLOCK_TAGS and not (heading and tag == "br"):
            text = paragraph.take(navigation=boilerplate is None)
            if text:
                yield _Piece(text, heading)
        if event == "start":
            if is_skipped:
                walk.skip_subtree()
                continue
            links += tag == "a"
            insets += is_inset(element)
            if tag in _HEADINGS and not insets:
                heading = int(tag[1])
            elif tag == "pre" or (tag == "table" and _holds_data(element)):
                block = _text_of(element) if tag == "pre" else _render_table(element)
                if block.strip():  # else the text of a broken table stands beside its cells
                    yield _Piece(block)
                    walk.skip_subtree()
                    continue
            elif tag == "br":
                paragraph.add(" ", in_link=True)
            paragraph.add(element.text, in_link=links > 0)
            continue
        if not is_skipped:
            links -= tag == "a"
            insets -= is_inset(element)
            if tag in _HEADINGS:
                heading = 0
        if element is not body:
            paragraph.add(element.tail, in_link=links > 0)
    text = paragraph.take(navigation=boilerplate is None)
    if text:
        yield _Piece(text, heading)


def _holds_data(table: Any) -> bool:
    """Whether the table is one of data; one that holds tables, headings or code only lays out the page."""
    return next(table.iterdescendants("table", "pre", *_HEADINGS), None) is None


def _render_table(table: Any) -> str:
    rows: list[list[Cell]] = []
    header_rows = 0
    caption = ""
    for element in table.iter("caption", "tr"):
        if element.tag == "caption":
            caption = _text_of(element)
            continue
        cells = list(element.iterchildren("td", "th"))
        if (
            cells
            and header_rows == len(rows)
            and (_in_head(element) or all(cell.tag == "th" for cell in cells))
        ):
            header_rows += 1
        rows.append([Cell(_text_of(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in cells])
    lines = render_rows(spread_cells(rows), header_rows)
    return "\n".join(filter(None, (" ".join(caption.split()), *lines)))


def _in_head(row: Any) -> bool:
    parent = row.getparent()
    return parent is not None and parent.tag == "thead"


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else 1


def _text_of(element: Any) -> str:
    """All text inside; blocks and line breaks apart from what is beside them."""
    parts: list[str] = []
    preformatted = element.tag == "pre"
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, part in walk:
        tag = part.tag
        if tag in _BLOCK_TAGS and not preformatted and part is not element:
            parts.append(" ")
        if event == "start":
            if tag in _SKIPPED:
                walk.skip_subtree()
            else:
                parts.append(("\n" if tag == "br" and preformatted else "") + (part.text or ""))
        elif part is not element:
            parts.append(part.tail or "")
    return "".join(parts)
