"""The plot of the figures: throughput, latency, and write cost, as far as they are measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.bars import FLOOR, OURS, percentile
from benchmarks.figures import Figures, Latency, Throughput, Writes

_COLOURS = {FLOOR: "#7f7f7f", OURS: "#1f77b4", "ours-int8": "#17527d"}
_OTHERS = "#c7b299"
_PARTS_OF_FLOOR = ("floor-embedding", "floor-extraction", "floor-int8-embedding", "floor-int8-extraction")
_WIDTH, _HEIGHT = 9.0, 3.0


def draw(figures: Figures, target: Path) -> None:
    """Write the plot as SVG; equal figures give an equal file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    panels: list[Callable[[Axes], None]] = []
    rows = [row for name, row in figures.throughput.items() if name not in _PARTS_OF_FLOOR]
    if rows:
        panels.append(lambda axes: _draw_throughput(axes, rows))
    if figures.latency is not None:
        latency = figures.latency
        panels.append(lambda axes: _draw_latency(axes, latency))
    if figures.writes is not None:
        writes = figures.writes
        panels.append(lambda axes: _draw_writes(axes, writes))
    # Without a salt the ids in an SVG are random, and every run would change the file.
    with mpl.rc_context(
        {"svg.hashsalt": "aibox", "font.size": 9, "axes.spines.right": False, "axes.spines.top": False}
    ):
        figure = Figure(figsize=(_WIDTH, _HEIGHT * max(1, len(panels))), layout="constrained")
        # A figure of its own for each panel: long labels of one must not narrow the others.
        for panel, part in zip(
            panels, figure.subfigures(max(1, len(panels)), 1, squeeze=False).flat, strict=False
        ):
            panel(part.add_subplot())
        figure.savefig(target, metadata={"Date": None})


def _draw_throughput(axes: Axes, rows: list[Throughput]) -> None:
    ordered = sorted(rows, key=lambda row: row.rate)
    labels = [f"{row.label.replace('**', '')} ({row.files} files)" for row in ordered]
    bars = axes.barh(
        labels, [row.rate for row in ordered], color=[_COLOURS.get(row.name, _OTHERS) for row in ordered]
    )
    axes.bar_label(bars, [f" {row.rate:.2g}" for row in ordered])
    axes.set_xscale("log")
    axes.set_xlabel("files per second, logarithmic")
    axes.set_title("Throughput: the same texts, models and results", loc="left")


def _draw_latency(axes: Axes, latency: Latency) -> None:
    numbers = range(1, len(latency.seconds) + 1)
    axes.scatter(numbers, latency.seconds, color=_COLOURS[OURS], zorder=3)
    for share, bar, style in ((0.5, 5.0, "--"), (0.95, 8.0, ":")):
        measured = percentile(latency.seconds, share)
        axes.axhline(
            bar, color="#b22222", linestyle=style, linewidth=1, label=f"bar of p{share * 100:.0f}: {bar:g} s"
        )
        axes.axhline(
            measured,
            color=_COLOURS[OURS],
            linestyle=style,
            linewidth=1,
            label=f"p{share * 100:.0f}: {measured:.1f} s",
        )
    axes.set_ylim(bottom=0)
    axes.set_xlabel("drop")
    axes.set_ylabel("seconds")
    axes.set_title("One small file on an idle home, drop to last asset", loc="left")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def _draw_writes(axes: Axes, writes: Writes) -> None:
    axes.plot(writes.stored, writes.vectors, marker="o", label="Postgres, pgvector with HNSW")
    axes.plot(writes.stored, writes.graph, marker="s", label="graph")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("chunks stored before")
    axes.set_ylabel("seconds")
    axes.set_title(f"Writing {writes.batch_files} files of {writes.batch_chunks} chunks in all", loc="left")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
