"""Labels of units → names: the likeliest row of labels in which every inside follows its own beginning."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.extract.tagger.labels import LABELS

_NEVER: Final = -1e4


@dataclass(frozen=True, slots=True)
class FoundName:
    """:ivar first: unit. :ivar last: unit, inclusive. :ivar likelihood: of the label that is least sure."""

    first: int
    last: int
    kind: str
    likelihood: float


def _transitions() -> npt.NDArray[np.float32]:
    table = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for j, after in enumerate(LABELS):
        if after.startswith("I-"):
            for i, before in enumerate(LABELS):
                if before[1:] != after[1:]:
                    table[i, j] = _NEVER
    return table


_TRANSITIONS: Final = _transitions()
# What may stand before a label that is inside of a name.
_BEFORE: Final = {
    j: frozenset(np.flatnonzero(_TRANSITIONS[:, j] == 0).tolist())
    for j, label in enumerate(LABELS)
    if label.startswith("I-")
}
_BEGINNING: Final = np.array([_NEVER if each.startswith("I-") else 0.0 for each in LABELS], np.float32)


def decode_labels(likely: npt.NDArray[np.float32]) -> list[FoundName]:
    """:param likely: logarithms of probabilities, shape ``(units, labels)``."""
    if not len(likely):
        return []
    row = likely.argmax(-1).tolist()
    # Mostly the likeliest label of each unit makes such a row by itself.
    if any(label in _BEFORE and before not in _BEFORE[label] for before, label in pairwise([0, *row])):
        row = _likeliest_row(likely)
    names: list[FoundName] = []
    start = 0
    while start < len(row):
        if row[start] == 0:
            start += 1
            continue
        kind, end = LABELS[row[start]][2:], start + 1
        while end < len(row) and LABELS[row[end]] == f"I-{kind}":
            end += 1
        surest = float(np.exp(min(likely[i, row[i]] for i in range(start, end))))
        names.append(FoundName(start, end - 1, kind, surest))
        start = end
    return names


def _likeliest_row(likely: npt.NDArray[np.float32]) -> list[int]:
    """By Viterbi's algorithm."""
    best = likely[0] + _BEGINNING
    back = np.zeros(likely.shape, np.int64)
    for i in range(1, len(likely)):
        scores = best[:, None] + _TRANSITIONS
        back[i] = scores.argmax(0)
        best = scores.max(0) + likely[i]
    row = [int(best.argmax())]
    for i in range(len(likely) - 1, 0, -1):
        row.append(int(back[i, row[-1]]))
    row.reverse()
    return row
