"""Scores are counted as they say, and written where they belong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aibox_assets.domain.extract.trace import Trace
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention, Relation
from benchmarks.children import ROOT
from benchmarks.quality import page
from benchmarks.quality.scores import Score, Vote, calibration_error, score_names, score_relations
from benchmarks.quality.sets import Gold, spelling

TEXT = "Jane Wu founded Acme in Taipei."
WU = Mention(0, 7, "Jane Wu", "Person", "Jane Wu", 0.9)
ACME = Mention(16, 20, "Acme", "Organization", "Acme", 0.9)
GOLD = Gold(
    TEXT,
    frozenset({(0, 7, "Person"), (24, 30, "Location")}),
    (
        ("Person", frozenset({spelling("Jane Wu")})),
        ("Organization", frozenset({spelling("Acme")})),
        ("Location", frozenset({spelling("Taipei")})),
    ),
    frozenset({(0, "FOUNDED", 1), (1, "BASED_IN", 2)}),
)


def test_counts_right_wrong_and_missed() -> None:
    said = TypedRelation(WU, ACME, "FOUNDED", Relation(WU, ACME, "founded", 0, 31, 0.9))
    trace = Trace((WU, ACME), (said.evidence,), (said,))
    names, relations = Score(), Score()
    score_names(GOLD, trace, names)
    (vote,) = score_relations(GOLD, trace, frozenset({"FOUNDED", "BASED_IN"}), relations)
    assert (names.right, names.wrong, names.missed) == (1, 1, 1)
    assert (relations.right, relations.wrong, relations.missed) == (1, 0, 1)
    assert vote.right
    assert relations.precision == 1
    assert relations.recall == relations.by_kind["FOUNDED"]["right"] / 2


def test_confidences_that_are_shares_have_no_error() -> None:
    fair = [Vote("rules", "X", 0.75, right, "") for right in (True, True, True, False)]
    assert calibration_error(fair) == pytest.approx(0)
    assert calibration_error([Vote("rules", "X", 0.95, False, "")]) == pytest.approx(0.95)


def test_the_page_keeps_what_stands_around_the_figures(tmp_path: Path) -> None:
    path = tmp_path / "quality.md"
    path.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nbehind\n", encoding="utf-8")
    for _ in range(2):
        page.write(path, "| new |")
    assert path.read_text("utf-8") == f"before\n{page.BEGIN}\n\n| new |\n\n{page.END}\nbehind\n"


def test_without_the_sets_it_says_what_to_set() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "AIBOX_TEST_DATA"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.quality"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "AIBOX_TEST_DATA" in done.stderr
