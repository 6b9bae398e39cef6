"""The tagger's network, in torch: for training, and for the export of what is trained.

The encoder's own weights stay as they are; beside each matrix is an adapter of low rank. Names are read per unit
(:mod:`units`), relations per pair of entities of a whole text; the attention of the last layer says what both ends of a
pair look at.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, LABELS, RELATIONS
from aibox_assets.domain.extract.tagger.units import CHARACTERS, PLACES, SHAPES, WORDS

HIDDEN: Final = 384
UNIT: Final = 256
RANK: Final = 32
_HEADS: Final = 12
_FEED_FORWARD: Final = 1536
_SCALE: Final = 2.0
_KIND: Final = 24
_STEP: Final = 16
DISTANCES: Final = 12
BLOCKS: Final = 4
_MATRICES: Final = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
}
_NORMS: Final = {"norm": "attention.output.LayerNorm", "last_norm": "output.LayerNorm"}


class Adapted(nn.Module):
    """A frozen matrix with an adapter of low rank beside it."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs), requires_grad=False)
        self.bias = nn.Parameter(torch.empty(outputs), requires_grad=False)
        self.down = nn.Parameter(torch.randn(RANK, inputs) / math.sqrt(inputs))
        self.up = nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, given: Tensor) -> Tensor:
        low = functional.linear(functional.linear(given, self.down), self.up)
        return functional.linear(given, self.weight, self.bias) + _SCALE * low

    def merged(self) -> nn.Linear:
        """One matrix that does the same, and costs no more than the encoder's own."""
        merged = nn.Linear(self.weight.shape[1], self.weight.shape[0])
        with torch.no_grad():
            merged.weight.copy_(self.weight + _SCALE * self.up @ self.down)
            merged.bias.copy_(self.bias)
        return merged


