"""``python -m benchmarks.quality.fitting``: what is fitted on the sets that may be tuned on, made anew within minutes.

Names are weighed by a logistic regression on what the training of the tagger kept apart of Re-DocRED and of Universal
NER, in English and in Chinese. AIBOX_TEST_DATA names the folder of the public sets. Run it whenever the tagger or
the rules have changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from aibox_assets.domain.extract import weigh
from aibox_assets.domain.extract.join import name_candidates
from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.extract.weigh import Candidate
from aibox_assets.domain.ontology import Ontology, load_ontology
from benchmarks.quality.extraction import BATCH
from benchmarks.quality.sets import Gold, as_chunk, data_folder, read_sets

_RIDGE: Final = 2.0
_STEPS: Final = 60

Example = tuple[Candidate, bool]


def names(texts: Iterable[Gold], extractor: OfflineExtractor, ontology: Ontology) -> Iterator[Example]:
    """What is proposed, and whether it is right."""
    golds = [each for each in texts if each.spans is not None]
    for start in range(0, len(golds), BATCH):
        part = golds[start : start + BATCH]
        proposals = extractor.propose([as_chunk(each.text, i) for i, each in enumerate(part)])
        for gold, proposal in zip(part, proposals, strict=True):
            for each in name_candidates(proposal, ontology):
                span = (each.mention.char_start, each.mention.char_end, each.mention.type)
                yield each, span in (gold.spans or ())


def fit_weights(examples: Iterable[Example]) -> dict[str, dict[str, float]]:
    """By language: the most likely weights, by Newton's steps, with a prior that keeps them small."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example[0].language].append(example)
    return {language: _weights(group) for language, group in sorted(groups.items())}


def _weights(examples: list[Example]) -> dict[str, float]:
    keys = list(examples[0][0].witnesses)
    x = np.array([[each.witnesses[key] for key in keys] for each, _ in examples])
    y = np.array([float(right) for _, right in examples])
    middle, spread = x.mean(0), x.std(0) + 1e-9
    middle[0], spread[0] = 0.0, 1.0  # the constant
    scaled = (x - middle) / spread
    line = np.zeros(len(keys))
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-scaled @ line))
        slope = scaled.T @ (chance - y) + _RIDGE * line
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + _RIDGE * np.eye(len(keys))
        line = line - np.linalg.solve(curve, slope)
    own = line / spread
    own[0] = line[0] - float((line * middle / spread)[1:].sum())
    return {key: round(float(value), 4) for key, value in zip(keys, own, strict=True)}


def write(path: Path, value: object) -> None:
    """As readable JSON."""
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Fit all, and write it beside the code."""
    ontology = load_ontology(None)
    extractor = OfflineExtractor(ontology)
    sets = [each for each in read_sets(data_folder(), 500) if each.tuned]
    examples = [example for each in sets for example in names(each.texts, extractor, ontology)]
    write(weigh.FILE, fit_weights(examples))
    print(f"{weigh.FILE.name}: {len(examples)} proposals")


if __name__ == "__main__":
    main()
