"""The texts that ``train_tagger.py`` learns from, as the public sets give them, and which of them are kept apart."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, RELATIONS

_KINDS = {"MISC": "Misc", "TIME": "Time", "Other": "Misc"}
OF_NO_KIND = len(ENTITY_TYPES)

Span = tuple[int, int]


@dataclass
class Source:
    """A text with what is known of it; offsets in characters.

    :ivar entities: their mentions, and their places in ``ENTITY_TYPES`` (``OF_NO_KIND`` for others).
    :ivar relations: head, place in ``RELATIONS``, tail. :ivar pairs: those whose relation is known; None for all.
    :ivar partly: of names that are not given nothing is known. :ivar three: only three kinds of names are given.
    :ivar unsure: what may or may not be part of a name.
    :ivar weight: of its names. :ivar related: whether it teaches relations.
    """

    text: str
    entities: list[tuple[list[Span], int]]
    relations: list[tuple[int, int, int]] = field(default_factory=list)
    pairs: list[Span] | None = None
    partly: bool = False
    three: bool = False
    unsure: list[Span] = field(default_factory=list)
    weight: float = 1.0
    related: bool = False


@dataclass(frozen=True)
class Sources:
    """:ivar documents: Re-DocRED. :ivar companies: FinRE. :ivar unlabelled: paragraphs of which nothing is known."""

    documents: list[Source]
    companies: list[Source]
    english: list[Source]
    chinese: list[Source]
    unlabelled: list[Source]


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def kept_apart(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10 == 0


def to_learn_from(data: Path) -> Sources:
    """What is trained on."""
    retrieval = [data / "retrieval" / f"{name}.jsonl" for name in ("cmrc_zh", "xquad_zh", "xquad_en")]
    return Sources(
        [each for each in _documents(data) if not kept_apart(each.text)],
        list(_companies(read(data / "pairs" / "finre_zh_train.jsonl"))),
        [each for each in _names(data / "ner" / "uner_en_dev.jsonl") if not kept_apart(each.text)],
        # Both scripts are folded into one before they are read.
        _names(data / "ner" / "uner_zh_hans_train.jsonl"),
        [Source(row["text"], [], partly=True, weight=0.5) for path in retrieval for row in read(path)],
    )


def to_choose_by(data: Path) -> Sources:
    """What was kept apart: thresholds are set on it, and the best weights are chosen by it."""
    return Sources(
        [each for each in _documents(data) if kept_apart(each.text)],
        list(_companies(read(data / "pairs" / "finre_zh_valid.jsonl"))),
        [each for each in _names(data / "ner" / "uner_en_dev.jsonl") if kept_apart(each.text)],
        _names(data / "ner" / "uner_zh_hant_dev.jsonl"),
        [],
    )


def _source(row: dict[str, Any]) -> Source:
    entities = []
    for entity in row["entities"]:
        kind = _KINDS.get(entity["type"], entity["type"])
        spans = sorted({(each["start"], each["end"]) for each in entity.get("mentions", [entity])})
        entities.append((spans, ENTITY_TYPES.index(kind) if kind in ENTITY_TYPES else OF_NO_KIND))
    relations = [
        (head, RELATIONS.index(relation), tail)
        for head, relation, tail in row.get("relations", [])
        if relation in RELATIONS
    ]
    return Source(row["text"], entities, relations)


def _documents(data: Path) -> Iterator[Source]:
    for row in read(data / "relations" / "redocred_dev.jsonl"):
        yield replace(_source(row), related=True)


def _names(path: Path) -> list[Source]:
    return [replace(_source(row), three=True) for row in read(path)]


def _companies(rows: list[dict[str, Any]]) -> Iterator[Source]:
    """FinRE: lines of one text together; just its pairs are known."""
    by_text: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_text[row["text"]].append(row)
    for text, pairs in by_text.items():
        names = list(dict.fromkeys(name for row in pairs for name in (row["head"], row["tail"]) if name))
        found = {name: list(_places(text, name)) for name in names}
        whole = [span for spans in found.values() for span in spans]
        entities = [
            {
                "type": "Organization",
                "mentions": [
                    {"start": a, "end": b}
                    for a, b in found[name]
                    # A short name inside of a longer one is no mention of its own.
                    if not any(c <= a and b <= d and d - c > b - a for c, d in whole)
                ],
            }
            for name in names
        ]
        ends = [(names.index(row["head"]), row["relation"], names.index(row["tail"])) for row in pairs]
        made = _source({"text": text, "entities": entities, "relations": ends})
        made.pairs = [(h, t) for h, _, t in ends if entities[h]["mentions"] and entities[t]["mentions"]]
        yield replace(made, partly=True, related=True, weight=0.5)


def _places(text: str, name: str) -> Iterator[Span]:
    at = text.find(name)
    while at >= 0:
        yield at, at + len(name)
        at = text.find(name, at + len(name))
