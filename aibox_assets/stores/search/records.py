"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that answers a query, and where it stands.

    :ivar path: of its file, in the inbox, or whole for another watched folder.
    :ivar user_id: the file's owner.
    :ivar char_start: offset of the chunk in the file's parsed text; likewise ``char_end``.
    :ivar score: 0 to 1, the probability that it answers (``domain/ranking.py``): it compares hits of all answers.
    :ivar similarity: cosine of the chunk's and the query's vector, -1 to 1, also where the chunk was found by
        word; None when no vector was asked.
    :ivar words: of the query that the chunk holds, in the database's form.
    :ivar through: things that join it with those that the query names, where it names several.
    """

    file_id: str
    path: str
    user_id: str
    media_type: str | None
    chunk_id: str
    ordinal: int
    page: int | None
    sheet: str | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int
    text: str
    language: str
    score: float
    similarity: float | None
    words: tuple[str, ...]
    through: tuple[str, ...] = ()
