"""The offline extractor on the public sets: names, relations, confidences, cost and the longest time of a text."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from aibox_assets.domain.encoders.multilingual import multilingual_tokenizer
from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.trace import Trace
from benchmarks.quality.scores import Score, Vote, score_names, score_relations
from benchmarks.quality.sets import Gold, TestSet, as_chunk

BATCH: Final = 32
_MIXED: Final = (
    "X·Y ", "約翰·史密斯", "a", "1,250 m²", "\n", "| a | b |\n", "（", "「", "http://x.y/z?", "Jane Wu ", "鴻海收購了",
    "…", "👩‍👩‍👧", "．", "·", "Smith, ", "of the ", "的", "(((", "-- ", "\t", "CEO ", "台積電", "“", "ſ", ". ",
)  # fmt: skip


@dataclass
class Measured:
    """One set, measured."""

    title: str
    texts: int
    names: Score | None
    relations: Score | None
    name_votes: list[Vote] = field(default_factory=list)
    relation_votes: list[Vote] = field(default_factory=list)


def measure(extractor: Extractor, of: TestSet) -> Measured:
    """Names and relations of a set."""
    made = Measured(of.title, len(of.texts), Score() if of.names else None, Score() if of.relations else None)
    for gold, trace in _read(extractor, of.texts):
        if made.names is not None:
            made.name_votes += score_names(gold, trace, made.names)
        if made.relations is not None:
            made.relation_votes += score_relations(gold, trace, of.relations, made.relations)
    return made


def _read(extractor: Extractor, texts: Sequence[Gold]) -> Iterator[tuple[Gold, Trace]]:
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        yield from zip(
            part, extractor.trace([as_chunk(each.text, i) for i, each in enumerate(part)]), strict=True
        )


def cost(extractor: Extractor, texts: Sequence[str]) -> float:
    """Processor seconds for 256 tokens."""
    tokens = sum(len(multilingual_tokenizer().encode(text, add_special_tokens=False)) for text in texts)
    started = time.process_time()
    extractor.extract([as_chunk(text, i) for i, text in enumerate(texts)])
    return (time.process_time() - started) / tokens * 256


def longest(extractor: Extractor, count: int) -> float:
    """The most processor seconds that one of *count* random mixed texts took."""
    dice, most = random.Random(11), 0.0  # noqa: S311
    for _ in range(count):
        text = "".join(dice.choices(_MIXED, k=dice.randint(1, 120)))
        started = time.process_time()
        extractor.extract([as_chunk(text, 0)])
        most = max(most, time.process_time() - started)
    return most
