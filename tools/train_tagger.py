"""Trains the built-in tagger (``aibox_assets/domain/extract/tagger``) on public sets.

usage: python tools/train_tagger.py DATA OUT [MINUTES [FROM]]

DATA has ``relations/redocred_dev.jsonl``, ``pairs/finre_zh_*.jsonl``, ``ner/uner_*.jsonl`` and ``retrieval/*.jsonl``:
JSON lines with ``text``, ``entities`` and ``relations``, or pairs (``head``, ``relation``, ``tail``), or texts alone.
FROM is a folder with a tagger to go on from; without it, adapters and heads begin with nothing. The learning rate falls
to nothing within MINUTES (43 by default) of one core. What was kept apart (``tagger_texts.kept_apart``) is measured a
few times; OUT gets the weights that did best. ``tools/set_tagger_margins.py`` then sets thresholds and confidences,
which belong to the weights.

Names vary from pass to pass (``tagger_variation.py``). Where a set does not say all names, and in the paragraphs of
``retrieval``, what FROM is sure of is learned.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from tagger_examples import UNSEEN, Example, as_found, batches, forward, pair_logits, prepare, with_noise
from tagger_measure import report
from tagger_texts import Source, Sources, to_choose_by, to_learn_from
from tagger_variation import Names, one_pass
from torch import Tensor

from aibox_assets.domain.encoders.multilingual import multilingual_folder, multilingual_pieces
from aibox_assets.domain.extract.learned import ends_of
from aibox_assets.domain.extract.tagger.artifact import BUILT_IN, read_artifact, write_artifact
from aibox_assets.domain.extract.tagger.decode import decode_labels
from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, LABELS
from aibox_assets.domain.extract.tagger.network import Tagger
from aibox_assets.domain.extract.tagger.units import UnitReader
from aibox_assets.domain.ontology import load_ontology

LAYERS, NEGATIVES = 6, 400
RATES = (4e-4, 6e-4)  # of adapters; of all else
SHARE = 0.6  # of the new weights, in those that are written; the rest are those of FROM
KEPT = 0.998  # of the running mean of the weights, at each step
MEASURED = (0.3, 0.6, 0.85)
SURE_NAME, SURE_NONE = 0.75, 0.9
OTHERS = [i for i, label in enumerate(LABELS) if label.endswith(("Misc", "Time"))]


def name_loss(logits: Tensor, batch: Sequence[Example]) -> Tensor:
    total, weights = torch.zeros(()), 0.0
    for i, each in enumerate(batch):
        chances = logits[i, : len(each.labels)].log_softmax(-1)
        if each.source.three:
            # What a set of three kinds leaves out may be of one of the others.
            none = torch.logsumexp(chances[:, [0, *OTHERS]], -1, keepdim=True)
            chances = torch.cat([none, chances[:, 1:]], -1)
        labels = torch.tensor(each.labels)
        weight = each.source.weight
        total = total + weight * functional.nll_loss(chances, labels, ignore_index=UNSEEN, reduction="sum")
        weights += weight * int((labels != UNSEEN).sum())
    return total / max(weights, 1.0)


def relation_loss(
    model: Tagger, example: Example, ends: Container[tuple[str, str]], dice: random.Random, *read: Tensor
) -> Tensor | None:
    """The adaptive threshold loss of one text's pairs (Zhou et al., 2021)."""
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
        pairs = [pair for pair in every if pair in example.relations] + negative[:NEGATIVES]
    if not pairs:
        return None
    logits = pair_logits(model, example, pairs, *read)
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
    examples = [example for each in sources if (example := prepare(reader, each)) is not None]
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
                if likely[i].argmax() == 0 and likely[i, 0] < np.log(SURE_NONE)
            ]
            for name in decode_labels(likely):
                a, b = spans[name.first][0], spans[name.last][1]
                if any(a < end and b > start for start, end in given):
                    continue
                if name.likelihood < SURE_NAME:
                    unsure.append((a, b))
                else:
                    key = source.text[a:b], ENTITY_TYPES.index(name.kind)
                    entities.setdefault(key, []).append((a, b))
            found = [(mentions, kind) for (_, kind), mentions in entities.items()]
            # What lies beyond the encoder's window was not read.
            unsure.append((spans[-1][1], len(source.text)))
            made.append(replace(source, entities=source.entities + found, unsure=unsure, partly=False))
    return made


