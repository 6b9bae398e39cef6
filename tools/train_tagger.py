"""Trains the built-in tagger (``aibox_assets/domain/extract/tagger``) on public sets.

usage: python tools/train_tagger.py DATA OUT [MINUTES]

DATA has ``relations/redocred_dev.jsonl``, ``pairs/finre_zh_train.jsonl`` and ``ner/uner_*.jsonl``: JSON lines with
``text``, ``entities`` and ``relations``, or pairs with ``head``, ``relation``, ``tail``. The learning rate falls to
nothing within MINUTES (62 by default); OUT gets the weights after each pass. A tenth of Re-DocRED and of the English
texts, by their hash, is kept apart. Thresholds and confidences are taken over from the built-in tagger; they belong to
its weights, and must be set anew on what was kept apart.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from aibox_assets.domain.encoders.multilingual import multilingual_folder, multilingual_pieces
from aibox_assets.domain.extract.tagger.artifact import BUILT_IN, write_artifact
from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, LABELS, RELATIONS
from aibox_assets.domain.extract.tagger.network import DISTANCES, Tagger
from aibox_assets.domain.extract.tagger.units import UnitReader, Units, shares_of

LAYERS, MOST_PIECES, BATCH_PIECES, NEGATIVES = 6, 400, 1600, 160
RATES = (6e-4, 1e-3)  # of adapters; of all else
KINDS = {"MISC": "Misc", "TIME": "Time", "Other": "Misc"}
UNSEEN = -100
OTHERS = [i for i, label in enumerate(LABELS) if label.endswith(("Misc", "Time"))]

Span = tuple[int, int]


@dataclass
class Example:
    """A text with what it teaches.

    :ivar labels: per unit; ``UNSEEN`` where the set does not say. :ivar weight: of its names in the loss.
    :ivar three: the set knows three types of names alone: its "no name" may be one of the others.
    :ivar pairs: ordered pairs whose relation is known; None for all, as no set knows.
    """

    units: Units
    labels: list[int]
    entities: list[tuple[list[Span], int]]
    relations: dict[Span, set[int]] = field(default_factory=lambda: defaultdict(set))
    pairs: list[Span] | None = None
    teaches_relations: bool = False
    weight: float = 1.0
    three: bool = False


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def kept_apart(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10 == 0


def prepare(reader: UnitReader, row: dict[str, Any], *, partly: bool = False) -> Example | None:
    """:param partly: only the names that are given are known; what else the text names is not."""
    units = reader.read(row["text"])
    if not units.spans or len(units.ids) > MOST_PIECES:
        return None
    starts = {start: i for i, (start, _) in enumerate(units.spans)}
    ends = {end: i for i, (_, end) in enumerate(units.spans)}
    labels = [UNSEEN if partly else 0] * len(units.spans)
    entities: list[tuple[list[Span], int]] = []
    for entity in row["entities"]:
        kind, spans = KINDS.get(entity["type"], entity["type"]), []
        for mention in entity.get("mentions", [entity]):
            first, last = starts.get(mention["start"]), ends.get(mention["end"])
            if first is None or last is None or last < first:
                continue
            spans.append((first, last))
            if kind in ENTITY_TYPES:
                labels[first : last + 1] = [LABELS.index(f"I-{kind}")] * (last + 1 - first)
                labels[first] = LABELS.index(f"B-{kind}")
                for beside in (first - 1, last + 1):
                    if partly and 0 <= beside < len(labels) and labels[beside] == UNSEEN:
                        labels[beside] = 0
        entities.append((spans, ENTITY_TYPES.index(kind) if kind in ENTITY_TYPES else len(ENTITY_TYPES)))
    example = Example(units, labels, entities)
    for head, relation, tail in row.get("relations", []):
        if relation in RELATIONS and entities[head][0] and entities[tail][0]:
            example.relations[head, tail].add(RELATIONS.index(relation))
    return example


def company_pairs(reader: UnitReader, rows: list[dict[str, Any]]) -> Iterator[Example]:
    """FinRE: lines of one text together; just its pairs are known."""
    by_text: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_text[row["text"]].append(row)
    for text, pairs in by_text.items():
        names = list(dict.fromkeys(name for row in pairs for name in (row["head"], row["tail"]) if name))
        found = {name: list(_places(text, name)) for name in names}
        whole = [span for spans in found.values() for span in spans]
        entities = [
            {
                "type": "Organization",
                "mentions": [
                    {"start": a, "end": b}
                    for a, b in found[name]
                    if not any(c <= a and b <= d and d - c > b - a for c, d in whole)
                ],
            }
            for name in names
        ]
        ends = [(names.index(row["head"]), row["relation"], names.index(row["tail"])) for row in pairs]
        made = prepare(reader, {"text": text, "entities": entities, "relations": ends}, partly=True)
        if made is not None:
            made.pairs = [(h, t) for h, _, t in ends if made.entities[h][0] and made.entities[t][0]]
            made.teaches_relations, made.weight = True, 0.3
            yield made


def _places(text: str, name: str) -> Iterator[Span]:
    at = text.find(name)
    while at >= 0:
        yield at, at + len(name)
        at = text.find(name, at + len(name))


def load(data: Path, reader: UnitReader) -> list[Example]:
    examples: list[Example] = []
    for row in read(data / "relations" / "redocred_dev.jsonl"):
        if not kept_apart(row["text"]) and (made := prepare(reader, row)):
            made.teaches_relations = True
            examples.append(made)
    examples += company_pairs(reader, read(data / "pairs" / "finre_zh_train.jsonl"))
    # Both scripts give the same units: one of them is enough.
    for name in ("uner_zh_hans_train", "uner_en_dev"):
        for row in read(data / "ner" / f"{name}.jsonl"):
            apart = name == "uner_en_dev" and kept_apart(row["text"])
            if not apart and (made := prepare(reader, row)):
                made.three = True
                examples.append(made)
    return examples


def batches(examples: Sequence[Example]) -> list[list[Example]]:
    """Texts of about the same length together, in a random order."""
    ordered = sorted(examples, key=lambda each: len(each.units.ids) + 20 * random.random())  # noqa: S311
    made: list[list[Example]] = [[]]
    for example in ordered:
        if made[-1] and (len(made[-1]) + 1) * len(example.units.ids) > BATCH_PIECES:
            made.append([])
        made[-1].append(example)
    random.shuffle(made)
    return made


def forward(model: Tagger, table: Tensor, batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """States of pieces, their attention, and states of units."""
    pieces = max(len(each.units.ids) for each in batch) + 2
    count = max(len(each.units.spans) for each in batch)
    ids = torch.full((len(batch), pieces), 1)
    mask = torch.full((len(batch), 1, 1, pieces), -1e9)
    shares, real = torch.zeros(len(batch), count, pieces), torch.zeros(len(batch), count)
    features = torch.zeros(4, len(batch), count, dtype=torch.long)
    for i, each in enumerate(batch):
        units = each.units
        n, m = len(units.ids), len(units.spans)
        ids[i, 0], ids[i, 1 : n + 1], ids[i, n + 1] = 0, torch.tensor(units.ids), 2
        mask[i, ..., : n + 2] = 0
        shares[i, :m, : n + 2] = torch.from_numpy(shares_of(units))
        real[i, :m] = 1
        for row, values in enumerate((units.places, units.shapes, units.characters, units.words)):
            features[row, i, :m] = torch.tensor(values)
    states, attention = model.states(functional.embedding(ids, table), mask)
    return states, attention, model.units(states, shares, *features, real)


def name_loss(logits: Tensor, batch: Sequence[Example]) -> Tensor:
    total, weights = torch.zeros(()), 0.0
    for i, each in enumerate(batch):
        chances = logits[i, : len(each.labels)].log_softmax(-1)
        if each.three:
            none = torch.logsumexp(chances[:, [0, *OTHERS]], -1, keepdim=True)
            chances = torch.cat([none, chances[:, 1:]], -1)
        labels = torch.tensor(each.labels)
        known = int((labels != UNSEEN).sum())
        total = total + each.weight * functional.nll_loss(
            chances, labels, ignore_index=UNSEEN, reduction="sum"
        )
        weights += each.weight * known
    return total / max(weights, 1.0)


def relation_loss(
    model: Tagger, example: Example, states: Tensor, attention: Tensor, units: Tensor
) -> Tensor | None:
    """The adaptive threshold loss of one text's pairs (Zhou et al., 2021)."""
    named = [i for i, (spans, _) in enumerate(example.entities) if spans]
    if example.pairs is not None:
        pairs = example.pairs
    else:
        every = [(h, t) for h in named for t in named if h != t]
        negative = [pair for pair in every if pair not in example.relations]
        random.shuffle(negative)
        pairs = [pair for pair in every if pair in example.relations] + negative[:NEGATIVES]
    if not pairs:
        return None
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
    logits = model.pairs(torch.stack(vectors), context, heads, tails, steps)
    true = torch.zeros_like(logits)
    for row, pair in enumerate(pairs):
        true[row, list(example.relations.get(pair, ()))] = 1
    threshold = torch.zeros_like(true)
    threshold[:, 0] = 1
    over = functional.log_softmax(logits - (1 - true - threshold) * 1e30, -1)
    under = functional.log_softmax(logits - true * 1e30, -1)
    loss: Tensor = -(over * true).sum(1) - (under * threshold).sum(1)
    return loss


