"""Trains a tagger on the sets of a folder, from another tagger or from nothing.

The learning rate falls to nothing within the time that is given. What is kept apart is measured on the way, as the
whole extractor finds it, and the weights are written that do best there.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import torch
from torch import Tensor

from aibox_assets.domain.encoders.multilingual import multilingual_folder, multilingual_pieces
from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.extract.proposals.learned import ends_of
from aibox_assets.domain.extract.tagger.artifact import BUILT_IN, Artifact, read_artifact, write_artifact
from aibox_assets.domain.extract.tagger.exported import exported_tagger
from aibox_assets.domain.extract.tagger.labels import RELATIONS
from aibox_assets.domain.extract.tagger.network import Tagger as Network
from aibox_assets.domain.extract.tagger.tagger import Tagger
from aibox_assets.domain.extract.tagger.training.examples import (
    Example,
    batches,
    forward,
    prepare,
    quick_type,
    with_noise,
)
from aibox_assets.domain.extract.tagger.training.losses import labelled, name_loss, relation_loss
from aibox_assets.domain.extract.tagger.training.measure import Figures, measure, set_lines
from aibox_assets.domain.extract.tagger.training.sets import Sets, Source, read_sets
from aibox_assets.domain.extract.tagger.training.variation import Names, one_pass
from aibox_assets.domain.extract.tagger.units import UnitReader
from aibox_assets.domain.hub import WEIGHTS
from aibox_assets.domain.ontology import Ontology

_RATES: Final = (4e-4, 6e-4)  # of adapters; of all else
_WARMING: Final = 0.03  # of the time
_SHARE: Final = 0.6  # of the new weights, in those that are written; the rest are those that it began with
_KEPT: Final = 0.998  # of the running mean of the weights, at each step
_MEASURED: Final = (0.3, 0.6, 0.85)
_NO_LINE: Final = (1.0, 0.0)  # confidences as they are
_SAID: Final = 20.0  # seconds between two lines about how far it is

Say = Callable[[str], None]


@dataclass(frozen=True)
class Trained:
    """Figures on what was kept apart, by set. :ivar before: of the tagger that it began with; empty without one.
    :ivar share: of the time after which the weights were best. :ivar stopped: by a person, before the time was over.
    """

    before: dict[str, Figures]
    after: dict[str, Figures]
    share: float
    stopped: bool

    @property
    def better(self) -> bool:
        """Whether more is found than before."""
        return _score(self.after) > _score(self.before)


def train(
    data: Path,
    out: Path,
    ontology: Ontology,
    *,
    minutes: float,
    start: Path | None,
    say: Say,
    rest: Callable[[], object],
) -> Trained:
    """Train on the sets in *data*, and write the tagger into *out*.

    :param minutes: of one core, also where others take it meanwhile.
    :param start: the folder of the tagger that it begins with; None for none.
    :param rest: called after each step, which is when there is memory to give back.
    :raises ConfigurationError: a set is wrong, or there is no such tagger.
    :raises KeyboardInterrupt: before there was anything to write.
    """
    sets = read_sets(data)
    for line in sets.said:
        say(line)
    with TemporaryDirectory() as folder, _one_thread():
        trials = _Trials(Path(folder), out, sets.apart, ontology)
        before = trials.measure(start) if start is not None else {}
        say(f"Kept apart, before: {_short(before)}." if before else "It begins with nothing.")
        learner = _Learner(sets, ontology, start)
        began, stopped, share, todo, said = time.process_time(), False, 0.0, list(_MEASURED), 0.0
        try:
            for batch in learner.batches():
                share = (time.process_time() - began) / (60 * minutes)
                if share >= 1:
                    break
                learner.step(batch, share)
                rest()
                if time.monotonic() - said > _SAID:
                    said = time.monotonic()
                    say(f"{share:4.0%}, {(1 - share) * minutes:.1f} minutes left. {learner.lately()}")
                if todo and share >= todo[0]:
                    todo.pop(0)
                    say(f"{share:4.0%}, kept apart: {_short(trials.add(learner, share))}.")
        except KeyboardInterrupt:
            if not learner.steps:
                raise
            stopped = True
            say("Stopped. What was learned so far is measured; interrupt once more to leave that out.")
        trials.add(learner, min(share, 1.0))
    return Trained(before, trials.best, trials.share, stopped)


class _Trials:
    """Measures weights on what is kept apart, and keeps the best.

    :ivar best: figures of these; :ivar share: when it was.
    """

    def __init__(self, draft: Path, out: Path, apart: Sequence[Source], ontology: Ontology) -> None:
        self._draft, self._out, self._apart, self._ontology = draft, out, apart, ontology
        self._extractor = OfflineExtractor(ontology)
        self._exported: Path | None = None  # the int8 form of the best
        self.best: dict[str, Figures] = {}
        self.share = 0.0

    def measure(self, folder: Path) -> dict[str, Figures]:
        """What the whole extractor finds with the tagger in *folder*."""
        self._extractor.tagger = Tagger(folder, ends=ends_of(self._ontology))
        return measure(self._extractor, self._apart, self._ontology)

    def add(self, learner: _Learner, share: float) -> dict[str, Figures]:
        """Measure what *learner* knows now; the best so far is in the folder for it."""
        learner.write(self._draft)
        set_lines(self._draft, self._apart, self._ontology)
        figures = self.measure(self._draft)
        tried = read_artifact(self._draft)
        needless: Path | None = exported_tagger(tried, multilingual_folder())
        if not self.best or _score(figures) > _score(self.best):
            self.best, self.share = figures, share
            write_artifact(self._out, tried.weights(), tried.description(tried.names, tried.sure))
            needless, self._exported = self._exported, needless
        if needless is not None:
            shutil.rmtree(needless, ignore_errors=True)
        return figures


class _Learner:
    """The network in training.

    :ivar steps: that it took.
    """

    def __init__(self, sets: Sets, ontology: Ontology, start: Path | None) -> None:
        torch.manual_seed(1)
        self._sets, self._ends, self._start = sets, ends_of(ontology), start
        self._rows: dict[
            str, int
        ] = {}  # of each matrix, those that were known; those of new relations are behind
        self._described: Artifact = read_artifact(start or BUILT_IN)
        self._dice = random.Random(1)  # noqa: S311
        self._reader = UnitReader(multilingual_pieces())
        self._network = Network(self._described.layers)
        # The encoder's weights in sixteen bits.
        self._table = self._network.load_encoder(multilingual_folder() / WEIGHTS)
        if start is not None:
            known = {name: torch.from_numpy(each) for name, each in self._described.weights().items()}
            own = self._network.state_dict()
            self._network.load_state_dict(
                {name: torch.cat([each, own[name][len(each) :]]) for name, each in known.items()},
                strict=False,
            )
            self._rows = {name: len(each) for name, each in known.items()}
        for name, each in self._network.named_parameters():
            if not each.requires_grad and name != "positions":
                each.data = each.data.to(quick_type())
        self._weights = {name: each for name, each in self._network.named_parameters() if each.requires_grad}
        self._mean = {name: each.detach().clone() for name, each in self._weights.items()}
        self._before = {name: each.clone() for name, each in self._mean.items()}
        adapters = {name: name.endswith((".down", ".up")) for name in self._weights}
        groups = [
            {"params": [each for name, each in self._weights.items() if adapters[name] == kind]}
            for kind in (True, False)
        ]
        self._optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        self._losses: list[tuple[float, float]] = []
        self.steps = 0

    def batches(self) -> Iterator[list[Example]]:
        """Without end, varied anew in each pass."""
        names, sources = Names(self._sets.learned, self._dice), self._sets.learned
        if self._start is not None:
            partly = [each for each in sources if each.partly]
            known = [each for each in sources if not each.partly]
            sources = known + labelled(self._network, self._table, self._reader, partly)
        while True:
            for part in one_pass(sources, names, self._dice):
                examples = [made for each in part if (made := prepare(self._reader, each))]
                yield from batches(examples, self._dice)

    def step(self, batch: Sequence[Example], share: float) -> None:
        """Learn from *batch*. :param share: of the time that is over."""
        for group, rate in zip(self._optimizer.param_groups, _RATES, strict=True):
            group["lr"] = rate * min(1.0, share / _WARMING) * (1 - share)
        network, dice = self._network, self._dice
        network.train()
        noisy = [with_noise(each.units, dice) for each in batch]
        states, attention, units, logits = forward(network, self._table, noisy)
        loss = of_names = name_loss(logits, batch)
        found = [
            of_text
            for i, each in enumerate(batch)
            if each.source.related
            for of_text in [
                relation_loss(
                    network,
                    each,
                    self._ends,
                    dice,
                    states[i],
                    attention[i],
                    units[i],
                )
            ]
            if of_text is not None
        ]
        of_relations = torch.cat(found).mean() if found else torch.tensor(float("nan"))
        if found:
            loss = loss + of_relations
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._weights.values(), 1.0)
        self._optimizer.step()
        self.steps += 1
        # In the beginning a short mean, so that it leaves what it began with behind.
        kept = min(_KEPT, self.steps / (self.steps + 10))
        learned: list[Tensor] = [each.detach() for each in self._weights.values()]
        torch._foreach_lerp_(list(self._mean.values()), learned, 1 - kept)
        self._losses.append((of_names.item(), of_relations.item()))

    def lately(self) -> str:
        """The losses since it was asked before."""
        losses = np.array(self._losses)
        self._losses.clear()
        shown = [
            f"{title} {np.nanmean(column):.3f}"
            for title, column in zip(("names", "relations"), losses.T, strict=True)
            if not np.isnan(column).all()
        ]
        return f"Step {self.steps:,}; loss: {', '.join(shown)}."

    def write(self, folder: Path) -> None:
        """The tagger as it is now."""
        # What was learned now knows more names, what was known before its sets better: between them lies the best.
        weights = {}
        for name, each in self._mean.items():
            rows = self._rows.get(name, 0)
            mixed = self._before[name][:rows].lerp(each[:rows], _SHARE)
            weights[name] = torch.cat([mixed, each[rows:]]).numpy()
        known = self._described
        learned = frozenset().union(*(each.stated for each in self._sets.learned))
        lines = {name: _NO_LINE for i, name in enumerate(RELATIONS) if i in learned and name != "SAME_AS"}
        write_artifact(folder, weights, known.description(known.names, lines | dict(known.sure)))


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _score(figures: dict[str, Figures]) -> float:
    """By which weights are chosen."""
    return sum(each.names.f1 + each.relations.f1 for each in figures.values())


def _short(figures: dict[str, Figures]) -> str:
    return "; ".join(
        f"{name} {what} {count.f1:.3f}"
        for name, each in figures.items()
        for what, count in (("names", each.names), ("relations", each.relations))
        if count.right + count.missed
    )
