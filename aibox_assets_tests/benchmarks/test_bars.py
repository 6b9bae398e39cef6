"""Bars say what the figures say, and nothing where there are none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aibox_assets_tests.benchmarks.conftest import MACHINE
from benchmarks.bars import compute_bars, memory_growth, percentile
from benchmarks.figures import Figures, Latency, Unchanged


def test_each_bar_is_computed_from_the_figures(figures: Figures) -> None:
    bars = {bar.what: (bar.measured, bar.met) for bar in compute_bars(figures)}
    assert bars == {
        "Ours against both models side by side": ("1.04 ×", True),
        "The same with the int8 encoder": ("not measured", None),
        "Ten times as many texts": ("not measured", None),
        "Ten times as many with the int8 encoder": ("not measured", None),
        "Ours against CocoIndex": ("not measured", None),
        "Ours against RQ with one warm worker": ("not measured", None),
        "Ours against RQ with three warm workers": ("2.59 ×", True),
        "Ours with the int8 encoder against RQ with three warm workers": ("not measured", None),
        "Ours against stock dagster-celery, one run per file, one at a time": ("not measured", None),
        "Ours against stock dagster-celery, one run per file, ten at once": ("107.69 ×", True),
        "Ours with the int8 encoder against the same, ten at once": ("not measured", None),
        "One small file, drop to last asset, p50": ("3.5 s", False),
        "One small file, drop to last asset, p95": ("7.5 s", False),
        "Cost per tiny file: 10,000 against 1,000": ("1.10 ×", True),
        "Tiny files, of the larger lot": ("18/s", False),
        "16 workers of one queue, against 16 times one": ("0.94", True),
        "Graph writes beside 100,000 chunks, against beside 25,000": ("1.50 ×", False),
        "Growth of a worker's memory, over 100 files, after the first 10": ("+10.0 %", False),
        "A look of the sensor with nothing new among 50,000 files": ("0.90 s", False),
        "3 changed files of 300, p50 of 3 times": ("1.20 s, at most 1.30", True),
        "300 unchanged files dropped again": ("0 runs, 0 assets made", True),
    }


def test_a_bar_that_is_missed_says_so(figures: Figures) -> None:
    slow = figures.with_measured(Latency([4.0, 4.0, 9.0])).with_measured(Unchanged(300, 1, 0))
    missed = {bar.what for bar in compute_bars(slow) if bar.met is False}
    assert "One small file, drop to last asset, p95" in missed
    assert "300 unchanged files dropped again" in missed
    ours = replace(figures.throughput["ours"], seconds=300 / 10.7)
    assert compute_bars(figures.with_measured(ours))[0].met is False


def test_without_figures_no_bar_is_met_or_missed() -> None:
    assert {bar.met for bar in compute_bars(Figures(MACHINE, 300))} == {None}


@pytest.mark.parametrize(("share", "value"), [(0.5, 8.0), (0.95, 15.0), (0.01, 1.0)])
def test_percentiles_are_values_that_were_measured(share: float, value: float) -> None:
    assert percentile([float(number) for number in range(15, 0, -1)], share) == value


def test_growth_compares_the_last_files_with_the_first_after_the_start(figures: Figures) -> None:
    assert figures.memory is not None
    assert memory_growth(figures.memory) == {"worker-x": pytest.approx(0.1)}
