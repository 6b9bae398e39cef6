"""The bars: what the figures must show, each computed from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import Figures, Memory, Throughput

FLOOR, FLOOR_INT8, OURS, OURS_INT8 = "floor", "floor-int8", "ours", "ours-int8"
MANY_OURS, MANY_OURS_INT8 = "ours-many", "ours-many-int8"
COCO = "cocoindex"
STOCK, STOCK_SINGLE, DEFAULT, RQ_FORK, RQ_WARM, RQ_TUNED, RQ_SINGLE = (
    "stock-celery",
    "stock-single",
    "multiprocess",
    "rq-fork",
    "rq-warm",
    "rq-tuned",
    "rq-single",
)

_STOCK = "Ours against stock dagster-celery, one run per file"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. *met* is None while its figures are not measured."""

    what: str
    wanted: str
    measured: str = "not measured"
    met: bool | None = None


def compute_bars(figures: Figures) -> list[Bar]:
    """Every bar, in the order of the table."""
    return [
        _speed(figures, OURS, "Ours against both models side by side", 0.8),
        _speed(figures, OURS_INT8, "The same with the int8 encoder", 0.6),
        _speed(figures, MANY_OURS, "Ten times as many texts", 0.9),
        _speed(figures, MANY_OURS_INT8, "Ten times as many with the int8 encoder", 0.75),
        _ratio(figures, OURS, COCO, "Ours against CocoIndex", 1.67),
        _ratio(figures, OURS, RQ_SINGLE, "Ours against RQ with one warm worker", 2),
        _ratio(figures, OURS, RQ_WARM, "Ours against RQ with three warm workers", 2),
        _ratio(
            figures, OURS_INT8, RQ_WARM, "Ours with the int8 encoder against RQ with three warm workers", 2
        ),
        _ratio(figures, OURS, STOCK_SINGLE, f"{_STOCK}, one at a time", 40),
        _ratio(figures, OURS, STOCK, f"{_STOCK}, ten at once", 40),
        _ratio(figures, OURS_INT8, STOCK, "Ours with the int8 encoder against the same, ten at once", 40),
        *_latency(figures),
        _scale(figures),
        _tiny(figures),
        _width(figures),
        _writes(figures),
        _memory(figures),
        _tick(figures),
        _changed(figures),
        _unchanged(figures),
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least *share* of *values* do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def memory_growth(memory: Memory) -> dict[str, float]:
    """Growth by worker, as a share: the last tenth of the files against the first hundreds after the start-up."""
    after = [at for at, done in enumerate(memory.done) if done >= memory.after]
    early = [at for at in after if memory.done[at] < 2 * memory.after] or after[:1]
    late = [at for at in after if memory.done[at] >= 0.9 * memory.files] or after[-1:]
    return {
        worker: median(mib[at] for at in late) / median(mib[at] for at in early) - 1
        for worker, mib in memory.mib.items()
    }


def _speed(figures: Figures, name: str, what: str, wanted: float) -> Bar:
    found = figures.throughput.get(name)
    if found is None or not found.floor:
        return Bar(what, f"≥ {wanted:g} ×")
    return Bar(what, f"≥ {wanted:g} ×", f"{found.speed:.2f} ×", found.speed >= wanted)


def _ratio(figures: Figures, name: str, base: str, what: str, wanted: float) -> Bar:
    limit = f"≥ {wanted:g} ×"
    one, other = figures.throughput.get(name), figures.throughput.get(base)
    if one is None or other is None:
        return Bar(what, limit)
    # By the floor of the same minutes, where both have one.
    ratio = one.speed / other.speed if one.floor and other.floor else one.rate / other.rate
    return Bar(what, limit, f"{ratio:.2f} ×", ratio >= wanted)


def _latency(figures: Figures) -> list[Bar]:
    bars = []
    for share, limit in ((0.5, 1.2), (0.95, 2.0)):
        what, wanted = f"One small file, drop to last asset, p{share * 100:.0f}", f"≤ {limit:g} s"
        if figures.latency is None:
            bars.append(Bar(what, wanted))
            continue
        seconds = percentile(figures.latency.seconds, share)
        bars.append(Bar(what, wanted, f"{seconds:.1f} s", seconds <= limit))
    return bars


def _scale(figures: Figures) -> Bar:
    what, wanted = "Cost per tiny file: many against few", "≤ 1.25 ×"
    if figures.scale is None:
        return Bar(what, wanted)
    few, many = figures.scale.few, figures.scale.many
    ratio = _cost(many) / _cost(few)
    return Bar(
        f"Cost per tiny file: {many.files:,} against {few.files:,}", wanted, f"{ratio:.2f} ×", ratio <= 1.25
    )


def _tiny(figures: Figures) -> Bar:
    what, wanted = "Tiny files, of the larger lot", "≥ 150/s"
    if figures.scale is None:
        return Bar(what, wanted)
    rate = figures.scale.many.rate
    return Bar(what, wanted, f"{rate:.0f}/s", rate >= 150)


def _width(figures: Figures) -> Bar:
    what, wanted = "Workers of one queue, against as many times one", "≥ 0.9"
    if figures.width is None:
        return Bar(what, wanted)
    workers = max(figures.width.workers)
    share = figures.width.efficiency[workers]
    return Bar(
        f"{workers} workers of one queue, against {workers} times one", wanted, f"{share:.2f}", share >= 0.9
    )


def _writes(figures: Figures) -> Bar:
    what, wanted = "Graph writes as the graph grows", "≤ 1.25 ×"
    if figures.writes is None:
        return Bar(what, wanted)
    # Into an empty graph its server still compiles: the first that is not empty is what others compare with.
    stored, seconds = figures.writes.stored, figures.writes.graph
    growth = seconds[-1] / seconds[1]
    said = f"Graph writes beside {stored[-1]:,} chunks, against beside {stored[1]:,}"
    return Bar(said, wanted, f"{growth:.2f} ×", growth <= 1.25)


def _cost(measured: Throughput) -> float:
    return measured.seconds / measured.files


def _memory(figures: Figures) -> Bar:
    what, wanted = "Growth of a worker's memory", "≤ 5 %"
    if figures.memory is None:
        return Bar(what, wanted)
    worst = max(memory_growth(figures.memory).values())
    said = f"{what}, over {figures.memory.files:,} files, after the first {figures.memory.after}"
    return Bar(said, wanted, f"{100 * worst:+.1f} %", worst <= 0.05)


def _tick(figures: Figures) -> Bar:
    what, wanted = "A look of the sensor with nothing new", "≤ 0.2 s"
    if figures.tick is None:
        return Bar(what, wanted)
    worst = max(figures.tick.idle)
    return Bar(f"{what} among {figures.tick.files:,} files", wanted, f"{worst:.2f} s", worst <= 0.2)


def _changed(figures: Figures) -> Bar:
    what, wanted = "A few changed files of many", "≤ 1.5 s"
    if figures.changed is None:
        return Bar(what, wanted)
    found = figures.changed
    middle = percentile(found.seconds, 0.5)
    said = f"{found.changed} changed files of {found.files:,}, p50 of {len(found.seconds)} times"
    return Bar(said, wanted, f"{middle:.2f} s, at most {max(found.seconds):.2f}", middle <= 1.5)


def _unchanged(figures: Figures) -> Bar:
    what, wanted = "Unchanged files dropped again", "no run, no model call"
    if figures.unchanged is None:
        return Bar(what, wanted)
    found = figures.unchanged
    return Bar(
        f"{found.files:,} unchanged files dropped again",
        wanted,
        f"{found.runs} runs, {found.written} assets made",
        found.runs == found.written == 0,
    )
