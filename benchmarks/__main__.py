"""``python -m benchmarks``: measure, show, and write docs/performance.md."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from aibox_assets.domain.embed import ENGLISH
from aibox_assets.domain.errors import AIBoxError
from benchmarks.children import ROOT
from benchmarks.figures import Figures, Machine, read_figures, write_figures
from benchmarks.parts import PARTS, Bench
from benchmarks.plot import draw
from benchmarks.report import PLOT, print_report, write_page
from benchmarks.servers import forget_settings
from benchmarks.texts import TEXTS, BenchmarkError, load_texts
from benchmarks.waiting import Display

INT8 = f"{ENGLISH}#int8"
_HELP = "Parts, separated by commas; all when left out: " + "; ".join(
    f"{name} ({part.what})" for name, part in PARTS.items()
)


def main(
    only: Annotated[str, typer.Option(help=_HELP)] = "",
    texts: Annotated[
        int,
        typer.Option(min=3, max=TEXTS, help="How many texts; fewer are for trying a part."),
    ] = TEXTS,
    json: Annotated[Path | None, typer.Option(help="Where to write the raw figures of this run.")] = None,
    write: Annotated[
        bool | None,
        typer.Option(help="Write the docs: left out, only when all parts ran with all texts."),
    ] = None,
    docs: Annotated[Path, typer.Option(help="Folder of performance.md and its figures.")] = ROOT / "docs",
    int8_model: Annotated[str, typer.Option(help="AIBOX_EMBEDDING_MODEL of the part ours-int8.")] = INT8,
) -> None:
    """Measure on this machine. Leave it alone meanwhile: what else runs makes every figure worse."""
    if write is None:
        write = not only and texts == TEXTS
    chosen = [name.strip() for name in only.split(",") if name.strip()] or list(PARTS)
    if unknown := [name for name in chosen if name not in PARTS]:
        raise typer.BadParameter(f"{', '.join(unknown)}. There are: {', '.join(PARTS)}.", param_hint="--only")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    forget_settings()
    display = Display()
    figures = Figures(Machine.here(), texts)
    raw = docs / "performance.json"
    failed = False
    bench = Bench(load_texts(texts), display, int8_model)
    try:
        for name in (name for name in PARTS if name in chosen):
            if not PARTS[name].on_home:
                bench.close_home()
            try:
                for measured in PARTS[name].run(bench):
                    figures = figures.with_measured(measured)
                    if write:
                        kept = read_figures(raw, figures.machine, texts).with_measured(measured)
                        write_figures(raw, kept)
                        draw(kept, docs / PLOT)
                        write_page(docs, kept)
            except (AIBoxError, BenchmarkError) as error:
                failed = True
                display.console.print(f"[red]{name}[/]: {error}", markup=True, highlight=False)
    finally:
        bench.close()
        if json is not None:
            write_figures(json, figures)
    print_report(Console(), figures)
    if not write:
        display.console.print(f"Nothing was written to {docs}: that takes all parts and texts, or --write.")
    if failed:
        raise typer.Exit(1)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    """However it is ended, every process and folder of the running part goes."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    typer.run(main)
