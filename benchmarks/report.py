"""The figures for people: on the terminal, and between the markers of docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.bars import Bar, compute_bars, memory_growth, percentile
from benchmarks.figures import Figures, Throughput
from benchmarks.texts import BenchmarkError

BEGIN: Final = "<!-- bench:begin -->"
END: Final = "<!-- bench:end -->"
PAGE: Final = "performance.md"
PLOT: Final = "images/performance.svg"
_ORDER: Final = (
    "floor-embedding", "floor-extraction", "floor", "floor-int8-embedding", "floor-int8-extraction", "floor-int8",
    "ours", "ours-int8", "ours-many", "ours-many-int8", "cocoindex",
    "rq-tuned", "rq-warm", "rq-single", "rq-fork", "stock-single", "stock-celery", "multiprocess",
)  # fmt: skip


def write_page(docs: Path, figures: Figures) -> None:
    """Replace what stands between the markers of the page.

    :raises BenchmarkError: the page has no markers.
    """
    page = docs / PAGE
    text = page.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise BenchmarkError(f"{page} lacks the lines {BEGIN} and {END}; put them where the figures belong.")
    body = "\n".join((render(figures), "", f"![Files per second and seconds per file]({PLOT})"))
    staged = page.with_name(f".{page.name}.part")
    staged.write_text(f"{head}{BEGIN}\n\n{body}\n\n{END}{tail}", encoding="utf-8")
    staged.replace(page)


def print_report(console: Console, figures: Figures) -> None:
    """The same tables on the terminal."""
    console.print(Markdown(render(figures)))


def render(figures: Figures) -> str:
    """All tables as Markdown."""
    return "\n".join(
        [
            *_machine(figures),
            *_throughput(figures),
            *_table(("Bar", "wanted", "measured", "met"), [_bar(bar) for bar in compute_bars(figures)]),
            *_cpu(figures),
            *_details(figures),
        ]
    )


def _machine(figures: Figures) -> Iterator[str]:
    machine = figures.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    yield (
        f"{machine.cores} cores of {machine.cpu}, {machine.memory_gib} GiB; Python {machine.python}; {versions}."
    )
    yield ""


def _throughput(figures: Figures) -> Iterator[str]:
    names = [*_ORDER, *(name for name in figures.throughput if name not in _ORDER)]
    rows = [figures.throughput[name] for name in names if name in figures.throughput]
    if not rows:
        return
    columns = (
        "",
        "files run",
        "seconds",
        "files/s",
        f"{figures.texts} files",
        "× floor",
        "chunks / vectors / triples",
    )
    yield from _table(columns, [_row(row, figures.texts) for row in rows])
    first, last = min(row.at for row in rows), max(row.at for row in rows)
    yield ""
    yield (
        f"Measured from {first} to {last} UTC, each row when performance.json says; "
        f"the load average before each was at most {max(row.load for row in rows):.1f}."
    )
    yield ""


def _row(row: Throughput, texts: int) -> tuple[str, ...]:
    seconds = row.seconds * texts / row.files
    # What ran on a part of the files is extrapolated, and says so.
    whole = f"{seconds:,.1f} s" if row.files == texts else f"≈ {seconds:,.0f} s, extrapolated"
    results = " / ".join(f"{count:,}" if count else "—" for count in (row.chunks, row.vectors, row.triples))
    rate = f"{row.rate:.2f}" if row.rate < 10 else f"{row.rate:.1f}"
    speed = f"{row.speed:.2f}" if row.floor else "—"
    return row.label, f"{row.files:,}", f"{row.seconds:.1f}", rate, whole, speed, results


def _bar(bar: Bar) -> tuple[str, ...]:
    met = {True: "yes", False: "**no**", None: "—"}[bar.met]
    return bar.what, bar.wanted, bar.measured, met


def _cpu(figures: Figures) -> Iterator[str]:
    rows = [row for row in figures.throughput.values() if row.cpu]
    if figures.scale is not None and figures.scale.many.cpu:
        rows.append(figures.scale.many)
    if not rows:
        return
    services = sorted(rows[0].cpu, key=lambda name: rows[0].cpu[name], reverse=True)
    yield from ("", "CPU time of each process (with its children), in milliseconds per file:", "")
    yield from _table(
        ("", *services, "all"),
        [
            (
                row.label,
                *(f"{1000 * row.cpu.get(name, 0.0) / row.files:.1f}" for name in services),
                f"{1000 * sum(row.cpu.values()) / row.files:.1f}",
            )
            for row in rows
        ],
    )


def _details(figures: Figures) -> Iterator[str]:
    if (latency := figures.latency) is not None:
        each = ", ".join(f"{seconds:.1f}" for seconds in latency.seconds)
        p50, p95 = (percentile(latency.seconds, share) for share in (0.5, 0.95))
        yield from (
            "",
            f"One small file at a time, {len(latency.seconds)} times ({latency.at}): p50 {p50:.2f} s, ",
        )
        yield f"p95 {p95:.2f} s; each: {each} s."
    if (scale := figures.scale) is not None:
        yield from ("", "Tiny files into one home, the second lot on top of the first:", "")
        yield from _table(
            ("files", "seconds", "ms per file", "load before"),
            [
                (f"{part.files:,}", f"{part.seconds:.1f}", f"{1000 / part.rate:.1f}", f"{part.load:.1f}")
                for part in (scale.few, scale.many)
            ],
        )
    if (width := figures.width) is not None:
        yield ""
        yield f"Workers of one queue, {width.seconds_a_chunk:g} s for each chunk ({width.at}); "
        yield from ("the first pass knows no pace yet:", "")
        yield from _table(
            ("workers", "chunks/s", "of linear", "CPU s of all else"),
            [
                (f"{workers}", f"{rate:.1f}", f"{rate / workers / width.rates[-1]:.2f}", f"{cpu:.1f}")
                for workers, rate, cpu in zip(width.workers, width.rates, width.cpu, strict=True)
            ],
        )
    if (memory := figures.memory) is not None:
        growth = memory_growth(memory)
        yield from ("", f"Memory of the workers over {memory.files:,} texts ({memory.at}):", "")
        yield from _table(
            ("worker", "least MiB", "most MiB", "at the end", f"growth after {memory.after} files"),
            [
                (
                    name,
                    *(f"{mib:,.0f}" for mib in (min(seen), max(seen), seen[-1])),
                    f"{100 * growth[name]:+.1f} %",
                )
                for name, seen in memory.mib.items()
            ],
        )
    if (tick := figures.tick) is not None:
        idle, busy = (", ".join(f"{each:.2f}" for each in seconds) for seconds in (tick.idle, tick.busy))
        yield from ("", f"Sensor ticks over {tick.files:,} known files ({tick.at}): nothing new: {idle} s; ")
        yield f"{tick.new} new files that are taken in and requested: {busy} s."
    if (writes := figures.writes) is not None:
        yield ""
        yield f"Writing {writes.batch_files} files of {writes.batch_chunks} chunks in all ({writes.at}):"
        yield ""
        yield from _table(
            ("chunks stored before", "vectors, s", "graph, s"),
            [
                (f"{stored:,}", f"{vectors:.2f}", f"{graph:.2f}")
                for stored, vectors, graph in zip(writes.stored, writes.vectors, writes.graph, strict=True)
            ],
        )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|---|" + "---:|" * (len(columns) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
