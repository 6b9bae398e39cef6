"""How good a tagger in training is on what is kept apart: names, and relations end to end."""

from __future__ import annotations

import random
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tagger_examples import Example, batches, forward, pair_logits, prepare
from tagger_texts import Source, Sources, Span
from torch import Tensor

from aibox_assets.domain.extract.tagger.decode import decode_labels
from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, RELATIONS
from aibox_assets.domain.extract.tagger.network import Tagger
from aibox_assets.domain.extract.tagger.pairs import Place, group_mentions
from aibox_assets.domain.extract.tagger.tagger import name_key
from aibox_assets.domain.extract.tagger.units import UnitReader

_THREE = ENTITY_TYPES[:3]
_SAME = RELATIONS.index("SAME_AS")


@dataclass(frozen=True)
class Found:
    """A relation that was found, by how much it exceeds its threshold, and which facts it states, if any.

    :ivar text: number of the text.
    """

    text: int
    relation: int
    margin: float
    facts: frozenset[tuple[int, int, int]]


@dataclass
class Result:
    """:ivar names: right, wrong, missed. :ivar facts: how many there are, by relation."""

    names: list[int]
    found: list[Found]
    facts: dict[int, int]

    def name_score(self) -> tuple[float, float, float]:
        right, wrong, missed = self.names
        return (
            right / max(1, right + wrong),
            right / max(1, right + missed),
            2 * right / max(1, 2 * right + wrong + missed),
        )

    def best(self, least_precision: float = 0.0) -> tuple[float, float, float, float]:
        """The margin, the same for all relations, with the best F1 at the precision; and the three figures."""
        best = (0.0, 0.0, 0.0, 0.0)
        whole = sum(self.facts.values())
        hit: set[tuple[int, tuple[int, int, int]]] = set()
        wrong = 0
        for each in sorted(self.found, key=lambda one: -one.margin):
            if each.facts:
                hit |= {(each.text, fact) for fact in each.facts}
            else:
                wrong += 1
            precision, recall = len(hit) / (len(hit) + wrong), len(hit) / max(1, whole)
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            if f1 > best[3] and precision >= least_precision:
                best = (each.margin, precision, recall, f1)
        return best


@torch.no_grad()
def measure(
    model: Tagger,
    table: Tensor,
    reader: UnitReader,
    sources: Sequence[Source],
    ends: Container[tuple[str, str]],
) -> Result:
    model.eval()
    result = Result([0, 0, 0], [], {})
    examples = [made for each in sources if (made := prepare(reader, each)) is not None]
    number = 0
    for batch in batches(examples, random.Random(1)):  # noqa: S311
        states, attention, units, logits = forward(model, table, [each.units for each in batch])
        chances = logits.log_softmax(-1).numpy()
        for i, each in enumerate(batch):
            number += 1
            found = decode_labels(chances[i, : len(each.units.spans)])
            three = {(name.first, name.last, name.kind) for name in found if name.kind in _THREE}
            gold = {
                (a, b, ENTITY_TYPES[kind])
                for spans, kind in each.entities
                if kind < len(_THREE)
                for a, b in spans
            }
            if not each.source.partly:
                for j, count in enumerate((len(gold & three), len(three - gold), len(gold - three))):
                    result.names[j] += count
            if each.source.related:
                _relate(model, each, found, number, states[i], attention[i], units[i], ends, result)
    return result


def _relate(model, example, found, number, states, attention, units, ends, result) -> None:  # type: ignore[no-untyped-def]
    text, spans_of = example.source.text, example.units.spans

    def key(span: Span) -> str:
        return name_key(text[spans_of[span[0]][0] : spans_of[span[1]][1]])

    places = [Place(key((each.first, each.last)), each.kind, each.first, each.last) for each in found]
    groups = group_mentions(places)
    facts = {(h, r, t) for (h, t), known in example.relations.items() for r in known if r != _SAME}
    for _, r, _ in facts:
        result.facts[r] = result.facts.get(r, 0) + 1
    entities = [
        ([(places[i].first, places[i].last) for i in group.members], ENTITY_TYPES.index(group.kind))
        for group in groups
    ]
    pairs = [
        (h, t)
        for h in range(len(groups))
        for t in range(len(groups))
        if h != t and (groups[h].kind, groups[t].kind) in ends
    ]
    if not pairs:
        return
    own = Example(example.source, example.units, example.labels, entities)
    logits = pair_logits(model, own, pairs, states, attention, units).numpy()
    margins = logits - logits[:, :1]
    gold = [({key(span) for span in spans}, kind) for spans, kind in example.entities]
    mine = [({key(span) for span in spans}, kind) for spans, kind in entities]
    same = [
        {j for j, (names, kind) in enumerate(gold) if names & own_names and kind == own_kind}
        for own_names, own_kind in mine
    ]
    known = None if example.source.pairs is None else {frozenset(pair) for pair in example.source.pairs}
    for row, column in zip(*np.nonzero(margins > -3), strict=True):
        if column in (0, _SAME):
            continue
        h, t = pairs[row]
        if known is not None and not any(frozenset((a, b)) in known for a in same[h] for b in same[t]):
            continue
        stated = frozenset((a, int(column), b) for a in same[h] for b in same[t]) & facts
        result.found.append(Found(number, int(column), float(margins[row, column]), frozenset(stated)))


def report(
    model: Tagger, table: Tensor, reader: UnitReader, apart: Sources, ends: Container[tuple[str, str]]
) -> float:
    """Prints the figures; the sum of those that weights are chosen by."""
    total = 0.0
    for name, sources in (
        ("Re-DocRED", apart.documents),
        ("FinRE", apart.companies[::3]),
        ("English", apart.english),
        ("Chinese", apart.chinese[::2]),
    ):
        result = measure(model, table, reader, sources, ends)
        said = f"  {name}:"
        if sum(result.names):
            said += " names P {:.3f} R {:.3f} F1 {:.3f}".format(*result.name_score())
            total += result.name_score()[2]
        if result.facts:
            best, sure = result.best(), result.best(0.65)
            said += " | relations, best margin {:.2f}: P {:.3f} R {:.3f} F1 {:.3f}".format(*best)
            said += " | with P ≥ .65, {:.2f}: P {:.3f} R {:.3f} F1 {:.3f}".format(*sure)
            total += sure[3]
        print(said, flush=True)
    return total
