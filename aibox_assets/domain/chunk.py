"""Parsed text to chunks: passages that fit the embedding model and lie in one place of the document."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from semantic_text_splitter import TextSplitter

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.language import detect_language
from aibox_assets.domain.models import Block, Chunk, ParsedDocument, hash_text

# Some tokenizers make one unknown token of a word of any length; no passage may grow by that.
CHARS_PER_TOKEN = 8
# Sections below this share of a chunk join their neighbour.
TINY_SHARE = 4
WINDOW_CHARS = 16_384
_BORDERS = ("\n\n", "\n", ". ", "。", " ")
_WORD_CHARS = 24
_WORDS_KEPT = 65_536
_PROBE = "The “Nordic” timber-yard's 1,250 m² hall, naïve; 高雄的工厂（2024年）uses GLiNER-based α-tests."


@dataclass(frozen=True, slots=True)
class _Section:
    start: int
    end: int
    place: tuple[object, ...]  # chunks never cross it: the sheet, and the slide
    heading_path: tuple[str, ...]


class ChunkSplitter:
    """Splits at paragraph, line, sentence, then word borders, whichever is the largest unit that fits.

    :param count: how many tokens a text is for the embedding model, without special tokens.
    :param max_tokens: most tokens of a chunk, without special tokens.
    :param overlap: most tokens that neighbouring chunks of a section share, in whole units.
    :raises ConfigurationError: the overlap is not smaller than half of a chunk.
    """

    def __init__(self, count: Callable[[str], int], max_tokens: int, overlap: int) -> None:
        if not 0 <= overlap <= max_tokens // 2:
            raise ConfigurationError(
                f"AIBOX_CHUNK_OVERLAP is {overlap}, more than half of AIBOX_CHUNK_TOKENS ({max_tokens}).",
                "Make the overlap smaller or the chunks larger.",
            )
        self._count = count
        self.max_tokens = max_tokens
        self.overlap = overlap
        self._words = _WordSizes(count)
        # So it is where white space always ends a token and none of it is in one, as with BERT's.
        self._is_sum_of_words = self._count(_PROBE) == sum(map(self._count, _PROBE.split()))
        self._splitter = TextSplitter.from_callback(self._size, max_tokens, overlap=overlap)

    def split(self, file_id: str, document: ParsedDocument) -> list[Chunk]:
        """The chunks in the order of the text; together they hold every character that is not white space."""
        blocks = document.blocks
        starts = [block.char_start for block in blocks]
        prefix = hashlib.sha256(file_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        occurrences: Counter[str] = Counter()
        chunks: list[Chunk] = []
        for start, end, tokens in self._spans(document):
            text = document.text[start:end]
            block = blocks[bisect_right(starts, start) - 1]
            digest = hash_text(text)[:16]
            chunks.append(
                Chunk(
                    chunk_id=f"{prefix}-{digest}-{occurrences[digest]}",
                    file_id=file_id,
                    ordinal=len(chunks),
                    text=text,
                    token_count=tokens,
                    char_start=start,
                    char_end=end,
                    page=block.page,
                    sheet=block.sheet,
                    heading_path=block.heading_path,
                    language=detect_language(text),
                )
            )
            occurrences[digest] += 1
        return chunks

    def _spans(self, document: ParsedDocument) -> Iterator[tuple[int, int, int]]:
        for section in self._sections(document):
            for window_start, window_end in _windows(document.text, section.start, section.end):
                # Unicode's sentence rules do not know the Chinese semicolon; a full stop is as long.
                text = document.text[window_start:window_end].replace("；", "。")
                for offset, piece in self._splitter.chunk_indices(text):
                    start = window_start + offset
                    yield from self._fit(document.text, start, start + len(piece))

    def _fit(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The span with its token count; halved where the splitter's estimate was too low."""
        if not text[start:end].strip():
            return
        tokens = self._count(text[start:end])
        if tokens <= self.max_tokens or end - start == 1:
            yield start, end, tokens
            return
        middle = (start + end) // 2
        yield from self._fit(text, start, middle)
        yield from self._fit(text, middle, end)

    def _sections(self, document: ParsedDocument) -> Iterator[_Section]:
        """Runs of blocks under one heading; tiny ones joined to the next of the same place, or the last."""
        slides = "presentation" in document.media_type
        pending: _Section | None = None
        for section in _runs(document.blocks, slides):
            if pending is None:
                pending = section
            elif pending.place == section.place and (
                pending.heading_path == section.heading_path
                or self._is_tiny(document.text[pending.start : pending.end])
            ):
                pending = _Section(pending.start, section.end, section.place, section.heading_path)
            else:
                yield pending
                pending = section
        if pending is not None:
            yield pending

    def _is_tiny(self, text: str) -> bool:
        limit = self.max_tokens // TINY_SHARE
        return len(text) <= limit * CHARS_PER_TOKEN and self._count(text) <= limit

    def _size(self, text: str) -> int:
        """The splitter's estimate; :meth:`_fit` looks again."""
        by_length = -(-len(text) // CHARS_PER_TOKEN)
        if by_length > self.max_tokens:
            return by_length
        # The splitter asks about the same words again and again, and tokenizing them is most of its time.
        tokens = (
            sum(map(self._words.__getitem__, text.split())) if self._is_sum_of_words else self._count(text)
        )
        return max(tokens, by_length)


class _WordSizes(dict[str, int]):
    """Tokens of words by word, counted when they are first asked for; long words are not kept."""

    def __init__(self, count: Callable[[str], int]) -> None:
        super().__init__()
        self._count = count

    def __missing__(self, word: str) -> int:
        size = self._count(word)
        if len(word) <= _WORD_CHARS:
            if len(self) >= _WORDS_KEPT:
                self.clear()
            self[word] = size
        return size


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most ``WINDOW_CHARS``, cut at the largest border in their second half.

    The splitter looks at the rest of a long line for every chunk of it; windows keep its time linear.
    """
    while end - start > WINDOW_CHARS:
        half, limit = start + WINDOW_CHARS // 2, start + WINDOW_CHARS
        borders = (text.rfind(border, half, limit) + 1 for border in _BORDERS)
        cut = next((border for border in borders if border), limit)
        yield start, cut
        start = cut
    yield start, end


def _runs(blocks: tuple[Block, ...], slides: bool) -> Iterator[_Section]:
    start = 0
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if following is None or _key(following, slides) != _key(block, slides):
            yield _Section(
                blocks[start].char_start, block.char_end, _key(block, slides)[0], block.heading_path
            )
            start = index + 1


def _key(block: Block, slides: bool) -> tuple[tuple[object, ...], tuple[str, ...]]:
    return (block.sheet, block.page if slides else None), block.heading_path
