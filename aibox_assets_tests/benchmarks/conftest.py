"""Figures that were never measured, for what is made of them; AIBOX_TEST_DATA names the folder of the public sets."""

from __future__ import annotations

import os

import pytest

from benchmarks.figures import (
    Changed,
    Figures,
    Latency,
    Machine,
    Memory,
    Scale,
    SensorTick,
    Throughput,
    Unchanged,
    Width,
    Writes,
)

collect_ignore = [] if os.environ.get("AIBOX_TEST_DATA") or os.environ.get("CI") else ["test_public_sets.py"]

MACHINE = Machine(2, "Some CPU", 24, "3.11.7", {"dagster": "1.13.27"})


@pytest.fixture
def figures() -> Figures:
    """One figure of every kind, all bars met except that of the memory."""
    made = Figures(MACHINE, 300)
    rates = {"floor": 15.0, "ours": 14.0, "rq-warm": 6.0, "stock-celery": 0.13}
    for name, rate in rates.items():
        files = 20 if name == "stock-celery" else 300
        # In the minutes of "ours" the floor made 13.5 files a second, not 15.
        beside = {"ours": 300 / 13.5, "rq-warm": 300 / 15.0}.get(name, 0.0)
        made = made.with_measured(Throughput(name, name, files, files / rate, 450, 450, 99, floor=beside))
    for measured in (
        Latency([3.0, 3.5, 4.0, 7.5]),
        Changed(3, 300, [1.0, 1.2, 1.3]),
        Unchanged(300, 0, 0),
        Scale(Throughput("tiny-1", "few", 1000, 50), Throughput("tiny-2", "many", 10_000, 550)),
        Memory(100, 10, [0, 5, 10, 15, 50, 95, 100], {"worker-x": [500, 700, 800, 800, 850, 880, 880]}),
        SensorTick(50_000, 100, [0.8, 0.9], [1.4, 1.6]),
        Width(0.2, [16, 16, 1], [60.0, 75.0, 5.0], [30.0, 15.0, 2.0]),
        Writes(64, 512, [0, 25_000, 100_000], [0.4, 0.5, 0.6], [0.6, 0.3, 0.45]),
    ):
        made = made.with_measured(measured)
    return made
