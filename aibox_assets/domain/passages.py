"""Passages: one or several neighbouring chunks of a file as one stretch of its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aibox_assets.domain.snippets import Snippet, cut_snippet, join_spans
from aibox_assets.domain.words import segment_words

MERGED_CHARS: Final = 4_000
"""Of a passage that is made of neighbouring chunks."""
_GAP_CHARS: Final = 8
"""White space between neighbouring chunks."""
_ALIKE: Final = 0.9
"""The share of their words that two passages have in common where one stands for both."""


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
    :ivar copies: passages of nearly the same words, which it stands for.
    :ivar through: things that join it with those that the question names, where it names several.
    """

    passage: Passage
    chunk_id: str
    score: float
    similarity: float | None
    snippet: Snippet
    matches: tuple[tuple[int, int], ...] = ()
    copies: tuple[Passage, ...] = ()
    through: tuple[str, ...] = ()


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


def gather(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """The passages in their order: neighbours made one, and those that say nearly the same folded into the first."""
    gathered: list[FoundPassage] = []
    for each in found:
        touching = [other for other in gathered if _touch(each.passage, other.passage)]
        if not touching:
            gathered.append(each)
            continue
        merged = _merge(touching[0], each)
        for bridged in touching[1:]:
            if _touch(merged.passage, bridged.passage):
                merged = _merge(merged, bridged)
                gathered.remove(bridged)
        gathered[gathered.index(touching[0])] = merged
    return _fold_copies(gathered)


def _fold_copies(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    kept: list[FoundPassage] = []
    words: list[frozenset[str]] = []
    for each in found:
        held = frozenset(segment_words(each.passage.text))
        same = next((place for place, other in enumerate(words) if _alike(held, other)), None)
        if same is None or kept[same].passage.file_id == each.passage.file_id:
            kept.append(each)
            words.append(held)
        else:
            kept[same] = replace(kept[same], copies=(*kept[same].copies, each.passage))
    return kept


def _touch(one: Passage, other: Passage) -> bool:
    first, last = sorted((one, other), key=lambda passage: passage.char_start)
    return (
        (one.file_id, one.sheet) == (other.file_id, other.sheet)
        and last.char_start - first.char_end <= _GAP_CHARS
        and max(one.char_end, other.char_end) - first.char_start <= MERGED_CHARS
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _ALIKE * len(one | other)


def _merge(best: FoundPassage, other: FoundPassage) -> FoundPassage:
    first, last = sorted((best, other), key=lambda each: each.passage.char_start)
    start = first.passage.char_start
    text = join_chunks((each.passage.char_start, each.passage.text) for each in (first, last))
    matches = join_spans(
        sorted(
            (each.passage.char_start - start + s, each.passage.char_start - start + e)
            for each in (first, last)
            for s, e in each.matches
        )
    )
    merged = replace(
        first.passage,
        text=text,
        char_end=start + len(text),
        chunk_ids=tuple(dict.fromkeys((*first.passage.chunk_ids, *last.passage.chunk_ids))),
        language=best.passage.language,
    )
    return replace(
        best,
        passage=merged,
        matches=tuple(matches),
        snippet=cut_snippet(text, matches),
        copies=best.copies + other.copies,
    )
