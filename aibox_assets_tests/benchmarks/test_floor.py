"""The floor runs the bare models over a few texts, each in a process of its own."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from aibox_assets_tests.integration.texts import write_news
from benchmarks.contenders import floor
from benchmarks.figures import Throughput
from benchmarks.parts import Bench
from benchmarks.waiting import Display


def test_the_floor_is_both_models_side_by_side() -> None:
    display, texts = Display(Console(file=io.StringIO())), write_news(3, seed=4)
    with floor.loaded_floor(texts) as loaded:
        rows = {row.name: row for row in floor.measure(loaded, texts, display)}
    assert list(rows) == ["floor-embedding", "floor-extraction", "floor"]
    assert all(row.seconds > 0 and row.files == 3 and row.chunks >= 3 for row in rows.values())
    # "X is headquartered in Y" opens each text; without it the extractor was not what was measured.
    assert rows["floor"].triples > 0


def test_a_way_that_ran_a_part_of_the_texts_is_compared_with_that_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench(["text"] * 300, Display(), "")
    monkeypatch.setattr(Bench, "_pass", lambda *_: 30.0)
    measured = bench.beside_floor(lambda: Throughput("slow", "slow", 20, 100.0))
    assert measured.speed == pytest.approx((30.0 / 300) / (100.0 / 20))
