"""Names of one thing on public sets; of those that the weights were learned from, it is no more than a floor."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.resolve import Name, resolve_document
from aibox_assets.domain.resolve.document import document_things


def lines(name: str) -> Iterable[dict[str, object]]:
    for line in (Path(os.environ["AIBOX_TEST_DATA"]) / name).read_text("utf-8").splitlines():
        yield json.loads(line)


def f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed)


def test_mentions_of_wikipedia_introductions() -> None:
    right = wrong = missed = 0
    for row in lines("relations/redocred_dev.jsonl"):
        mentions: list[tuple[str, int]] = []
        names: list[Name] = []
        for number, entity in enumerate(row["entities"]):  # type: ignore[arg-type,var-annotated]
            for mention in entity["mentions"]:
                key = entity_key(entity["type"], mention["text"])
                names.append(Name(key, entity["type"], mention["text"]))
                mentions.append((key, number))
        things = document_things(names, resolve_document(names, [str(row["text"])]))
        thing = {key: at for at, group in enumerate(things) for key in group}
        for (one, first), (other, second) in combinations(mentions, 2):
            same, found = first == second, thing[one] == thing[other]
            right, wrong, missed = (
                right + (same and found),
                wrong + (found and not same),
                missed + (same and not found),
            )
    assert f1(right, wrong, missed) >= 0.85
    # The set keeps a country and its adjective apart about as often as it joins them; we always join them.
    assert right / (right + wrong) >= 0.9


def test_companies_of_chinese_financial_news() -> None:
    right = wrong = missed = 0
    pairs: dict[tuple[str, str, str], bool] = {}
    for row in lines("pairs/finre_zh_valid.jsonl"):
        key = (str(row["text"]), *sorted((str(row["head"]), str(row["tail"]))))
        pairs[key] = pairs.get(key, False) or row["relation"] == "SAME_AS"
    for (text, one, other), same in pairs.items():
        kind = "Organization"
        names = [Name(entity_key(kind, name), kind, name) for name in (one, other)]
        found = names[0].key == names[1].key or bool(resolve_document(names, [text]))
        right, wrong, missed = (
            right + (same and found),
            wrong + (found and not same),
            missed + (same and not found),
        )
    assert f1(right, wrong, missed) >= 0.8
