"""``python -m benchmarks.quality.fitting``: what is fitted on the sets that may be tuned on, made anew within minutes.

Names are weighed by a logistic regression on what the training of the tagger kept apart of Re-DocRED and of Universal
NER, in English and in Chinese; relations of the tagger likewise on Re-DocRED, and on the validation part of FinRE, with
the least likelihood that is told: that of the largest F1 above a precision; then, on the same sets, the confidences of
all relations that are told, by tagger or rules. AIBOX_TEST_DATA names the folder of the
public sets. Run it whenever the tagger or the rules have changed.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from aibox_assets.domain.extract.naming.join import name_candidates
from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.extract.proposals import calibrate, weigh
from aibox_assets.domain.extract.proposals.calibrate import (
    Calibration,
    kind_of,
    read_calibration,
    speaks_for,
    votes_of,
)
from aibox_assets.domain.extract.proposals.weigh import Candidate, Seen
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.extract.trace import Trace
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology, load_ontology
from benchmarks.quality.extraction import BATCH, Measured, measure
from benchmarks.quality.scores import Score, score_relations
from benchmarks.quality.sets import FOLDS, Gold, TestSet, as_chunk, data_folder, fold_of, read_sets

_RIDGE: Final = 2.0
_RIDGE_OF_RELATIONS: Final = 60.0  # those of one text are right or wrong together
_RIDGE_OF_FEW: Final = 8.0  # where there are some hundred examples, or fewer
_FEWEST: Final = 4  # examples of a relation by rules, below which what a set says of it is chance
_LEAST_SPREAD: Final = 0.3  # so that what is rare has no large weight
_STEPS: Final = 60
# By language of the weights: the sets that they are fitted on, and the precision that is kept there.
_FITTED: Final = (
    ("en", ("Re-DocRED", "Ours, English"), 0.65),
    ("companies", ("FinRE",), 0.6),
    ("zh", ("Ours, Chinese",), 0.78),
)
# English names are weighed by the public sets alone, whose conventions other texts share.
_NOT_FOR_NAMES: Final = ("Ours, English",)

Example = tuple[Candidate, bool]
TypedExample = tuple[str, Mapping[str, float], bool]


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


def relations(of: TestSet, extractor: OfflineExtractor, ontology: Ontology) -> list[Told]:
    """What the tagger proposes in each text, and whether it is right; and what rules tell, which counts as it is."""
    told = []
    for start in range(0, len(of.texts), BATCH):
        part = of.texts[start : start + BATCH]
        chunks = [as_chunk(each.text, i) for i, each in enumerate(part)]
        for gold, (ruled, learned) in zip(part, extractor.propose_relations(chunks), strict=True):
            right = [_is_true(each, of, gold) for each in ruled]
            seen = [
                (seen, verdict) for each, seen in learned if (verdict := _is_true(each, of, gold)) is not None
            ]
            told.append(Told(len(gold.facts), right.count(True), right.count(False), seen))
    return told


@dataclass(frozen=True, slots=True)
class Told:
    """One text. :ivar facts: that are true. :ivar right: of the rules; *wrong* likewise."""

    facts: int
    right: int
    wrong: int
    proposed: list[tuple[Seen, bool]]


def _is_true(each: TypedRelation, of: TestSet, gold: Gold) -> bool | None:
    """None where the set does not say."""
    score = Score()
    votes = score_relations(gold, Trace((), (), (each,)), of.relations, score)
    return votes[0].right if votes else None


def fit_relations(told: Sequence[Told], precision: float) -> dict[str, object]:
    """The weights, and the least likelihood of the largest F1 that keeps *precision*."""
    proposed = [each for one in told for each in one.proposed]
    keys = sorted({key for seen, _ in proposed for key in seen.witnesses} - {"one"})
    rows = [
        ({key: seen.witnesses.get(key, 0.0) for key in ("one", *keys)}, right) for seen, right in proposed
    ]
    line = _weights(rows, _RIDGE_OF_RELATIONS)
    chances = sorted(((weigh.weigh(row, line), right) for row, right in rows), reverse=True)
    right, wrong = sum(each.right for each in told), sum(each.wrong for each in told)
    facts, best = sum(each.facts for each in told), (0.0, 0.5)
    for chance, true in chances:
        right, wrong = right + true, wrong + (not true)
        if right / max(1, right + wrong) >= precision:
            best = max(best, (2 * right / (facts + right + wrong), chance))
    return {"least": round(best[1], 4), "line": line}


def fit_weights(examples: Iterable[Example]) -> dict[str, dict[str, float]]:
    """By language: the most likely weights, by Newton's steps, with a prior that keeps them small."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example[0].language].append(example)
    return {
        language: _weights([(each.witnesses, right) for each, right in group])
        for language, group in sorted(groups.items())
    }


