"""The simulation of many machines: what must hold whatever the rates are."""

from __future__ import annotations

import pytest

from benchmarks.machines import Rates, simulate

NOTHING = 1e-6


def test_one_machine_is_as_fast_as_its_slower_model() -> None:
    found = simulate(1, Rates(embed=0.05, extract=0.02), minutes=10)
    assert found.chunks_a_second == pytest.approx(1 / 0.05, rel=0.02)


def test_machines_that_share_nothing_slow_are_as_many_times_as_fast() -> None:
    rates = Rates(vectors=NOTHING, triples=NOTHING, graph=NOTHING, run=NOTHING)
    one, many = simulate(1, rates, minutes=5), simulate(20, rates, minutes=5)
    assert many.chunks_a_second == pytest.approx(20 * one.chunks_a_second, rel=0.03)


@pytest.mark.parametrize(
    ("rates", "most"),
    [
        (Rates(graph=0.01), 1 / 0.01),
        (Rates(vectors=0.05, triples=0.05, cores=2), 2 / 0.1),
        (Rates(graph=NOTHING, run=60.0), 2000 / 60.0),
    ],
    ids=["graph", "postgres", "runs"],
)
def test_what_is_shared_bounds_all(rates: Rates, most: float) -> None:
    found = simulate(30, rates, minutes=5)
    assert 0.9 * most < found.chunks_a_second <= most or found.runs > 0.9
    assert found.chunks_a_second <= most * 1.001
    assert max(found.runs, found.postgres, found.graph) > 0.9


def test_the_same_again() -> None:
    assert simulate(5, Rates(), minutes=2) == simulate(5, Rates(), minutes=2)
