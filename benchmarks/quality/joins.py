"""Names of one thing: pairs of mentions of Wikipedia introductions, and pairs of companies in Chinese news."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.resolve import Name, resolve_document
from aibox_assets.domain.resolve.document import document_things
from benchmarks.quality.scores import Score


def measure(data: Path) -> dict[str, Score]:
    """Pairwise, by set. FinRE's weights were learned from other texts of it."""
    return {
        "Re-DocRED, pairs of mentions": _introductions(data / "relations" / "redocred_dev.jsonl"),
        "FinRE, `SAME_AS`": _companies(data / "pairs" / "finre_zh_valid.jsonl"),
    }


def _introductions(path: Path) -> Score:
    score = Score()
    for row in _read(path):
        mentions: list[tuple[str, int]] = []
        names: list[Name] = []
        for number, entity in enumerate(row["entities"]):
            for mention in entity["mentions"]:
                key = entity_key(entity["type"], mention["text"])
                names.append(Name(key, entity["type"], mention["text"]))
                mentions.append((key, number))
        things = document_things(names, resolve_document(names, [row["text"]]))
        thing = {key: at for at, group in enumerate(things) for key in group}
        for (one, first), (other, second) in combinations(mentions, 2):
            _count(score, first == second, thing[one] == thing[other])
    return score


def _companies(path: Path) -> Score:
    score, pairs = Score(), dict[tuple[str, str, str], bool]()
    for row in _read(path):
        one, other = sorted((row["head"], row["tail"]))
        key = (row["text"], one, other)
        pairs[key] = pairs.get(key, False) or row["relation"] == "SAME_AS"
    kind = "Organization"
    for (text, one, other), same in pairs.items():
        names = [Name(entity_key(kind, name), kind, name) for name in (one, other)]
        _count(score, same, names[0].key == names[1].key or bool(resolve_document(names, [text])))
    return score


def _count(score: Score, same: bool, found: bool) -> None:
    score.right += same and found
    score.wrong += found and not same
    score.missed += same and not found


def _read(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