def _weights(examples: Sequence[tuple[Mapping[str, float], bool]], ridge: float = _RIDGE) -> dict[str, float]:
    keys = list(examples[0][0])
    x = np.array([[each[key] for key in keys] for each, _ in examples])
    y = np.array([float(right) for _, right in examples])
    middle, spread = x.mean(0), np.maximum(x.std(0), _LEAST_SPREAD)
    middle[0], spread[0] = 0.0, 1.0  # the constant
    scaled = (x - middle) / spread
    line, prior = np.zeros(len(keys)), np.full(len(keys), ridge)
    prior[0] = 0.01  # the constant is whatever it is
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-scaled @ line))
        slope = scaled.T @ (chance - y) + prior * line
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + np.diag(prior)
        line = line - np.linalg.solve(curve, slope)
    own = line / spread
    own[0] = line[0] - float((line * middle / spread)[1:].sum())
    return {key: round(float(value), 4) for key, value in zip(keys, own, strict=True)}


def write(path: Path, value: object) -> None:
    """As readable JSON."""
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Noted(Calibration):
    """Leaves confidences as they are, and notes what speaks for each relation."""

    seen: dict[int, tuple[str, Mapping[str, float]]] = field(default_factory=dict)

    def of_relations(
        self, text: str, found: Iterable[TypedRelation], tagged: Tagged, names: Sequence[Mention]
    ) -> list[TypedRelation]:
        kept, votes = list(found), votes_of(tagged, names)
        self.seen.update((id(each), (kind_of(each, text), speaks_for(each, votes))) for each in kept)
        return kept


def told_examples(sets: Iterable[TestSet], extractor: OfflineExtractor) -> Iterator[TypedExample]:
    """What is told in *sets*: what found it and in which language, what speaks for it, and whether it is right."""
    for of in sets:
        for start in range(0, len(of.texts), BATCH):
            part = of.texts[start : start + BATCH]
            noted = extractor.calibration = _Noted()
            traces = extractor.trace([as_chunk(each.text, i) for i, each in enumerate(part)])
            for gold, trace in zip(part, traces, strict=True):
                for each in trace.typed:
                    verdict = _is_true(each, of, gold)
                    if verdict is not None:
                        kind, seen = noted.seen[id(each)]
                        yield kind, seen, verdict


def fit_calibration(told: Iterable[TypedExample]) -> dict[str, dict[str, float]]:
    """By what found a relation and by language: the line to its share of being right."""
    examples: dict[str, list[tuple[Mapping[str, float], bool]]] = defaultdict(list)
    for kind, seen, verdict in told:
        examples[kind].append((seen, verdict))
    lines = {}
    for kind, found in sorted(examples.items()):
        often = Counter(key for seen, _ in found for key in seen)
        # What the sets hardly know says nothing of people's texts: two of WORKS_FOR, both wrong, made it 0.4.
        least = _FEWEST if kind.startswith("rules/") else 1
        known = [(seen, right) for seen, right in found if min(often[key] for key in seen) >= least]
        keys = ["one", *sorted({key for seen, _ in known for key in seen} - {"one"})]
        rows = [({key: seen.get(key, 0.0) for key in keys}, right) for seen, right in known]
        if rows:
            lines[kind] = _weights(rows, _RIDGE_OF_FEW)
    return lines


