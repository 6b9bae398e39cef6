"""Looking at extraction: what each stage sees in a text or a document. Needs no home, and keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import LimitExceededError, NotFoundError, StoreUnavailableError
from aibox_assets.domain.extract.assemble import assemble
from aibox_assets.domain.extract.naming.defined import read_defined
from aibox_assets.domain.extract.trace import Trace
from aibox_assets.domain.models import Block, Chunk, Extraction, ParsedDocument
from aibox_assets.resources.models import Models

_FILE_NAME: Final = re.compile(r"[^\s。，、；：]*(?:/[^\s。，、；：]*|\.[A-Za-z][A-Za-z0-9]{0,4})")


@dataclass(frozen=True, slots=True)
class ReadText:
    """What the stages saw.

    :ivar chunks: of the text; *traces* and *extractions* are theirs, in the same order.
    :ivar traces: of a chunk that uses names which the document defines, with what these mean in their place.
    :ivar extractions: as they would be kept.
    :ivar seconds: of each stage, the loading of models left out.
    """

    extractor: str
    version: str
    chunks: tuple[Chunk, ...]
    traces: tuple[Trace, ...]
    extractions: tuple[Extraction, ...]
    seconds: Mapping[str, float]


def read_text(models: Models, text: str) -> ReadText:
    """What the extractor sees in *text*."""
    return _read(models, ParsedDocument(text, (Block(0, len(text)),), "text/plain"))


def read_file(models: Models, path: Path) -> ReadText:
    """What the extractor sees in a document.

    :raises AIBoxError: it cannot be read or parsed.
    """
    try:
        size, most = path.stat().st_size, models.settings.max_file_mb
        if size > most * 2**20:
            raise LimitExceededError(
                f"{path} is larger than {most} MiB.", "Raise AIBOX_MAX_FILE_MB, or split the file."
            )
        data = path.read_bytes()
    except OSError as error:
        raise StoreUnavailableError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the file and its permissions."
        ) from error
    return _read(models, models.parser.parse(data, path.name))


def find_file(given: str) -> Path | None:
    """The file that *given* names; None where it is a text.

    :raises NotFoundError: it looks like a file's name, and there is no such file.
    """
    try:
        path = Path(given).expanduser()
        if path.is_file():
            return path
    except (OSError, ValueError, RuntimeError):  # too long, or with characters that no name has
        return None
    if _FILE_NAME.fullmatch(given):
        raise NotFoundError(f"There is no file {given}.", "Name a file, or give a text of several words.")
    return None


def _read(models: Models, document: ParsedDocument) -> ReadText:
    chunks = models.splitter.split("", document) if document.text.strip() else []
    extractor = models.extractor
    before = dict(extractor.clock.seconds)
    traces: dict[str, Trace] = {}

    def read(some: Sequence[Chunk]) -> dict[str, Extraction]:
        seen = {chunk.chunk_id: trace for chunk, trace in zip(some, extractor.trace(some), strict=True)}
        traces.update(seen)
        return {
            chunk.chunk_id: assemble(chunk, trace.mentions, trace.typed)
            for chunk, trace in zip(some, seen.values(), strict=True)
        }

    found = read(chunks)
    found |= read_defined([chunks], found, read)
    return ReadText(
        extractor.name,
        extractor.version,
        tuple(chunks),
        tuple(traces[chunk.chunk_id] for chunk in chunks),
        tuple(found[chunk.chunk_id] for chunk in chunks),
        extractor.clock.since(before),
    )
