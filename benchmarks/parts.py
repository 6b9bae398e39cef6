"""Every measurement by name, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.contenders import ours
from benchmarks.figures import Measured
from benchmarks.homes import MeasuredHome, running_home
from benchmarks.texts import TEXTS
from benchmarks.waiting import Display


@dataclass
class Bench:
    """What the measurements share: the texts, the display, and one home that those who use it as it is have in turn.

    :ivar int8_model: the encoder of the second home; empty for none.
    """

    texts: list[str]
    display: Display
    int8_model: str
    _stack: ExitStack = field(default_factory=ExitStack)
    _home: MeasuredHome | None = None

    def home(self) -> MeasuredHome:
        """The home, started at its first use."""
        if self._home is None:
            self._home = self._stack.enter_context(running_home(self.display, "Ours"))
        return self._home

    def close_home(self) -> None:
        """Stop the home: also when idle it would take time from what is measured next."""
        self._home = None
        self._stack.close()

    def subset(self, count: int) -> list[str]:
        """The first *count* texts, for ways that take seconds for each."""
        return self.texts[:count]

    def scaled(self, count: int) -> int:
        """*count*, or less of it when fewer texts than usual were asked for."""
        return max(1, count * len(self.texts) // TEXTS)


@dataclass(frozen=True, slots=True)
class Part:
    """One measurement. *on_home*: it uses the home that the others of its kind use."""

    what: str
    run: Callable[[Bench], Iterator[Measured]]
    on_home: bool = False


def _floor(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import floor

    yield from floor.measure(bench.texts, bench.display)


def _ours(bench: Bench) -> Iterator[Measured]:
    yield ours.measure_throughput(bench.home(), bench.texts, bench.display, "ours", "**ours**")


def _latency(bench: Bench) -> Iterator[Measured]:
    yield ours.measure_latency(bench.home(), bench.texts, bench.display)


def _unchanged(bench: Bench) -> Iterator[Measured]:
    yield ours.measure_unchanged(bench.home(), bench.texts, bench.display)


def _ours_int8(bench: Bench) -> Iterator[Measured]:
    with running_home(bench.display, "Ours, int8 encoder", bench.int8_model) as home:
        yield ours.measure_throughput(home, bench.texts, bench.display, "ours-int8", "**ours**, int8 encoder")


def _rq_warm(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import rq_queues

    yield rq_queues.measure("warm", bench.texts, bench.display)


def _rq_fork(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import rq_queues

    yield rq_queues.measure("fork", bench.subset(10), bench.display)


def _stock(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import stock_dagster

    yield stock_dagster.measure_celery(bench.subset(20), bench.display)


def _multiprocess(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import stock_dagster

    yield stock_dagster.measure_multiprocess(bench.subset(8), bench.display)


def _writes(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import writes

    sizes = [0, *(bench.scaled(size) for size in (25_000, 50_000, 100_000))]
    yield writes.measure(bench.texts, bench.display, sizes)


def _tick(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import tick

    yield tick.measure(bench.display, bench.scaled(50_000))


def _memory(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import memory

    yield memory.measure(bench.texts, bench.display, bench.scaled(2000))


def _scale(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import scale

    yield scale.measure(bench.texts, bench.display, bench.scaled(1000), bench.scaled(10_000))


PARTS = {
    "floor": Part("the bare models, batched, one process", _floor),
    "ours": Part("all texts dropped at once into a home", _ours, on_home=True),
    "latency": Part("one small file at a time on the idle home", _latency, on_home=True),
    "unchanged": Part("the same files dropped again", _unchanged, on_home=True),
    "ours-int8": Part("a home with the int8 encoder", _ours_int8),
    "rq-warm": Part("RQ with warm workers", _rq_warm),
    "rq-fork": Part("RQ with forking workers, 10 files", _rq_fork),
    "stock-celery": Part("stock dagster-celery, one run per file, 20 files", _stock),
    "multiprocess": Part("Dagster's default executor, one run per file, 8 files", _multiprocess),
    "writes": Part("write cost as tables grow to 100,000 chunks", _writes),
    "tick": Part("a sensor tick with 50,000 known files", _tick),
    "memory": Part("the workers' memory over 2,000 files", _memory),
    "scale": Part("10,000 tiny files against 1,000", _scale),
}