def of_fold(of: TestSet, fold: int) -> TestSet:
    """The texts of one fifth."""
    return replace(of, texts=[text for text in of.texts if fold_of(text.text) == fold])


def install(extractor: OfflineExtractor, folder: Path) -> None:
    """Let *extractor*, and whatever else is in this process, weigh by the files in *folder*."""
    weigh.FILE, weigh.RELATIONS_FILE = folder / weigh.FILE.name, folder / weigh.RELATIONS_FILE.name
    weigh.fitted_weights.cache_clear()
    weigh.fitted_relations.cache_clear()
    calibration = folder / calibrate.FILE.name
    extractor.calibration = read_calibration(calibration) if calibration.exists() else Calibration()


def fit(sets: Sequence[TestSet], extractor: OfflineExtractor, ontology: Ontology, folder: Path) -> None:
    """Fit all on *sets*, one on top of the other, write it into *folder*, and install it."""
    of_names = [each for each in sets if each.title not in _NOT_FOR_NAMES]
    examples = [example for each in of_names for example in names(each.texts, extractor, ontology)]
    write(folder / weigh.FILE.name, fit_weights(examples))
    install(extractor, folder)
    print(f"{weigh.FILE.name}: {len(examples)} proposals")
    told = {
        language: [
            each
            for of in sets
            if of.title in titles
            for each in zip(of.texts, relations(of, extractor, ontology), strict=True)
        ]
        for language, titles, _ in _FITTED
    }

    def weights(leave_out: int | None) -> dict[str, dict[str, object]]:
        return {
            language: fit_relations(
                [each for text, each in told[language] if fold_of(text.text) != leave_out], precision
            )
            for language, _, precision in _FITTED
        }

    # Confidences are fitted on what is told of texts that the weights below them were not fitted on, as all texts but
    # these are.
    related, examples_told = [each for each in sets if each.relations], []
    with TemporaryDirectory() as apart:
        shutil.copy(folder / weigh.FILE.name, apart)
        for fold in range(FOLDS):
            write(Path(apart) / weigh.RELATIONS_FILE.name, weights(fold))
            install(extractor, Path(apart))
            examples_told += list(told_examples([of_fold(each, fold) for each in related], extractor))
    fitted = weights(None)
    write(folder / weigh.RELATIONS_FILE.name, fitted)
    print(
        f"{weigh.RELATIONS_FILE.name}: { ({language: each['least'] for language, each in fitted.items()}) }"
    )
    write(folder / calibrate.FILE.name, {"relations": fit_calibration(examples_told)})
    install(extractor, folder)


def crossed(sets: Sequence[TestSet], extractor: OfflineExtractor, ontology: Ontology) -> Iterator[Measured]:
    """The sets that are fitted on, measured honestly: each fifth of their texts by what is fitted on the others."""
    shipped = weigh.FILE.parent
    tuned = [each for each in sets if each.tuned]
    for fold in range(FOLDS):
        with TemporaryDirectory() as folder:
            for name in (weigh.FILE.name, weigh.RELATIONS_FILE.name):
                shutil.copy(shipped / name, folder)
            others = [
                replace(each, texts=[text for text in each.texts if fold_of(text.text) != fold])
                for each in tuned
            ]
            fit(others, extractor, ontology, Path(folder))
            for each in tuned:
                yield measure(extractor, of_fold(each, fold))
            install(extractor, shipped)


def main() -> None:
    """Fit all, and write it beside the code."""
    ontology = load_ontology(None)
    extractor = OfflineExtractor(ontology)
    # All texts of a set that has relations, which are few.
    sets = [each for each in read_sets(data_folder(), 500, related=2500) if each.tuned]
    fit(sets, extractor, ontology, weigh.FILE.parent)


if __name__ == "__main__":
    main()
