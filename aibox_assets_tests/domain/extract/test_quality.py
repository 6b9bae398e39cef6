"""Precision and recall of the offline extractor on the gold sets.

Those in ``fresh`` were written without a look at the rules, and are read by nobody who mends them: what they miss is
not shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from aibox_assets.domain.extract import Extractor, entity_key
from aibox_assets.domain.ontology import Ontology
from aibox_assets_tests.domain.extract.chunks import chunk
from aibox_assets_tests.domain.extract.gold import CHINESE, ENGLISH, Gold
from aibox_assets_tests.domain.extract.gold_zh import READ, UNREAD

FRESH = Path(__file__).with_name("fresh")


def _fresh(name: str) -> list[Gold]:
    rows = map(json.loads, (FRESH / f"{name}.jsonl").read_text("utf-8").splitlines())
    return [
        Gold(row["text"], tuple(each for each in row["triples"] if " | SAME_AS | " not in each))
        for row in rows
    ]


def _fact(head: str, relation: str, tail: str, ontology: Ontology) -> tuple[str, str, str]:
    ends = entity_key("", head), entity_key("", tail)
    first, last = sorted(ends) if ontology.relation(relation).symmetric else ends
    return first, relation, last


@pytest.mark.parametrize(
    ("gold", "least_precision", "least_recall"),
    [
        (ENGLISH, 0.9, 0.75),
        (CHINESE, 0.9, 0.75),
        (READ, 0.85, 0.7),
        (UNREAD, 0.85, 0.65),
        (_fresh("zh_plain"), 0.86, 0.84),
        (_fresh("zh_mixed"), 0.88, 0.77),
        (_fresh("zh_wide"), 0.8, 0.64),
        (_fresh("en_manual"), 0.82, 0.75),
        (_fresh("en_wide"), 0.87, 0.66),
    ],
    ids=["en", "zh", "zh read", "zh unread", "zh plain", "zh mixed", "zh wide", "en manual", "en wide"],
)
def test_reaches_its_floor(
    offline: Extractor, ontology: Ontology, gold: Sequence[Gold], least_precision: float, least_recall: float
) -> None:
    extractions = offline.extract([chunk(each.text, i) for i, each in enumerate(gold)])
    right = wrong = missed = 0
    fresh = not isinstance(gold, tuple)  # are not shown
    mistakes = []
    for sentence, extraction in zip(gold, extractions, strict=True):
        expected = {_fact(*triple.split(" | "), ontology) for triple in sentence.triples}  # type: ignore[call-arg]
        found = {_fact(each.head, each.relation, each.tail, ontology) for each in extraction.triples}
        right, wrong, missed = (
            right + len(expected & found),
            wrong + len(found - expected),
            missed + len(expected - found),
        )
        if expected != found and not fresh:
            mistakes.append(f"{sentence.text}\n   missed {expected - found}\n   wrong {found - expected}")
    precision, recall = right / (right + wrong), right / (right + missed)
    said = f"precision {precision:.2f}, recall {recall:.2f}\n" + "\n".join(mistakes)
    assert precision >= least_precision, said
    assert recall >= least_recall, said
