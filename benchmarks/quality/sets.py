"""The public sets, as texts with what is true of them; and which of them nothing was learned from.

What the built-in tagger was trained on is never read here: a tenth of Re-DocRED and of the English texts, by their
hash, is kept apart from it; the other sets have files of their own for it. Confidences are measured on each fifth of
what is kept apart (again by hash) as the other four fit them.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.extract.tagger.training.sentences import SYMMETRIC, entities_of, relations_of
from aibox_assets.domain.extract.tagger.training.sets import is_apart
from aibox_assets.domain.models import Chunk

TYPES: Final = ("Person", "Organization", "Location")
OTHER: Final = "Other"
"""The type of every name that is of none of the three."""

FOLDS: Final = 5
NEVER: Final = "never trained on"
OURS: Final = Path(__file__).with_name("sentences")
"""Sentences that we wrote and marked; the training keeps a fifth of them apart."""

Fact = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Gold:
    """A text, and what is true of it.

    :ivar spans: of names, with their types; None where the set does not say them all.
    :ivar entities: the types and spellings of each thing. :ivar facts: between them, by their places in *entities*.
    :ivar pairs: of things whose relation is known; None for all.
    """

    text: str
    spans: frozenset[tuple[int, int, str]] | None
    entities: tuple[tuple[str, frozenset[str]], ...] = ()
    facts: frozenset[Fact] = frozenset()
    pairs: frozenset[frozenset[int]] | None = None


@dataclass(frozen=True, slots=True)
class TestSet:
    """:ivar names: whether its names are measured. :ivar relations: those that it knows; none where it has none."""

    __test__ = False

    title: str
    texts: list[Gold]
    names: bool = True
    relations: frozenset[str] = field(default_factory=frozenset)

    @property
    def tuned(self) -> bool:
        """Whether thresholds and confidences may be fitted on it."""
        return NEVER not in self.title


def kept_apart(text: str) -> bool:
    """Whether the training leaves *text* out, in the sets of which it takes a part."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10 == 0


def fold_of(text: str) -> int:
    """Which fifth of what is kept apart *text* is in."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) // 10 % FOLDS


def data_folder() -> Path:
    """That AIBOX_TEST_DATA names; the end of the program where it has no sets."""
    given = os.environ.get("AIBOX_TEST_DATA", "")
    if not given or not (Path(given) / "relations").is_dir():
        sys.exit(
            "AIBOX_TEST_DATA does not name a folder with the public sets (ner, pairs, relations, retrieval); "
            "benchmarks/README.md says what they are."
        )
    return Path(given)


def read_sets(data: Path, most: int, *, related: int | None = None) -> list[TestSet]:
    """The sets that extraction is measured on.

    :param most: texts of a set, evenly over it. :param related: of a set that has relations, if not as many.
    """
    ner, relations = data / "ner", data / "relations"
    found = [
        ("Re-DocRED", (_gold(row) for row in _apart(relations / "redocred_dev.jsonl")), True, True),
        ("UNER English", (_gold(row) for row in _apart(ner / "uner_en_dev.jsonl")), True, False),
        (
            "UNER Chinese, traditional",
            (_gold(row) for row in _read(ner / "uner_zh_hant_dev.jsonl")),
            True,
            False,
        ),
        (
            "UNER Chinese, simplified",
            (_gold(row) for row in _read(ner / "uner_zh_hans_dev.jsonl")),
            True,
            False,
        ),
        (
            "CoNLL04, never trained on",
            (_gold(row) for row in _read(relations / "conll04_dev.jsonl")),
            True,
            True,
        ),
        ("MSRA, never trained on", (_gold(row) for row in _read(ner / "msra_zh.jsonl")), True, False),
        (
            "People's Daily, never trained on",
            (_gold(row) for row in _read(ner / "peoples_daily_zh.jsonl")),
            True,
            False,
        ),
        ("FinRE", _companies(data / "pairs" / "finre_zh_valid.jsonl"), False, True),
        ("Ours, Chinese", _ours("zh"), True, True),
        ("Ours, English", _ours("en"), True, True),
    ]
    return [
        TestSet(
            title,
            texts,
            names,
            frozenset(r for each in texts for _, r, _ in each.facts) if known else frozenset(),
        )
        for title, rows, names, known in found
        for texts in [_evenly(list(rows), most if related is None or not known else related)]
    ]


def as_chunk(text: str, number: int) -> Chunk:
    """*text* as the one chunk of a file."""
    id_ = f"{number}"
    return Chunk(id_, id_, 0, text, len(text) // 4, 0, len(text), None, None, (), "und")


def spelling(name: str) -> str:
    """*name* as spellings are compared: CoNLL04 takes a sentence's full stop into the name before it."""
    return entity_key("", name).rstrip(". ")


def fact(head: int, relation: str, tail: int) -> Fact:
    """A relation between two things; those that go both ways in one order."""
    if relation in SYMMETRIC and head > tail:
        head, tail = tail, head
    return head, relation, tail


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _apart(path: Path) -> Iterator[dict[str, Any]]:
    return (row for row in _read(path) if kept_apart(row["text"]))


def _gold(row: dict[str, Any]) -> Gold:
    entities, spans = [], set()
    for entity in row["entities"]:
        mentions = entity.get("mentions", [entity])
        kind = entity["type"] if entity["type"] in TYPES else OTHER
        entities.append((kind, frozenset(spelling(each["text"]) for each in mentions)))
        if kind in TYPES:
            spans |= {(each["start"], each["end"], kind) for each in mentions}
    facts = frozenset(fact(*each) for each in row.get("relations", ()) if each[1] != "KILLED")
    return Gold(row["text"], frozenset(spans), tuple(entities), facts)


def _ours(language: str) -> Iterator[Gold]:
    for path in sorted(OURS.glob(f"{language}_*.jsonl")):
        rows = list(_read(path))
        for row in rows:
            if is_apart(row["text"], len(rows)):
                named = _gold({"text": row["text"], "entities": entities_of(row)})
                # A place in a row (江苏 in 江苏镇江) is no name of its own, but where the last lies.
                entities = tuple(
                    (kind, frozenset(map(spelling, names)))
                    for (kind, _), (_, *names) in zip(named.entities, row["names"], strict=True)
                )
                facts = frozenset(fact(*each) for each in relations_of(row) if each[1] != "SAME_AS")
                yield replace(named, entities=entities, facts=facts)


def _companies(path: Path) -> Iterator[Gold]:
    """FinRE: the lines of one text together."""
    by_text: dict[str, list[dict[str, Any]]] = {}
    for row in _read(path):
        by_text.setdefault(row["text"], []).append(row)
    for text, rows in by_text.items():
        names = list(dict.fromkeys(row[end] for row in rows for end in ("head", "tail")))
        ends = [(names.index(row["head"]), row["relation"], names.index(row["tail"])) for row in rows]
        yield Gold(
            text,
            None,
            tuple(("Organization", frozenset({spelling(name)})) for name in names),
            frozenset(fact(*each) for each in ends if each[1] not in ("NONE", "OTHER", "SAME_AS")),
            frozenset(frozenset({head, tail}) for head, _, tail in ends),
        )


def _evenly(texts: list[Gold], most: int) -> list[Gold]:
    step = max(1, -(-len(texts) // most))
    return texts[::step]
