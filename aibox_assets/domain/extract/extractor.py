"""What every extractor offers, and how the configured one is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from aibox_assets.domain.extract.trace import StageClock, Trace
from aibox_assets.domain.models import Chunk, Extraction
from aibox_assets.domain.ontology import Ontology


class Extractor(Protocol):
    """NER → RE → RT over chunks.

    :ivar name: the specification it was loaded by, e.g. ``offline``.
    :ivar version: changes whenever the same text may give another result (models, rules).
    :ivar part_chunks: how many texts it is best given at once.
    :ivar clock: how long the stages took so far.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def part_chunks(self) -> int: ...

    @property
    def clock(self) -> StageClock: ...

    def extract(self, chunks: Sequence[Chunk]) -> list[Extraction]:
        """One extraction per chunk, in the same order."""
        ...

    def trace(self, chunks: Sequence[Chunk]) -> list[Trace]:
        """What each stage saw in each chunk, in the same order: what :meth:`extract` makes its result of."""
        ...


def load_extractor(spec: str, ontology: Ontology, *, threads: int = 1) -> Extractor:
    """The extractor that *spec* names: ``offline``, ``offline:FOLDER`` with a tagger of one's own, or a GLiNER model by
    hub name or folder.

    A language model (``llm:NAME``) is no matter of loading: see ``llm/extractor.py``.

    Loads the models, which takes seconds: keep the result for the life of the process.

    :param threads: CPU threads that the models may take.
    :raises ConfigurationError: the model is not there, or is not what it claims.
    :raises StoreUnavailableError: the model hub did not answer.
    """
    if spec.startswith("offline"):
        from aibox_assets.domain.extract.offline import OfflineExtractor
        from aibox_assets.domain.extract.versions import tagger_of

        tagger = tagger_of(spec)
        if tagger is not None:
            return OfflineExtractor(ontology, tagger=tagger, threads=threads)
    from aibox_assets.domain.extract.gliner.zero_shot import ZeroShotExtractor

    return ZeroShotExtractor(spec, ontology, threads=threads)
