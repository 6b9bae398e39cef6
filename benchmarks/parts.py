"""Every measurement by name, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Literal

from aibox_assets.domain.embed import ENGLISH
from benchmarks.bars import FLOOR_INT8, MANY_OURS, MANY_OURS_INT8, OURS, OURS_INT8
from benchmarks.contenders import ours
from benchmarks.contenders.floor import Floor, loaded_floor
from benchmarks.contenders.floor import measure as measure_floor
from benchmarks.figures import Measured, Throughput
from benchmarks.homes import MeasuredHome, running_home
from benchmarks.texts import TEXTS, vary
from benchmarks.waiting import Display

MANY = 10
"""Times the texts, where there are many: the same sentences in other orders."""


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
    _floor_stack: ExitStack = field(default_factory=ExitStack)
    _floors: dict[str, Floor] = field(default_factory=dict)

    def floor(self, encoder: str = ENGLISH) -> Floor:
        """The bare models, loaded at their first use."""
        if encoder not in self._floors:
            with self.display.phase("Floor: loading the bare models"):
                self._floors[encoder] = self._floor_stack.enter_context(loaded_floor(self.texts, encoder))
        return self._floors[encoder]

    def beside_floor(self, run: Callable[[], Throughput], encoder: str = ENGLISH) -> Throughput:
        """Measure between two passes of the floor: other tenants of a machine change its speed within minutes."""
        before = self._pass(encoder)
        measured = run()
        share = measured.files / len(self.texts)
        return replace(measured, floor=share * (before + self._pass(encoder)) / 2)

    def _pass(self, encoder: str) -> float:
        floor = self.floor(encoder)
        with self.display.phase("Floor: a pass to compare with"):
            return floor.run_both()

    def home(self) -> MeasuredHome:
        """The home, started at its first use."""
        if self._home is None:
            self._home = self._stack.enter_context(running_home(self.display, "Ours"))
        return self._home

    def close_home(self) -> None:
        """Stop the home: also when idle it would take time from what is measured next."""
        self._home = None
        self._stack.close()

    def close(self) -> None:
        """Stop all that runs."""
        self.close_home()
        self._floor_stack.close()

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
    yield from measure_floor(bench.floor(), bench.texts, bench.display)
    int8 = bench.floor(bench.int8_model)
    yield from measure_floor(int8, bench.texts, bench.display, FLOOR_INT8, "int8")


def _ours(bench: Bench) -> Iterator[Measured]:
    yield bench.beside_floor(lambda: _drop_into_new_home(bench, ENGLISH, OURS, "**ours**"))


def _ours_int8(bench: Bench) -> Iterator[Measured]:
    label = "**ours**, int8 encoder"
    yield bench.beside_floor(
        lambda: _drop_into_new_home(bench, bench.int8_model, OURS_INT8, label), bench.int8_model
    )


def _drop_into_new_home(
    bench: Bench, encoder: str, name: str, label: str, texts: Sequence[str] = ()
) -> Throughput:
    with running_home(bench.display, label.replace("*", ""), encoder) as home:
        return ours.measure_throughput(home, texts or bench.texts, bench.display, name, label)


def _many(encoder: str | None, name: str, label: str) -> Callable[[Bench], Iterator[Measured]]:
    def run(bench: Bench) -> Iterator[Measured]:
        texts = vary(bench.texts, MANY * len(bench.texts), seed=5)
        used = encoder or bench.int8_model
        yield bench.beside_floor(lambda: _drop_into_new_home(bench, used, name, label, texts), used)

    return run


def _cocoindex(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import coco_index

    yield bench.beside_floor(lambda: coco_index.measure(bench.texts, bench.display))


def _latency(bench: Bench) -> Iterator[Measured]:
    yield ours.measure_latency(bench.home(), bench.texts, bench.display)


def _unchanged(bench: Bench) -> Iterator[Measured]:
    yield ours.measure_unchanged(bench.home(), bench.texts, bench.display)


def _changed(bench: Bench) -> Iterator[Measured]:
    yield ours.measure_changed(bench.home(), bench.texts, bench.display)


def _rq(kind: Literal["warm", "single", "tuned"]) -> Callable[[Bench], Iterator[Measured]]:
    def run(bench: Bench) -> Iterator[Measured]:
        from benchmarks.contenders import rq_queues

        yield bench.beside_floor(lambda: rq_queues.measure(kind, bench.texts, bench.display))

    return run


def _rq_fork(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import rq_queues

    yield rq_queues.measure("fork", bench.subset(10), bench.display)


def _stock(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import stock_dagster

    yield bench.beside_floor(lambda: stock_dagster.measure_celery(bench.subset(20), bench.display))


def _stock_singly(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import stock_dagster

    yield bench.beside_floor(lambda: stock_dagster.measure_celery_singly(bench.subset(10), bench.display))


def _multiprocess(bench: Bench) -> Iterator[Measured]:
    from benchmarks.contenders import stock_dagster

    yield stock_dagster.measure_multiprocess(bench.subset(8), bench.display)


def _writes(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import writes

    sizes = [0, *(bench.scaled(size) for size in (25_000, 50_000, 100_000))]
    yield writes.measure(bench.texts, bench.display, sizes)


def _tick(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import tick

    yield tick.measure(bench.display, bench.scaled(100_000))


def _memory(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import memory

    yield memory.measure(bench.texts, bench.display, bench.scaled(2000))


def _scale(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import scale

    yield scale.measure(bench.texts, bench.display, bench.scaled(1000), bench.scaled(10_000))


def _width(bench: Bench) -> Iterator[Measured]:
    from benchmarks.growth import width

    yield width.measure(bench.texts, bench.display, bench.scaled(width.FILES_A_WORKER))


PARTS = {
    "floor": Part("both models alone, side by side", _floor),
    "ours": Part("all texts dropped at once into a home", _ours),
    "ours-int8": Part("a home with the int8 encoder", _ours_int8),
    "many": Part("ten times as many texts", _many(ENGLISH, MANY_OURS, "**ours**, ten times the texts")),
    "many-int8": Part(
        "the same with the int8 encoder",
        _many(None, MANY_OURS_INT8, "**ours**, ten times the texts, int8 encoder"),
    ),
    "cocoindex": Part("CocoIndex, one process", _cocoindex),
    "rq-warm": Part("RQ with three warm workers", _rq("warm")),
    "rq-single": Part("RQ with one warm worker for all queues", _rq("single")),
    "rq-tuned": Part("RQ with three warm workers, models called as ours are", _rq("tuned")),
    "latency": Part("one small file at a time on an idle home", _latency, on_home=True),
    "changed": Part("three files of all changed, five times", _changed, on_home=True),
    "unchanged": Part("the same files dropped again", _unchanged, on_home=True),
    "rq-fork": Part("RQ with forking workers, 10 files", _rq_fork),
    "stock-single": Part("stock dagster-celery, one run per file, one at a time, 10 files", _stock_singly),
    "stock-celery": Part("stock dagster-celery, one run per file, ten at once, 20 files", _stock),
    "multiprocess": Part("Dagster's default executor, one run per file, 8 files", _multiprocess),
    "writes": Part("write cost as tables grow to 100,000 chunks", _writes),
    "tick": Part("a look of the sensor with 100,000 known files", _tick),
    "memory": Part("the workers' memory over 2,000 files", _memory),
    "width": Part("1 to 16 workers of a queue with a slow model in its place", _width),
    "scale": Part("10,000 tiny files against 1,000", _scale),
}
