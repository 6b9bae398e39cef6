"""Texts as the tagger's network learns from them: units with labels, entities with relations, in batches."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, LABELS
from aibox_assets.domain.extract.tagger.network import Tagger
from aibox_assets.domain.extract.tagger.pairs import Place, group_mentions
from aibox_assets.domain.extract.tagger.tagger import name_key, windows
from aibox_assets.domain.extract.tagger.training.sets import OF_NO_KIND, Source, Span
from aibox_assets.domain.extract.tagger.units import UnitReader, Units, shares_of

BATCH_PIECES = 1600
UNSEEN = -100
_MASK = 250001  # the encoder's piece for what is not shown
_TIME = ENTITY_TYPES.index("Time")
_CAPITALIZED, _HAN = 5, 0


@dataclass
class Example:
    """A text with what it teaches.

    :ivar labels: per unit; ``UNSEEN`` where the set does not say.
    :ivar entities: their mentions by units, and their kinds. :ivar pairs: those to learn from; None for all.
    """

    source: Source
    units: Units
    labels: list[int]
    entities: list[tuple[list[Span], int]]
    relations: dict[Span, set[int]] = field(default_factory=lambda: defaultdict(set))
    pairs: list[Span] | None = None


def prepare(reader: UnitReader, source: Source) -> Example | None:
    read = reader.read(source.text)
    if not read.spans:
        return None
    units = windows(read)[0]
    starts = {start: i for i, (start, _) in enumerate(units.spans)}
    ends = {end: i for i, (_, end) in enumerate(units.spans)}
    labels = [UNSEEN if source.partly else 0] * len(units.spans)
    for a, b in source.unsure:
        for i, (start, end) in enumerate(units.spans):
            if start < b and end > a:
                labels[i] = UNSEEN
    entities: list[tuple[list[Span], int]] = []
    for spans, kind in source.entities:
        found = []
        for a, b in spans:
            first, last = starts.get(a), ends.get(b)
            if first is None or last is None or last < first:
                continue
            found.append((first, last))
            if kind == OF_NO_KIND:
                continue
            labels[first : last + 1] = [LABELS.index(f"I-{ENTITY_TYPES[kind]}")] * (last + 1 - first)
            labels[first] = LABELS.index(f"B-{ENTITY_TYPES[kind]}")
            for beside in (first - 1, last + 1):
                if source.partly and 0 <= beside < len(labels) and labels[beside] == UNSEEN:
                    labels[beside] = 0
        entities.append((found, kind))
    example = Example(source, units, labels, entities)
    for head, relation, tail in source.relations:
        if entities[head][0] and entities[tail][0]:
            example.relations[head, tail].add(relation)
    if source.pairs is not None:
        example.pairs = [(h, t) for h, t in source.pairs if entities[h][0] and entities[t][0]]
    return example


def as_found(example: Example, dice: random.Random) -> Example:
    """With entities as they are when names are found, not given: by spelling, some of a wrong kind, some no names."""
    owners, places = [], []
    for owner, (spans, kind) in enumerate(example.entities):
        if kind >= _TIME:
            continue
        for first, last in spans:
            a, b = example.units.spans[first][0], example.units.spans[last][1]
            owners.append(owner)
            places.append(Place(name_key(example.source.text[a:b]), ENTITY_TYPES[kind], first, last))
    entities: list[tuple[list[Span], int]] = []
    of: list[int | None] = []
    for group in group_mentions(places):
        kind = ENTITY_TYPES.index(group.kind)
        owner_: int | None = owners[group.members[0]]
        if dice.random() < 0.03:
            kind, owner_ = dice.randrange(_TIME), None
        entities.append(([(places[i].first, places[i].last) for i in group.members], kind))
        of.append(owner_)
    free = [
        i
        for i, label in enumerate(example.labels)
        if label == 0 and example.units.shapes[i] in (_CAPITALIZED, _HAN)
    ]
    for i in dice.sample(free, min(len(free), dice.choice((0, 0, 1, 2)))):
        entities.append(([(i, i)], dice.randrange(_TIME)))
        of.append(None)
    relations: dict[Span, set[int]] = defaultdict(set)
    for h, head in enumerate(of):
        for t, tail in enumerate(of):
            if head is not None and tail is not None and h != t and (head, tail) in example.relations:
                relations[h, t] = example.relations[head, tail]
    return replace(example, entities=entities, relations=relations)


def with_noise(units: Units, dice: random.Random) -> Units:
    """Without some of what is known: no feature alone may say what a name is."""
    ids, words, characters = units.ids, units.words, units.characters
    if dice.random() < 0.5:
        ids = [_MASK if dice.random() < 0.05 else each for each in ids]
    if dice.random() < 0.12:
        words = [0] * len(words)
    if dice.random() < 0.5:
        characters = [0 if dice.random() < 0.15 else each for each in characters]
    return replace(units, ids=ids, words=words, characters=characters)


def batches(examples: Sequence[Example], dice: random.Random) -> list[list[Example]]:
    """Texts of about the same length together, in a random order."""
    ordered = sorted(examples, key=lambda each: len(each.units.ids) + 20 * dice.random())
    made: list[list[Example]] = [[]]
    for example in ordered:
        if made[-1] and (len(made[-1]) + 1) * _rounded(len(example.units.ids)) > BATCH_PIECES:
            made.append([])
        made[-1].append(example)
    dice.shuffle(made)
    return made


def forward(model: Tagger, table: Tensor, batch: Sequence[Units]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """States of pieces, their attention, states of units, and the logits of their labels.

    The encoder computes in sixteen bits: four times as fast where the processor has them.
    """
    pieces = _rounded(max(len(each.ids) for each in batch) + 2)
    count = _rounded(max(len(each.spans) for each in batch))
    ids = torch.full((len(batch), pieces), 1)
    mask = torch.full((len(batch), 1, 1, pieces), -1e9)
    shares, real = torch.zeros(len(batch), count, pieces), torch.zeros(len(batch), count)
    features = torch.zeros(4, len(batch), count, dtype=torch.long)
    for i, units in enumerate(batch):
        n, m = len(units.ids), len(units.spans)
        ids[i, 0], ids[i, 1 : n + 1], ids[i, n + 1] = 0, torch.tensor(units.ids), 2
        mask[i, ..., : n + 2] = 0
        shares[i, :m, : n + 2] = torch.from_numpy(shares_of(units))
        real[i, :m] = 1
        for row, values in enumerate((units.places, units.shapes, units.characters, units.words)):
            features[row, i, :m] = torch.tensor(values)
    quick = quick_type()
    with torch.autocast("cpu", quick, enabled=quick is not torch.float32):
        states, attention = model.states(functional.embedding(ids, table).float(), mask)
        places, shapes, characters, words = features
        units_ = model.units(states, shares, places, shapes, characters, words, real)
    units_ = units_.float()
    return states.float(), attention.float(), units_, model.label(units_)


def quick_type() -> torch.dtype:
    """Of numbers in what is computed: sixteen bits where the processor has operations for these. Elsewhere a step with
    them takes half a minute."""
    return torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32


def _rounded(length: int) -> int:
    """In few sizes, since torch keeps what it prepares for each."""
    return -(-length // 16) * 16


def pair_logits(
    model: Tagger,
    example: Example,
    pairs: Sequence[Span],
    states: Tensor,
    attention: Tensor,
    units: Tensor,
) -> Tensor:
    """Of one text's ordered pairs of entities, ``(pairs, relations)``."""
    from aibox_assets.domain.extract.tagger.network import DISTANCES

    vectors, looks = [], []
    first = torch.tensor(example.units.first)
    for spans, kind in example.entities:
        a, b = (torch.tensor([span[end] for span in spans or [(0, 0)]]) for end in (0, 1))
        ends = [torch.logsumexp(units[at], 0) - float(np.log(len(at))) for at in (a, b)]
        vectors.append(torch.cat([*ends, model.pairs.kind.weight[kind]]))
        looks.append(attention[first[a] + 1].mean(0))
    heads, tails = torch.tensor(pairs).T
    both = torch.stack(looks)[heads] * torch.stack(looks)[tails]
    context = (both / (both.sum(-1, keepdim=True) + 1e-9)) @ states
    far = [
        min(abs(a[0] - b[0]) for a in example.entities[h][0] for b in example.entities[t][0])
        for h, t in pairs
    ]
    steps = torch.tensor([min(DISTANCES - 1, int(np.log2(d + 1) * 1.4)) for d in far])
    logits: Tensor = model.pairs(torch.stack(vectors), context, heads, tails, steps)
    return logits
