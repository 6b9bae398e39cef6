"""On a part of the public sets the extractor keeps what it reached."""

from __future__ import annotations

import os
from pathlib import Path

from aibox_assets.domain.extract import load_extractor
from aibox_assets.domain.ontology import load_ontology
from benchmarks.quality.extraction import measure
from benchmarks.quality.sets import read_sets

# What is reached, less a margin: by title, F1 of names and of relations. The bars of docs/quality.md are higher.
REACHED = {
    "Re-DocRED": (0.85, 0.44),
    "UNER English": (0.66, None),
    "UNER Chinese, traditional": (0.67, None),
    "UNER Chinese, simplified": (0.76, None),
    "CoNLL04, never trained on": (0.69, 0.32),
    "FinRE": (None, 0.46),
}


def test_what_was_reached_is_kept() -> None:
    extractor = load_extractor("offline", load_ontology(None))
    for each in read_sets(Path(os.environ["AIBOX_TEST_DATA"]), 150):
        if each.title not in REACHED:
            continue
        measured = measure(extractor, each)
        for least, score in zip(REACHED[each.title], (measured.names, measured.relations), strict=True):
            if least is not None:
                assert score is not None
                assert score.f1 >= least, "\n".join([each.title, *score.errors[:40]])
