"""Passages: one or several neighbouring chunks of a file as one stretch of its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aibox_assets.domain.snippets import Snippet


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a file's text, and where it stands.

    :ivar chunk_ids: of the chunks that it is made of, in the order of the text.
    :ivar path: of its file, in the inbox, or whole for another watched folder. :ivar owner: the file's.
    :ivar page: of its beginning. :ivar char_start: offset in the file's parsed text; likewise ``char_end``.
    :ivar text: where chunks do not touch, line breaks stand for the white space between them, as long as it.
    """

    file_id: str
    path: str
    owner: str
    media_type: str | None
    chunk_ids: tuple[str, ...]
    page: int | None
    sheet: str | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that answers a question.

    :ivar chunk_id: of the chunk of it that answers best.
    :ivar score: the probability that it answers, 0 to 1; it compares with those of other questions.
    :ivar similarity: cosine of the best chunk and the question; None when it was not asked by meaning.
    :ivar matches: start and end of each matching word in the passage's text.
    """

    passage: Passage
    chunk_id: str
    score: float
    similarity: float | None
    snippet: Snippet
    matches: tuple[tuple[int, int], ...] = ()


def join_chunks(pieces: Iterable[tuple[int, str]]) -> str:
    """The text of neighbouring chunks in order, each with its offset; what they share stands once.

    A character of the result is as far from its start as it is in the file's text.
    """
    text, start = "", None
    for offset, piece in pieces:
        start = offset if start is None else start
        end = start + len(text)
        text += "\n" * (offset - end) + piece[max(0, end - offset) :]
    return text
