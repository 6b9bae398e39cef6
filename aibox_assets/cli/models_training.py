"""``aibox models train-extractor``: the offline extractor, trained on sets of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aibox_assets.cli.console import Json, clean, err, out, print_json, print_table, reported_errors
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.ontology import load_ontology
from aibox_assets.process.memory import give_back_memory
from aibox_assets.settings import load_settings

if TYPE_CHECKING:
    from aibox_assets.domain.extract.tagger.training.measure import Count, Figures

_FEW: Final = 50  # texts, on which figures are much chance


def train_extractor(
    data: Annotated[
        Path,
        typer.Argument(
            help="Folder with your sets: relations, sentences, ner, pairs, texts/*.jsonl; see docs/models.md."
        ),
    ],
    folder: Annotated[Path, typer.Option("--out", help="Where the trained tagger is put.")],
    minutes: Annotated[float, typer.Option(min=0.1, help="Of one core.")] = 20,
    start: Annotated[
        str, typer.Option("--from", help="'offline', a tagger's folder, or 'nothing', which takes hours.")
    ] = "offline",
    json: Json = False,
) -> None:
    """Train the offline extractor on sets of your own; a part of these is kept apart and measured before and after."""
    from aibox_assets.domain.extract.tagger.artifact import WEIGHTS_FILE
    from aibox_assets.domain.extract.tagger.training.train import train
    from aibox_assets.domain.extract.versions import tagger_of

    with reported_errors(json):
        if (folder / WEIGHTS_FILE).exists():
            raise ConfigurationError(f"{folder} has a tagger already.", "Name another folder with --out.")
        if not data.is_dir():
            raise ConfigurationError(f"{data} is no folder.", "Name the folder with your sets.")
        try:
            trained = train(
                data,
                folder,
                load_ontology(load_settings().ontology),
                minutes=minutes,
                start=None if start == "nothing" else tagger_of(start) or Path(start).expanduser(),
                say=lambda line: err.print(line, markup=False, highlight=False),
                rest=give_back_memory,
            )
        except KeyboardInterrupt:
            there = (folder / WEIGHTS_FILE).exists()
            remedy = f"{folder} has the best weights so far." if there else "Nothing was written."
            raise ConfigurationError("The training was interrupted.", remedy) from None
    name = f"offline:{folder.absolute()}"
    if json:
        print_json({"extractor": name, **asdict(trained)})
        return
    print_table(
        "Found in what was kept apart (F1)",
        ("set", "texts", "names before", "after", "relations before", "after"),
        [
            (clean(title), after.texts, *_pair(trained.before, title, "names", after.names),
             *_pair(trained.before, title, "relations", after.relations))
            for title, after in trained.after.items()
        ],
        "",
    )  # fmt: skip
    if sum(each.texts for each in trained.after.values()) < _FEW:
        out.print("[yellow]Figures of so few texts are much chance.[/]")
    if not trained.better:
        out.print("[yellow]It finds no more of these than before.[/] More texts, or more minutes, may help.")
    out.print(f"[green]Trained.[/] The weights after {trained.share:.0%} of the time did best. Use them:")
    out.print(f"  aibox models extractor {clean(name)}", soft_wrap=True)


def _pair(before: Mapping[str, Figures], title: str, what: str, after: Count) -> tuple[str, str]:
    if not after.right + after.missed:
        return "—", "—"
    return (f"{getattr(before[title], what).f1:.3f}" if title in before else "—"), f"{after.f1:.3f}"
