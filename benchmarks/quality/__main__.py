"""``python -m benchmarks.quality``: measure what people are given, and write it into docs/quality.md.

AIBOX_TEST_DATA names the folder of the public sets. ``--fit`` fits the calibration first.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from aibox_assets.domain.embed import DEFAULT_MODEL
from aibox_assets.domain.extract.calibrate import Calibration, read_calibration
from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.ontology import load_ontology
from benchmarks.children import ROOT
from benchmarks.quality import extraction, joins, page, retrieval
from benchmarks.quality.fitting import fit
from benchmarks.quality.sets import read_sets


def main(
    most: Annotated[int, typer.Option(min=1, help="Texts of a set at most.")] = 500,
    every: Annotated[int, typer.Option(min=0, help="Of questions one in so many; 0 for none.")] = 4,
    mixed: Annotated[int, typer.Option(min=0, help="Random mixed texts, for the longest time.")] = 10_000,
    docs: Annotated[Path, typer.Option(help="The page that is written.")] = ROOT / "docs" / "quality.md",
    errors: Annotated[Path | None, typer.Option(help="Where to list what was wrong and missed.")] = None,
    refit: Annotated[bool, typer.Option("--fit", help="Fit the calibration first.")] = False,
) -> None:
    """Measure extraction, joins and search on public sets."""
    given = os.environ.get("AIBOX_TEST_DATA", "")
    data = Path(given)
    if not given or not (data / "relations").is_dir():
        sys.exit(
            "AIBOX_TEST_DATA does not name a folder with the public sets (ner, pairs, relations, retrieval); "
            "benchmarks/README.md says what they are."
        )
    extractor = OfflineExtractor(load_ontology(None))
    sets = read_sets(data, most)
    if refit:
        extractor.calibration = Calibration()
        fit([extraction.measure(extractor, each) for each in sets])
        extractor.calibration = read_calibration()
    measured = []
    for each in sets:
        measured.append(extraction.measure(extractor, each))
        print(f"{each.title}: {len(each.texts)} texts", flush=True)
    texts = [gold.text for each in sets[:1] for gold in each.texts]
    seconds = extraction.cost(extractor, texts)
    slowest = extraction.longest(extractor, mixed)
    found = retrieval.measure(data / "retrieval", DEFAULT_MODEL, every=every)[0] if every else None
    tables = page.tables(measured, joins.measure(data), seconds, slowest, mixed, found)
    print(tables)
    if errors is not None:
        errors.write_text(page.list_errors(measured), encoding="utf-8")
    page.write(docs, tables)


if __name__ == "__main__":
    typer.run(main)
