"""Markdown: the source as it was written, a block per section, with the headings above it."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.builder import DocumentBuilder, clean_text
from aibox_assets.domain.parse.source import SourceFile

_FRONT_MATTER = re.compile(r"---\n.*?\n(?:---|\.\.\.)\n", re.S)
# Only the block structure is asked for; the inline rules would cost most of the time.
_BLOCKS = MarkdownIt("commonmark").disable("inline")


def parse(source: SourceFile) -> ParsedDocument:
    """Sections in the order of the text; front matter (YAML between ``---``) is a block of its own."""
    decoded = source.decode()
    builder = DocumentBuilder(source)
    builder.warnings.extend(decoded.warnings)
    text = clean_text(decoded.text)
    front = _FRONT_MATTER.match(text)
    if front:
        builder.add(front.group())
        text = text[front.end() :]
    # As markdown-it counts lines; splitlines() would count U+2028 and form feeds too.
    lines = text.split("\n")
    section_start = 0
    tokens = _BLOCKS.parse(text)
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            builder.add("\n".join(lines[section_start : token.map[0]]))
            section_start = token.map[0]
            builder.open_heading(int(token.tag[1:]), tokens[index + 1].content)
    builder.add("\n".join(lines[section_start:]))
    return builder.finish(decoded.encoding)
