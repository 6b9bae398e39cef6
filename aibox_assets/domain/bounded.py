"""Extraction and embedding of many files' chunks, so that no one file takes more than its time.

The chunks go through the model in parts, each under a limit of time. A part that exceeds it is done again file by
file: the file that exceeds the limit alone is given up with an error that says so, and its neighbours go on. So is a
file with a text that the model has no answer to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from aibox_assets.domain.chat import TextFaultError
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.extract.extractor import Extractor
from aibox_assets.domain.extract.trace import PART_CHUNKS
from aibox_assets.domain.models import Chunk, EntityMention, Extraction, Triple
from aibox_assets.domain.time_limit import TimeLimitExceededError, time_limit

if TYPE_CHECKING:
    from aibox_assets.domain.embed import Embedder, Vectors

# More than of extraction: the model takes texts of like length together, and finds them among these.
EMBED_CHUNKS: Final = 256
REMEDY: Final = "Split the file, or raise AIBOX_PART_SECONDS."

_Result = TypeVar("_Result")
_Placed = TypeVar("_Placed", EntityMention, Triple)

Done = dict[str, tuple[Chunk, _Result]]
"""By hash of the text, the chunk that was worked on, and what came of it."""


def extract_within(
    extractor: Extractor,
    chunks: Sequence[Chunk],
    *,
    seconds: float,
    on_part: Callable[[Sequence[Chunk], Sequence[Extraction]], None] | None = None,
    part_chunks: int = PART_CHUNKS,
    done: Done[Extraction] | None = None,
) -> tuple[dict[str, Extraction], dict[str, AIBoxError]]:
    """What *extractor* finds in *chunks* of any number of files; equal texts are read once.

    :param seconds: limit of time of one part of *part_chunks* texts, or of one file's share of it.
    :param on_part: called behind each part with the chunks that were read and what was found in them.
    :param done: what was found in texts by earlier calls, which are not read again; this call adds its own.
    :returns: an extraction for every chunk, by its id, except those of files that exceeded the limit; and the
        errors of those, by the file's id.
    """
    work = _Work(
        "Extraction from", extractor.extract, seconds, part_chunks, on_part, {} if done is None else done
    )
    work.run(chunks)
    return (
        {
            chunk.chunk_id: _place(extraction, source, chunk)
            for chunk in chunks
            if chunk.file_id not in work.failed
            for source, extraction in [work.done[chunk.text_hash]]
        },
        work.failed,
    )


def embed_within(
    embedder: Embedder,
    chunks: Sequence[Chunk],
    *,
    seconds: float,
    on_part: Callable[[Sequence[Chunk], Sequence[Vectors]], None] | None = None,
    part_chunks: int = EMBED_CHUNKS,
    done: Done[Vectors] | None = None,
) -> tuple[dict[str, Vectors], dict[str, AIBoxError]]:
    """The vectors of *chunks* of any number of files; equal texts are embedded once.

    :param seconds: as for :func:`extract_within`, likewise *on_part*, *part_chunks* and *done*.
    :returns: vectors of shape ``(dimension,)`` by the hash of the text, for all but some texts of files that
        exceeded the limit; and the errors of those, by the file's id.
    """

    def encode(part: Sequence[Chunk]) -> Sequence[Vectors]:
        return list(embedder.encode_passages([chunk.text for chunk in part]))

    work = _Work("The embedding of", encode, seconds, part_chunks, on_part, {} if done is None else done)
    work.run(chunks)
    hashes = {chunk.text_hash for chunk in chunks} & work.done.keys()
    return {text_hash: work.done[text_hash][1] for text_hash in hashes}, work.failed


@dataclass(slots=True)
class _Work(Generic[_Result]):
    """:ivar done: by hash of the text, the chunk that was worked on, and what came of it."""

    what: str
    do: Callable[[Sequence[Chunk]], Sequence[_Result]]
    seconds: float
    part_chunks: int
    on_part: Callable[[Sequence[Chunk], Sequence[_Result]], None] | None
    done: Done[_Result]
    failed: dict[str, AIBoxError] = field(default_factory=dict)

    def run(self, chunks: Sequence[Chunk]) -> None:
        waiting = [(chunk.text_hash, chunk) for chunk in chunks if chunk.text_hash not in self.done]
        while waiting:
            texts: dict[str, Chunk] = {}
            for text_hash, chunk in waiting:
                texts.setdefault(text_hash, chunk)
            hashes = list(texts)
            for start in range(0, len(hashes), self.part_chunks):
                part = {each: texts[each] for each in hashes[start : start + self.part_chunks]}
                self._run_part({h: chunk for h, chunk in part.items() if chunk.file_id not in self.failed})
            # What is left are texts of files that failed which other files have as well.
            waiting = [
                (text_hash, chunk)
                for text_hash, chunk in waiting
                if text_hash not in self.done and chunk.file_id not in self.failed
            ]

    def _run_part(self, part: dict[str, Chunk]) -> None:
        if not part:
            return
        chunks = list(part.values())
        ordinals = [chunk.ordinal for chunk in chunks]
        what = f"{self.what} its chunks {min(ordinals)} to {max(ordinals)}"
        try:
            with time_limit(self.seconds, what=what, remedy=REMEDY):
                results = self.do(chunks)
        except (TimeLimitExceededError, TextFaultError) as error:
            files = dict.fromkeys(chunk.file_id for chunk in chunks)
            if len(files) == 1:
                self.failed.update(dict.fromkeys(files, error))
                return
            for file_id in files:
                self._run_part({h: chunk for h, chunk in part.items() if chunk.file_id == file_id})
            return
        self.done.update(zip(part, zip(chunks, results, strict=True), strict=True))
        if self.on_part is not None:
            self.on_part(chunks, results)


def _place(extraction: Extraction, source: Chunk, chunk: Chunk) -> Extraction:
    """What was found in *source*, in *chunk* of the same text."""
    if chunk is source:
        return extraction

    def move(item: _Placed) -> _Placed:
        return replace(
            item,
            file_id=chunk.file_id,
            chunk_id=chunk.chunk_id,
            char_start=item.char_start + chunk.char_start - source.char_start,
            char_end=item.char_end + chunk.char_start - source.char_start,
        )

    return Extraction(
        chunk.chunk_id, tuple(map(move, extraction.mentions)), tuple(map(move, extraction.triples))
    )
