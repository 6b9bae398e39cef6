"""What an extractor saw in one chunk, stage by stage, and how long the stages took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention, Relation

NER: Final = "NER"
RE: Final = "RE"
RT: Final = "RT"
STAGES: Final = (NER, RE, RT)
PART_CHUNKS: Final = 64
"""Texts at once, of an extractor that computes here."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The stages of one chunk; offsets as in its text.

    :ivar mentions: of NER.
    :ivar relations: of RE, in the text's words, whether or not the ontology has a type for them.
    :ivar typed: of RT; the ``evidence`` of each is one of *relations*.
    """

    mentions: tuple[Mention, ...]
    relations: tuple[Relation, ...]
    typed: tuple[TypedRelation, ...]


@dataclass(slots=True)
class StageClock:
    """Seconds that each stage took in this process, since it began."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens within to the stage *name*."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - started

    def since(self, before: dict[str, float]) -> dict[str, float]:
        """Seconds by stage since :ivar:`seconds` was *before*."""
        return {stage: self.seconds[stage] - before[stage] for stage in STAGES}
