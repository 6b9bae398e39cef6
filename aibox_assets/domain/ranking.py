"""What a passage is worth as an answer: a score from its similarity and the words that it shares with the question.

A score is a probability: 0.5 for a passage that answers as often as not. It means the same in every answer and
of every model, because each model is calibrated. How well that holds is in ``docs/quality.md``.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aibox_assets.domain.translation import TranslatedWord

FITS: Final = 0.02
"""A passage of a lower score is no answer: where the best one is of a lower score, nothing fits."""
FITS_BEHIND: Final = 0.005
"""Likewise behind a passage that fits."""
FITS_ACROSS: Final = 0.005
"""Likewise of the best one, where it is in the language that a question was translated to."""
COMMON: Final = 20
"""So many passages are no answers: where they are all nearer than half way from noise to answer, nearness is common."""
UNKNOWN: Final = 0.5
"""How much of a word that no passage holds counts against passages in the other language."""
NEAR: Final = 3.0
"""What the walk says for the chunk that is nearest to the things that a question names, in logarithms of the odds."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The cosines that one embedding model gives.

    :ivar noise: of the nearest passage where none answers, by languages of question and passage; the first pair
        stands for those that are not named.
    :ivar answer: of a passage that answers.
    :ivar mixed: by how much a passage in English that holds some Chinese is nearer to any Chinese question.
    :ivar unknown: languages that the model does not know; what it makes of them is noise.
    """

    noise: Mapping[tuple[str, str], float]
    answer: Mapping[tuple[str, str], float]
    mixed: float = 0.0
    unknown: frozenset[str] = frozenset()

    def strength(self, similarity: float, languages: tuple[str, str]) -> float | None:
        """A cosine on a scale that all models share: 0 for noise, 1 for an answer; what is beyond says no more.

        :param languages: of question and passage. :returns: None where the model does not know one of them.
        """
        if not self.unknown.isdisjoint(languages):
            return None
        noise, answer = self._ends(languages)
        return min(max((similarity - noise) / (answer - noise), -0.5), 1.5)

    def excess(self, similarities: Iterable[float], languages: tuple[str, str]) -> float:
        """By how much all passages are nearer to the question than elsewhere: what is to be taken off their cosines.

        What many passages have in common, as the pages of one manual, tells none of them apart.

        :param similarities: of the candidates of these *languages*.
        """
        nearest = sorted(similarities, reverse=True)[:COMMON]
        return max(nearest[-1] - sum(self._ends(languages)) / 2, 0.0) if len(nearest) == COMMON else 0.0

    def _ends(self, languages: tuple[str, str]) -> tuple[float, float]:
        """The cosines of noise and answer."""
        pair = languages if languages in self.noise else next(iter(self.noise))
        return self.noise[pair], self.answer[pair]


_EN, _ZH, _EN_ZH, _ZH_EN = ("en", "en"), ("zh", "zh"), ("en", "zh"), ("zh", "en")
_CALIBRATIONS: Final = (
    (
        r"multilingual-e5-small|e5-small",
        Calibration(
            {_EN: 0.800, _ZH: 0.855, _EN_ZH: 0.708, _ZH_EN: 0.737},
            {_EN: 0.870, _ZH: 0.905, _EN_ZH: 0.760, _ZH_EN: 0.780},
            mixed=0.07,
        ),
    ),
    (r"all-minilm-l6-v2", Calibration({_EN: 0.26}, {_EN: 0.60}, unknown=frozenset(["zh"]))),
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


@dataclass(frozen=True, slots=True)
class TranslatedWords:
    """A question's words in the other language, in the database's form.

    :ivar weights: of each word of the question.
    :ivar shares: of each translated word: whose translation it is, by the question's word and the translation's
        number, and what share of that it makes.
    """

    weights: tuple[float, ...] = ()
    shares: Mapping[str, Sequence[tuple[int, int, float]]] = field(default_factory=dict)

    def coverage(self, held: Iterable[str]) -> float:
        """How much of the question's words a passage holds in translation, 0 to 1: each as the best one says it."""
        said: dict[tuple[int, int], float] = defaultdict(float)
        for form in held:
            for word, phrase, share in self.shares.get(form, ()):
                said[word, phrase] += share
        best: dict[int, float] = {}
        for (word, _), share in said.items():
            best[word] = max(best.get(word, 0.0), share)
        whole = sum(self.weights)
        return sum(self.weights[word] * share for word, share in best.items()) / whole if whole else 0.0


def weigh_translated(
    words: Iterable[TranslatedWord], forms: Mapping[str, str], found: Mapping[str, float], total: float
) -> TranslatedWords:
    """*words* with their weights: a word is as frequent as all of its translations together.

    :param forms: the database's form of each word; stop words have none.
    :param found: how many of *total* chunks hold each word, by its form.
    """
    weights: list[float] = []
    shares: dict[str, list[tuple[int, int, float]]] = {}
    for word in words:
        phrases = [dict.fromkeys(forms[each] for each in phrase if each in forms) for phrase in word.phrases]
        count = sum(min(found[form] for form in phrase) for phrase in phrases if phrase)
        if not any(phrases):
            continue
        # A name that stands for itself and is nowhere was perhaps written in the other script.
        unknown = not count and sum(map(bool, phrases)) < 2
        for number, phrase in enumerate(phrases):
            each = {form: word_weight(found[form], total) for form in phrase}
            for form, weight in each.items():
                shares.setdefault(form, []).append((len(weights), number, weight / sum(each.values())))
        weights.append(word_weight(min(count, total), total) * (UNKNOWN if unknown else 1))
    return TranslatedWords(tuple(weights), shares)


def frequency(weights: Mapping[str, float], counts: Mapping[str, int]) -> float:
    """How often a passage holds a question's words, as in BM25 without lengths; it decides between equal scores."""
    return round(sum(weights[word] * count / (count + 1.2) for word, count in counts.items()), 6)


def score(
    strength: float | None, covered: float, *, translated: bool = False, nearness: float = 0.0
) -> float:
    """The probability that a passage answers.

    :param strength: of its similarity (:meth:`Calibration.strength`); None where it is not known.
    :param covered: :func:`coverage`.
    :param translated: whether it is of words that a dictionary translated, which says less.
    :param nearness: to the things that the question names (``domain/walk.py``).
    """
    if translated:
        evidence = -4.0 + 5.0 * covered if strength is None else -6.3 + 4.0 * strength + 5.6 * covered
    elif strength is None:
        evidence = -4.5 + 10.0 * covered
    else:
        evidence = -5.3 + 4.3 * strength + 9.0 * covered
    return 1 / (1 + math.exp(-evidence - NEAR * nearness))
