"""Puts a parsed document together: cleans the text, keeps the offsets, watches the limit of characters."""

from __future__ import annotations

import re

from aibox_assets.domain.errors import EmptyDocumentError, LimitExceededError
from aibox_assets.domain.models import Block, ParsedDocument
from aibox_assets.domain.parse.source import SourceFile

BLOCK_SEPARATOR = "\n\n"
# Postgres refuses NUL in text and jsonb, and UTF-8 has no lone surrogates.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_LINE_BREAK = re.compile(r"\r\n?")


class DocumentBuilder:
    """Collects the blocks of one document in reading order."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._headings: list[tuple[int, str]] = []
        self.warnings: list[str] = []

    def open_heading(self, level: int, title: str) -> None:
        """What is added from now on stands under *title*, until a heading of the same or a higher level."""
        self._headings = [entry for entry in self._headings if entry[0] < level]
        if title.strip():
            self._headings.append((level, " ".join(clean_text(title).split())[:500]))

    def add(self, text: str, page: int | None = None, sheet: str | None = None) -> None:
        """Append a block under the open headings; white space alone is dropped.

        :raises LimitExceededError: the text grew over ``max_chars``.
        """
        text = clean_text(text).strip()
        if not text:
            return
        start = self._length + (len(BLOCK_SEPARATOR) if self._parts else 0)
        self._length = start + len(text)
        self.check_length(self._length)
        path = tuple(title for _, title in self._headings)
        self._parts.append(text)
        self._blocks.append(Block(start, self._length, page, sheet, path))

    def check_length(self, characters: int) -> None:
        """
        :raises LimitExceededError: *characters* of text are more than ``max_chars``.
        """
        limit = self._source.limits.max_chars
        if characters > limit:
            raise LimitExceededError(
                f"{self._source.name} has more text than the limit of {limit:,} characters.",
                "Split it into several files.",
            )

    def finish(self, encoding: str | None = None, empty_remedy: str = "") -> ParsedDocument:
        """The document.

        :raises EmptyDocumentError: no block holds any text.
        """
        if not self._parts:
            raise EmptyDocumentError(
                f"{self._source.name} holds no text.", empty_remedy or "Check that the right file was saved."
            )
        return ParsedDocument(
            text=BLOCK_SEPARATOR.join(self._parts),
            blocks=tuple(self._blocks),
            media_type=self._source.media_type,
            encoding=encoding,
            warnings=tuple(self.warnings),
        )


def clean_text(text: str) -> str:
    """*text* with line feeds for line breaks, and without what no store takes."""
    return _UNSTORABLE.sub("", _LINE_BREAK.sub("\n", text))
