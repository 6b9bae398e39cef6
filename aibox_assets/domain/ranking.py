"""What a passage is worth as an answer: a score from its similarity and the words that it shares with the question.

A score is a probability: 0.5 for a passage that answers as often as not. It means the same in every answer and
of every model, because each model is calibrated. How well that holds is in ``docs/quality.md``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

FITS: Final = 0.02
"""A passage of a lower score is no answer."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The cosines that one embedding model gives.

    :ivar noise: of the nearest passage where none answers, by languages of question and passage; the first pair
        stands for those that are not named.
    :ivar answer: of a passage that answers.
    :ivar unknown: languages that the model does not know; what it makes of them is noise.
    """

    noise: Mapping[tuple[str, str], float]
    answer: Mapping[tuple[str, str], float]
    unknown: frozenset[str] = frozenset()

    def strength(self, similarity: float, languages: tuple[str, str]) -> float | None:
        """A cosine on a scale that all models share: 0 for noise, 1 for an answer; what is beyond says no more.

        :param languages: of question and passage. :returns: None where the model does not know one of them.
        """
        if not self.unknown.isdisjoint(languages):
            return None
        pair = languages if languages in self.noise else next(iter(self.noise))
        strength = (similarity - self.noise[pair]) / (self.answer[pair] - self.noise[pair])
        return min(max(strength, -0.5), 1.5)


_EN, _ZH, _EN_ZH, _ZH_EN = ("en", "en"), ("zh", "zh"), ("en", "zh"), ("zh", "en")
_CALIBRATIONS: Final = (
    (
        r"multilingual-e5-small|e5-small",
        Calibration(
            {_EN: 0.800, _ZH: 0.855, _EN_ZH: 0.708, _ZH_EN: 0.737},
            {_EN: 0.870, _ZH: 0.905, _EN_ZH: 0.760, _ZH_EN: 0.780},
        ),
    ),
    (r"all-minilm-l6-v2", Calibration({_EN: 0.26}, {_EN: 0.60}, frozenset(["zh"]))),
    (r"bge-small-zh", Calibration({_ZH: 0.43}, {_ZH: 0.62})),
)
_OTHER: Final = Calibration({_EN: 0.26}, {_EN: 0.60})
"""Of a model that was not measured; most contrastive models are near this."""


def calibration_of(model: str) -> Calibration:
    """How the cosines of the model of this name are read."""
    return next((known for pattern, known in _CALIBRATIONS if re.search(pattern, model.lower())), _OTHER)


def word_weight(found: float, total: float) -> float:
    """Inverse document frequency of a word that *found* of *total* chunks hold, as in BM25.

    Source: Robertson, Zaragoza, The Probabilistic Relevance Framework, 2009.
    """
    return math.log(1 + (max(total, found) - found + 0.5) / (found + 0.5))


def coverage(weights: Mapping[str, float], held: Iterable[str]) -> float:
    """How much of a question's words a passage holds, 0 to 1, each by its weight.

    :param weights: of all words of the question. :param held: those of them that the passage holds.
    """
    whole = sum(weights.values())
    return sum(weights[word] for word in held) / whole if whole else 0.0


def frequency(weights: Mapping[str, float], counts: Mapping[str, int]) -> float:
    """How often a passage holds a question's words, as in BM25 without lengths; it decides between equal scores."""
    return round(sum(weights[word] * count / (count + 1.2) for word, count in counts.items()), 6)


def score(strength: float | None, covered: float) -> float:
    """The probability that a passage answers.

    :param strength: of its similarity (:meth:`Calibration.strength`); None where it is not known.
    :param covered: :func:`coverage`.
    """
    evidence = -4.5 + 10.0 * covered if strength is None else -5.3 + 4.3 * strength + 9.0 * covered
    return 1 / (1 + math.exp(-evidence))