def begin(folder: Path | None) -> tuple[Tagger, Tensor]:
    """The network, with the encoder's weights in sixteen bits, and its table of words."""
    model = Tagger(LAYERS)
    table = model.load_encoder(multilingual_folder() / "model.safetensors")
    if folder is not None:
        known = {name: torch.from_numpy(each) for name, each in read_artifact(folder).weights().items()}
        model.load_state_dict(known, strict=False)
    for name, each in model.named_parameters():
        if not each.requires_grad and name != "positions":
            each.data = each.data.bfloat16()
    return model, table


def train(data: Path, out: Path, minutes: float, folder: Path | None) -> None:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    dice = random.Random(1)  # noqa: S311
    reader = UnitReader(multilingual_pieces())
    ends = ends_of(load_ontology(None))
    given, apart = to_learn_from(data), to_choose_by(data)
    names = Names(given, dice)
    model, table = begin(folder)
    learned = {name: each for name, each in model.named_parameters() if each.requires_grad}
    groups = [
        {
            "params": [each for name, each in learned.items() if name.endswith((".down", ".up")) == adapters],
            "lr": rate,
        }
        for adapters, rate in zip((True, False), RATES, strict=True)
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    mean = {name: each.detach().clone() for name, each in learned.items()}
    before = {name: each.clone() for name, each in mean.items()}
    print(f"{sum(each.numel() for each in learned.values()):,} weights", flush=True)

    def with_own_labels() -> Sources:
        texts = labelled(model, table, reader, [*given.companies, *given.unlabelled])
        return replace(
            given,
            companies=[each for each in texts if each.related],
            unlabelled=[each for each in texts if not each.related],
        )

    def measured(best: float) -> float:
        own = {name: each.detach().clone() for name, each in learned.items()}
        load(mean)
        score = report(model, table, reader, apart, ends)
        if score > best:
            write(out)
        load(own)
        return max(best, score)

    def write(to: Path) -> None:
        # What was learned now knows more names, what was known before its sets better: between them lies the best.
        share = SHARE if folder is not None else 1.0
        weights = {name: before[name].lerp(each, share).numpy() for name, each in mean.items()}
        write_artifact(to, weights, json.loads((BUILT_IN / "tagger.json").read_text(encoding="utf-8")))

    def load(weights: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, each in weights.items():
                learned[name].copy_(each)

    sources = given if folder is None else with_own_labels()
    best = 0.0
    started, step, done, todo = time.monotonic(), 0, 0.0, list(MEASURED)
    while done < 1:
        examples = [made for each in one_pass(sources, names, dice) if (made := prepare(reader, each))]
        print(f"{len(examples)} texts, {time.monotonic() - started:.0f} s", flush=True)
        losses: list[tuple[float, float]] = []
        for batch in batches(examples, dice):
            done = (time.monotonic() - started) / (60 * minutes)
            if done >= 1:
                break
            for group, rate in zip(optimizer.param_groups, RATES, strict=True):
                group["lr"] = rate * min(1.0, (step + 1) / 100) * (1 - done)
            model.train()
            states, attention, units, logits = forward(
                model, table, [with_noise(each.units, dice) for each in batch]
            )
            loss = of_names = name_loss(logits, batch)
            found = [
                each_loss
                for i, each in enumerate(batch)
                if each.source.related
                and (each_loss := relation_loss(model, each, ends, dice, states[i], attention[i], units[i]))
                is not None
            ]
            of_relations = torch.cat(found).mean() if found else torch.tensor(float("nan"))
            if found:
                loss = loss + of_relations
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned.values(), 1.0)
            optimizer.step()
            step += 1
            # In the beginning a short mean, so that it leaves what it began with behind.
            kept = min(KEPT, step / (step + 10))
            torch._foreach_lerp_(list(mean.values()), [each.detach() for each in learned.values()], 1 - kept)
            losses.append((of_names.item(), of_relations.item()))
            if step % 25 == 0:
                print(f"step {step}, {done:.1%}, loss {np.nanmean(losses, 0).round(3)}", flush=True)
                losses.clear()
            if todo and done >= todo[0]:
                todo.pop(0)
                best = measured(best)
    measured(best)
    print(f"The weights are in {out}.")


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    train(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        float(sys.argv[3]) if len(sys.argv) > 3 else 43.0,
        Path(sys.argv[4]) if len(sys.argv) > 4 else None,
    )