def train(data: Path, out: Path, minutes: float) -> None:
    torch.manual_seed(1)
    random.seed(1)
    reader = UnitReader(multilingual_pieces())
    examples = load(data, reader)
    model = Tagger(LAYERS)
    table = model.load_encoder(multilingual_folder() / "model.safetensors").float()
    learned = [(name, each) for name, each in model.named_parameters() if each.requires_grad]
    adapters = [each for name, each in learned if name.endswith((".down", ".up"))]
    rest = [each for name, each in learned if not name.endswith((".down", ".up"))]
    groups = [{"params": params, "lr": rate} for params, rate in zip((adapters, rest), RATES, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    started, step, done = time.monotonic(), 0, 0.0
    print(f"{len(examples)} texts, {sum(each.numel() for _, each in learned):,} weights", flush=True)
    while done < 1:
        model.train()
        for batch in batches(examples):
            done = (time.monotonic() - started) / (60 * minutes)
            if done >= 1:
                break
            for group, rate in zip(optimizer.param_groups, RATES, strict=True):
                group["lr"] = rate * min(1.0, (step + 1) / 100) * (1 - done)
            states, attention, units = forward(model, table, batch)
            loss = name_loss(model.label(units), batch)
            found = [
                each_loss
                for i, each in enumerate(batch)
                if each.teaches_relations
                and (each_loss := relation_loss(model, each, states[i], attention[i], units[i])) is not None
            ]
            if found:
                loss = loss + torch.cat(found).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([each for _, each in learned], 1.0)
            optimizer.step()
            step += 1
            if step % 20 == 0:
                print(f"step {step}, {done:.0%}, loss {loss.item():.3f}", flush=True)
        weights = {name: each.detach().numpy() for name, each in learned}
        write_artifact(out, weights, json.loads((BUILT_IN / "tagger.json").read_text(encoding="utf-8")))
    print(f"The weights are in {out}.")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    train(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) == 4 else 62.0)
