"""Confidences that are shares: of what is found with 0.8, four fifths are right. Fitted, not chosen.

``calibration.json`` has a slope and an offset by what found it and by language; they turn the log odds of the
confidence that rules and tagger give into those of being right (Platt, 1999). ``python -m benchmarks.quality.fitting``
makes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.type_relations import TypedRelation

FILE: Final = Path(__file__).with_name("calibration.json")

Line = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Slope and offset by ``source/language``; what has none stays as it is."""

    relations: Mapping[str, Line] = field(default_factory=dict)

    def of_relation(self, typed: TypedRelation, text: str) -> TypedRelation:
        """*typed*, found in *text*, with its share of being right."""
        said = typed.evidence
        line = self.relations.get(kind_of(said.source, text[said.char_start : said.char_end]))
        return typed if line is None else replace(typed, sure=_apply(line, typed.confidence))


def kind_of(source: str, words: str) -> str:
    """What calibration tells apart."""
    return f"{source}/{'zh' if has_chinese(words) else 'en'}"


def read_calibration() -> Calibration:
    """The one that was fitted."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return Calibration({kind: (a, b) for kind, (a, b) in read["relations"].items()})


def log_odds(share: float) -> float:
    """Of a share, kept away from 0 and 1."""
    share = min(max(share, 0.01), 0.99)
    return math.log(share / (1 - share))


def _apply(line: Line, confidence: float) -> float:
    return round(1 / (1 + math.exp(-(line[0] * log_odds(confidence) + line[1]))), 3)
