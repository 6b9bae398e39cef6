"""What the tagger's network is taught by: the losses of names and of relations, and labels of its own."""

from __future__ import annotations

import random
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from aibox_assets.domain.extract.tagger.decode import decode_labels
from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, RELATIONS
from aibox_assets.domain.extract.tagger.network import Tagger
from aibox_assets.domain.extract.tagger.training.examples import (
    UNSEEN,
    Example,
    as_found,
    batches,
    forward,
    pair_logits,
    prepare,
)
from aibox_assets.domain.extract.tagger.training.sets import Source
from aibox_assets.domain.extract.tagger.training.variation import PART
from aibox_assets.domain.extract.tagger.units import UnitReader

_NEGATIVES = 400
_SURE_NAME, _SURE_NONE = 0.75, 0.9


def name_loss(logits: Tensor, batch: Sequence[Example]) -> Tensor:
    total, weights = torch.zeros(()), 0.0
    for i, each in enumerate(batch):
        chances = logits[i, : len(each.labels)].log_softmax(-1)
        if each.source.absent:
            # What a set leaves out may be of a kind that it has no name of.
            absent = [2 * kind + 1 + inside for kind in each.source.absent for inside in (0, 1)]
            none = torch.logsumexp(chances[:, [0, *absent]], -1, keepdim=True)
            chances = torch.cat([none, chances[:, 1:]], -1)
        labels = torch.tensor(each.labels)
        weight = each.source.weight
        total = total + weight * functional.nll_loss(chances, labels, ignore_index=UNSEEN, reduction="sum")
        weights += weight * int((labels != UNSEEN).sum())
    return total / max(weights, 1.0)


def relation_loss(
    model: Tagger,
    example: Example,
    ends: Container[tuple[str, str]],
    dice: random.Random,
    *read: Tensor,
) -> Tensor | None:
    """The adaptive threshold loss of one text's pairs (Zhou et al., 2021).

    Nothing is learned of relations that the text's set does not state, nor that they are not there.
    """
    if example.pairs is not None:
        pairs = example.pairs
    else:
        if dice.random() < 0.6:
            example = as_found(example, dice)
        kinds = [ENTITY_TYPES[kind] if kind < len(ENTITY_TYPES) else "" for _, kind in example.entities]
        named = [i for i, (spans, _) in enumerate(example.entities) if spans]
        every = [(h, t) for h in named for t in named if h != t and (kinds[h], kinds[t]) in ends]
        negative = [pair for pair in every if pair not in example.relations]
        dice.shuffle(negative)
        pairs = [pair for pair in every if pair in example.relations] + negative[:_NEGATIVES]
    if not pairs:
        return None
    logits = pair_logits(model, example, pairs, *read)
    unknown = [1e30 * (i > 0 and i not in example.source.stated) for i in range(len(RELATIONS))]
    logits = logits - torch.tensor(unknown)
    true = torch.zeros_like(logits)
    for row, pair in enumerate(pairs):
        true[row, list(example.relations.get(pair, ()))] = 1
    threshold = torch.zeros_like(true)
    threshold[:, 0] = 1
    over = functional.log_softmax(logits - (1 - true - threshold) * 1e30, -1)
    under = functional.log_softmax(logits - true * 1e30, -1)
    loss: Tensor = -(over * true).sum(1) - (under * threshold).sum(1)
    return loss


@torch.no_grad()
def labelled(model: Tagger, table: Tensor, reader: UnitReader, sources: Sequence[Source]) -> list[Source]:
    """*sources* with the names that *model* is sure of, beside those that are given."""
    model.eval()
    made: list[Source] = []
    for start in range(0, len(sources), PART):
        part = sources[start : start + PART]
        examples = [example for each in part if (example := prepare(reader, each)) is not None]
        made += _labelled(model, table, examples)
    return made


def _labelled(model: Tagger, table: Tensor, examples: Sequence[Example]) -> Iterator[Source]:
    for batch in batches(examples, random.Random(1)):  # noqa: S311
        logits = forward(model, table, [each.units for each in batch])[3]
        for example, chances in zip(batch, logits.log_softmax(-1).numpy(), strict=True):
            source, spans = example.source, example.units.spans
            likely = chances[: len(spans)]
            given = [span for mentions, _ in source.entities for span in mentions]
            entities: dict[tuple[str, int], list[tuple[int, int]]] = {}
            unsure = [
                spans[i]
                for i in range(len(spans))
                if likely[i].argmax() == 0 and likely[i, 0] < np.log(_SURE_NONE)
            ]
            for name in decode_labels(likely):
                a, b = spans[name.first][0], spans[name.last][1]
                if any(a < end and b > start for start, end in given):
                    continue
                if name.likelihood < _SURE_NAME:
                    unsure.append((a, b))
                else:
                    key = source.text[a:b], ENTITY_TYPES.index(name.kind)
                    entities.setdefault(key, []).append((a, b))
            found = [(mentions, kind) for (_, kind), mentions in entities.items()]
            # What lies beyond the encoder's window was not read.
            unsure.append((spans[-1][1], len(source.text)))
            yield replace(source, entities=source.entities + found, unsure=unsure, partly=False)
