"""Sets the thresholds and confidences of a trained tagger, on the texts that were kept apart from its training.

usage: python tools/set_tagger_margins.py DATA FOLDER

DATA as for ``train_tagger.py``; the description in FOLDER, where that wrote the weights, is written anew. What counts
is what people are given: relations as the whole offline extractor tells them, in int8 and joined with the rules. A
relation is told from the margin on with which all together do best at a precision of about two thirds; those of which
enough were found have a margin of their own, near the common one. A confidence is a line on margins.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from aibox_assets.domain.extract.calibrate import Calibration, log_odds
from aibox_assets.domain.extract.join import TAGGER
from aibox_assets.domain.extract.learned import ends_of
from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.extract.tagger.artifact import read_artifact, write_artifact
from aibox_assets.domain.extract.tagger.labels import RELATIONS
from aibox_assets.domain.extract.tagger.tagger import Tagger
from aibox_assets.domain.ontology import load_ontology
from benchmarks.quality.scores import Score, score_relations
from benchmarks.quality.sets import TYPES, TestSet, as_chunk, read_sets

PRECISION = {"Re-DocRED": 0.66, "FinRE": 0.6}
_OPEN = -2.0
_MOST = 700  # texts of a set
_ENOUGH, _MANY = 8, 40  # relations found, for a higher margin of its own; for a lower one, too
# Learned from FinRE, told of Chinese companies alone.
_OF_COMPANIES = ("PARTNERS_WITH", "COMPETES_WITH", "ACQUIRED", "INVESTED_IN")
# The sets call both alike.
_SAME_AS = {"BASED_IN": "LOCATED_IN"}

Vote = tuple[float, bool]


@dataclass
class Told:
    """What one set gives. :ivar votes: of the tagger, by relation: margin, and whether it is right.
    :ivar rules: how many of the rules' relations are right, and how many wrong. :ivar facts: how many there are.
    """

    votes: dict[str, list[Vote]] = field(default_factory=dict)
    rules: list[int] = field(default_factory=lambda: [0, 0])
    facts: int = 0

    def figures(self, margins: dict[str, float]) -> tuple[float, float, float]:
        """Precision, recall and F1 with *margins*."""
        right, wrong = self.rules
        for name, votes in self.votes.items():
            margin = margins.get(name, np.inf)
            right += sum(good for own, good in votes if own >= margin)
            wrong += sum(not good for own, good in votes if own >= margin)
        return (
            right / max(1, right + wrong),
            right / max(1, self.facts),
            2 * right / max(1, right + wrong + self.facts),
        )


def read_relations(extractor: OfflineExtractor, of: TestSet) -> Told:
    """Everything that *extractor* finds in the set."""
    told = Told(facts=sum(len(each.facts) for each in of.texts))
    for gold in of.texts:
        [trace] = extractor.trace([as_chunk(gold.text, 0)])
        for vote in score_relations(gold, trace, of.relations, Score()):
            if vote.source == TAGGER:
                told.votes.setdefault(vote.kind, []).append((log_odds(vote.confidence), vote.right))
            else:
                told.rules[not vote.right] += 1
    return told


def read_names(tagger: Tagger, of: TestSet) -> list[Vote]:
    """Log odds of the tagger's names, and whether they are right."""
    return [
        (log_odds(each.confidence), (each.start, each.end, each.kind) in gold.spans)
        for gold in of.texts
        if gold.spans is not None
        for each in tagger.read(gold.text).names
        if each.kind in TYPES
    ]


def best_margins(told: Told, least_precision: float) -> dict[str, float]:
    """By relation; each in turn is moved to where all of them together do best, and then once more."""

    def score(tried: dict[str, float], common: float) -> float:
        precision, _, f1 = told.figures(tried)
        # Each margin that is far from the common one must gain more than chance gives it.
        far = sum(abs(margin - common) for margin in tried.values())
        return f1 - 5 * max(0.0, least_precision - precision) - 0.0015 * far

    steps = [float(each) for each in np.arange(_OPEN, 5.01, 0.1)]
    common = max(steps, key=lambda step: score(dict.fromkeys(told.votes, step), step))
    margins = dict.fromkeys(told.votes, common)
    print("  common margin {:.2f}: P {:.3f} R {:.3f} F1 {:.3f}".format(common, *told.figures(margins)))
    for _ in range(2):
        for name, votes in told.votes.items():
            if len(votes) >= _ENOUGH:
                least = common - 0.5 if len(votes) >= _MANY else common
                near = [step for step in steps if least <= step <= common + 2]
                margins[name] = max(near, key=lambda step: score(margins | {name: step}, common))
    print("  own margins: P {:.3f} R {:.3f} F1 {:.3f}".format(*told.figures(margins)))
    return {name: round(margins.get(name, common), 2) for name in (*RELATIONS[1:-1], *told.votes)}


def line(votes: Sequence[Vote], prior: tuple[float, float], strength: float) -> tuple[float, float]:
    """Slope and offset of the most likely line, by Newton's steps."""
    x = np.array([[value, 1.0] for value, _ in votes]).reshape(-1, 2)
    y = np.array([float(right) for _, right in votes])
    found = start = np.array(prior)
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ found))
        slope = x.T @ (p - y) + strength * (found - start)
        curve = (x * (p * (1 - p))[:, None]).T @ x + strength * np.eye(2)
        found = found - np.linalg.solve(curve, slope)
    return round(float(found[0]), 4), round(float(found[1]), 4)


def main(data: Path, folder: Path) -> None:
    artifact = read_artifact(folder)
    names = RELATIONS[1:-1]
    ontology = load_ontology(None)
    # Every relation is told, with its margin as the log odds of its confidence.
    description: dict[str, object] = {
        "layers": artifact.layers,
        "margins": dict.fromkeys(names, _OPEN),
        "names": (1.0, 0.0),
        "sure": dict.fromkeys(names, (1.0, 0.0)),
    }
    opened = folder.with_name(f"{folder.name}-open")
    write_artifact(opened, artifact.weights(), description)
    apart = [each for each in read_sets(data, _MOST) if "never" not in each.title]
    alone = Tagger(opened, ends=frozenset())
    votes = [vote for each in apart if each.names for vote in read_names(alone, each)]
    of_names = line(votes, (1.0, 0.0), 1.0)
    write_artifact(opened, artifact.weights(), description | {"names": of_names})
    extractor = OfflineExtractor(ontology)
    extractor.calibration = Calibration()
    extractor._tagger = Tagger(opened, ends=ends_of(ontology))
    margins: dict[str, float] = {}
    sure: dict[str, tuple[float, float]] = {}
    for of in apart:
        if not of.relations:
            continue
        print(of.title)
        told = read_relations(extractor, of)
        own = [name for name in names if (name in _OF_COMPANIES) == (of.title == "FinRE")]
        found = best_margins(told, PRECISION[of.title])
        every = [vote for each in told.votes.values() for vote in each]
        common = line(every, (1.0, -1.5), 1.0)
        for name in own:
            called = _SAME_AS.get(name, name)
            margins[name] = found[called]
            sure[name] = line(told.votes.get(called, []), common, 6.0)
    write_artifact(
        folder, artifact.weights(), description | {"margins": margins, "names": of_names, "sure": sure}
    )
    print(margins)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
