"""The calibration of the offline extractor, fitted on one half of what was kept apart from the training."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import numpy as np

from aibox_assets.domain.extract.calibrate import FILE, kind_of, log_odds
from benchmarks.quality.extraction import Measured
from benchmarks.quality.scores import Vote
from benchmarks.quality.sets import fits

_PRIOR: Final = 4.0
"""How strongly few votes leave a confidence as it is: as so many votes would."""
_STEPS: Final = 50


def fit(measured: Iterable[Measured]) -> None:
    """Write the calibration; sets of which no part may be learned from are left out."""
    allowed = [each for each in measured if "never" not in each.title]
    written = {
        "names": _lines([vote for each in allowed for vote in each.name_votes]),
        # A line fitted on the few relations of one half makes the error of the other larger: 0.10 for 0.06.
        "relations": {},
    }
    FILE.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def _lines(votes: list[Vote]) -> dict[str, tuple[float, float]]:
    groups: dict[str, list[Vote]] = {}
    for vote in votes:
        if fits(vote.text):
            groups.setdefault(kind_of(vote.source, vote.text), []).append(vote)
    return {kind: _line(group) for kind, group in sorted(groups.items())}


def _line(votes: list[Vote]) -> tuple[float, float]:
    """Slope and offset of the most likely line, by Newton's steps; without votes 1 and 0."""
    x = np.array([[log_odds(vote.confidence), 1.0] for vote in votes])
    y = np.array([float(vote.right) for vote in votes])
    line = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ line))
        slope = x.T @ (p - y) + _PRIOR * (line - [1.0, 0.0])
        curve = (x * (p * (1 - p))[:, None]).T @ x + _PRIOR * np.eye(2)
        line = line - np.linalg.solve(curve, slope)
    return round(float(line[0]), 4), round(float(line[1]), 4)
