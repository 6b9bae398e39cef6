"""``python -m benchmarks.quality``: measure what people are given, and write it into docs/quality.md.

AIBOX_TEST_DATA names the folder of the public sets. ``benchmarks.quality.fitting`` fits what is fitted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from aibox_assets.domain.embed import DEFAULT_MODEL
from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.ontology import load_ontology
from benchmarks.children import ROOT
from benchmarks.quality import extraction, fitting, joins, page, retrieval
from benchmarks.quality.sets import data_folder, read_sets

_ALL: Final = 2500


def main(
    most: Annotated[int, typer.Option(min=1, help="Texts of a set at most.")] = 500,
    every: Annotated[int, typer.Option(min=0, help="Of questions one in so many; 0 for none.")] = 4,
    mixed: Annotated[int, typer.Option(min=0, help="Random mixed texts, for the longest time.")] = 10_000,
    docs: Annotated[Path, typer.Option(help="The page that is written.")] = ROOT / "docs" / "quality.md",
    errors: Annotated[Path | None, typer.Option(help="Where to list what was wrong and missed.")] = None,
) -> None:
    """Measure extraction, joins and search on public sets."""
    data = data_folder()
    ontology = load_ontology(None)
    extractor = OfflineExtractor(ontology)
    sets = read_sets(data, most)
    measured = []
    for each in sets:
        measured.append(extraction.measure(extractor, each))
        print(f"{each.title}: {len(each.texts)} texts", flush=True)
    texts = [gold.text for each in sets[:1] for gold in each.texts]
    seconds = extraction.cost(extractor, texts)
    slowest = extraction.longest(extractor, mixed)
    found = retrieval.measure(data / "retrieval", DEFAULT_MODEL, every=every)[0] if every else None
    # All texts of the few that have relations: a share of a hundred is off by chance alone.
    crossed = list(fitting.crossed(read_sets(data, most, related=_ALL), extractor, ontology))
    tables = page.tables(measured, crossed, joins.measure(data), seconds, slowest, mixed, found)
    print(tables)
    if errors is not None:
        errors.write_text(page.list_errors(measured), encoding="utf-8")
    page.write(docs, tables)


if __name__ == "__main__":
    typer.run(main)