class Layer(nn.Module):
    """One layer of a BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (Adapted(HIDDEN, HIDDEN) for _ in range(4))
        self.wide, self.narrow = Adapted(HIDDEN, _FEED_FORWARD), Adapted(_FEED_FORWARD, HIDDEN)
        self.norm, self.last_norm = nn.LayerNorm(HIDDEN, 1e-12), nn.LayerNorm(HIDDEN, 1e-12)
        self.dropout = nn.Dropout(0.1)

    def forward(self, states: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """The next states, and the attention, averaged over the heads."""

        def heads(each: Tensor) -> Tensor:
            split: Tensor = each.unflatten(-1, (_HEADS, -1))  # type: ignore[no-untyped-call]
            return split.transpose(1, 2)

        query, key = heads(self.query(states)), heads(self.key(states))
        scores = query @ key.transpose(-1, -2) / math.sqrt(HIDDEN // _HEADS)
        attention = (scores if mask is None else scores + mask).softmax(-1)
        found = attention @ heads(self.value(states))
        states = self.norm(states + self.dropout(self.out(found.transpose(1, 2).flatten(2))))
        inner = self.narrow(functional.gelu(self.wide(states)))
        return self.last_norm(states + self.dropout(inner)), attention.mean(1)


class Tagger(nn.Module):
    """The first *layers* of the encoder, and what reads names and relations from their states."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.empty(512, HIDDEN), requires_grad=False)
        self.norm = nn.LayerNorm(HIDDEN, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.dropout, self.unit_dropout = nn.Dropout(0.1), nn.Dropout(0.2)
        self.place, self.shape = nn.Embedding(PLACES, 8), nn.Embedding(SHAPES, 16)
        self.character, self.word = nn.Embedding(CHARACTERS, 64, padding_idx=0), nn.Embedding(WORDS, 24)
        self.mix = nn.Linear(HIDDEN + 8 + 16 + 64 + 24, UNIT)
        self.convolutions = nn.ModuleList(nn.Conv1d(UNIT, 2 * UNIT, 5, padding=2) for _ in range(3))
        self.norms = nn.ModuleList(nn.LayerNorm(UNIT) for _ in range(3))
        self.label = nn.Linear(UNIT, len(LABELS))
        self.pairs = PairHead()

    def load_encoder(self, weights: Path) -> Tensor:
        """Take the encoder's weights from its file; returns the table of words."""
        from safetensors import safe_open

        with safe_open(weights, framework="pt") as file, torch.no_grad():
            for i, layer in enumerate(self.layers):
                for ours, theirs in (_MATRICES | _NORMS).items():
                    module: Any = getattr(layer, ours)
                    module.weight.copy_(file.get_tensor(f"encoder.layer.{i}.{theirs}.weight"))
                    module.bias.copy_(file.get_tensor(f"encoder.layer.{i}.{theirs}.bias"))
            kind = file.get_tensor("embeddings.token_type_embeddings.weight")[0]
            self.positions.copy_(file.get_tensor("embeddings.position_embeddings.weight") + kind)
            self.norm.weight.copy_(file.get_tensor("embeddings.LayerNorm.weight"))
            self.norm.bias.copy_(file.get_tensor("embeddings.LayerNorm.bias"))
            words: Tensor = file.get_tensor("embeddings.word_embeddings.weight")
        return words

    def merge(self) -> None:
        """Fold the adapters into the matrices; nothing can be trained afterwards."""
        for layer in self.layers:
            for name in _MATRICES:
                setattr(layer, name, getattr(layer, name).merged())

    def states(self, rows: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """*rows* of the table of words, ``(texts, pieces + 2, hidden)`` → states of the same shape, and the
        attention of the last layer, ``(texts, pieces + 2, pieces + 2)``."""
        states = self.dropout(self.norm(rows + self.positions[: rows.shape[1]]))
        attention = states
        for layer in self.layers:
            states, attention = layer(states, mask)
        return states, attention

    def units(
        self,
        states: Tensor,
        shares: Tensor,
        places: Tensor,
        shapes: Tensor,
        characters: Tensor,
        words: Tensor,
        real: Tensor,
    ) -> Tensor:
        """States of the units, ``(texts, units, UNIT)``.

        :param shares: that each piece has in a unit, ``(texts, units, pieces + 2)``; see ``units.shares_of``.
        :param real: 1 for units, 0 for padding.
        """
        mean = shares @ states
        known = [self.place(places), self.shape(shapes), self.character(characters), self.word(words)]
        real = real.unsqueeze(-1)
        units: Tensor = self.unit_dropout(self.mix(torch.cat([mean, *known], -1))) * real
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            moved = functional.glu(convolution(units.transpose(1, 2)), 1).transpose(1, 2)
            units = norm(units + self.dropout(moved)) * real
        return units


class PairHead(nn.Module):
    """Relations of ordered pairs of entities (adaptive thresholds and attention: Zhou et al., 2021, ATLOP)."""

    def __init__(self) -> None:
        super().__init__()
        entity = 2 * UNIT + _KIND
        self.kind, self.distance = nn.Embedding(len(ENTITY_TYPES) + 1, _KIND), nn.Embedding(DISTANCES, _STEP)
        self.head = nn.Linear(entity + HIDDEN + _STEP, UNIT)
        self.tail = nn.Linear(entity + HIDDEN + _STEP, UNIT)
        self.both = nn.Linear(UNIT * UNIT // BLOCKS, len(RELATIONS))
        self.each = nn.Linear(2 * UNIT, len(RELATIONS))
        self.dropout = nn.Dropout(0.1)

    def forward(
        self, entities: Tensor, context: Tensor, heads: Tensor, tails: Tensor, distances: Tensor
    ) -> Tensor:
        """Logits, ``(pairs, relations)``. :param context: of each pair, ``(pairs, HIDDEN)``."""
        steps = self.distance(distances)
        head = self.dropout(torch.tanh(self.head(torch.cat([entities[heads], context, steps], -1))))
        tail = self.dropout(torch.tanh(self.tail(torch.cat([entities[tails], context, steps], -1))))
        blocks = head.unflatten(-1, (BLOCKS, -1, 1)) * tail.unflatten(-1, (BLOCKS, 1, -1))
        logits: Tensor = self.both(blocks.flatten(1)) + self.each(torch.cat([head, tail], -1))
        return logits
