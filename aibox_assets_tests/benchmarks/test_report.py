"""The page keeps its prose; figures survive a partial run, but not another machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.figures import Figures, Latency, read_figures, write_figures
from benchmarks.report import BEGIN, END, PAGE, render, write_page
from benchmarks.texts import BenchmarkError


def test_only_what_stands_between_the_marks_is_replaced(figures: Figures, tmp_path: Path) -> None:
    (tmp_path / PAGE).write_text(f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n", encoding="utf-8")
    for _ in range(2):
        write_page(tmp_path, figures)
        written = (tmp_path / PAGE).read_text(encoding="utf-8")
        assert written.startswith(f"before\n\n{BEGIN}\n")
        assert written.endswith(f"{END}\n\nafter\n")
        assert "old" not in written
        assert written.count(render(figures)) == 1


def test_a_page_without_marks_is_left_alone(figures: Figures, tmp_path: Path) -> None:
    (tmp_path / PAGE).write_text("prose", encoding="utf-8")
    with pytest.raises(BenchmarkError, match=BEGIN):
        write_page(tmp_path, figures)
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == "prose"


def test_what_ran_on_few_files_is_called_extrapolated(figures: Figures) -> None:
    stock = next(line for line in render(figures).splitlines() if line.startswith("| stock-celery |"))
    assert "| 20 | 153.8 | 0.13 | ≈ 2,308 s, extrapolated |" in stock
    assert "extrapolated" not in next(line for line in render(figures).splitlines() if "| rq-warm |" in line)


def test_figures_are_kept_until_measured_again_on_the_same_hardware(figures: Figures, tmp_path: Path) -> None:
    raw = tmp_path / "performance.json"
    write_figures(raw, figures)
    assert read_figures(raw, figures.machine, 300) == figures
    newer = read_figures(raw, figures.machine, 300).with_measured(Latency([1.0]))
    assert newer.latency is not None
    assert newer.latency.seconds == [1.0]
    assert newer.throughput == figures.throughput
    other = replace(figures.machine, cpu="Another CPU")
    assert read_figures(raw, other, 300) == Figures(other, 300)
    assert read_figures(raw, figures.machine, 50) == Figures(figures.machine, 50)
