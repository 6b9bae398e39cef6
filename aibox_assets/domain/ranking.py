"""What a passage is worth as an answer: a score from its similarity and the words that it shares with the question.

A score is a probability: 0.5 for a passage that answers as often as not. It means the same in every answer and
of every model, because each model is calibrated. How well that holds is in ``docs/quality.md``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.translation import TranslatedWord

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


@dataclass(frozen=True, slots=True)
class TranslatedWords:
    """A question's words in the other language, in the database's form.

    :ivar words: weight of each word of the question, with its translations: weights of their words.
    """

    words: tuple[tuple[float, tuple[Mapping[str, float], ...]], ...]

    def all(self) -> set[str]:
        """The words of all translations."""
        return {word for _, phrases in self.words for phrase in phrases for word in phrase}

    def coverage(self, held: Collection[str]) -> float:
        """How much of the question's words a passage holds in translation, 0 to 1: each as the best one says it."""
        whole = sum(weight for weight, _ in self.words)
        said = (
            weight * max(coverage(each, each.keys() & held) for each in phrases)
            for weight, phrases in self.words
        )
        return sum(said) / whole if whole else 0.0


NO_WORDS: Final = TranslatedWords(())


def weigh_translated(
    words: Iterable[TranslatedWord], forms: Mapping[str, str], found: Mapping[str, float], total: float
) -> TranslatedWords:
    """*words* with their weights: a word is as frequent as all of its translations together.

    :param forms: the database's form of each word; stop words have none.
    :param found: how many of *total* chunks hold each word, by its form.
    """
    weighed = []
    for word in words:
        phrases = [
            {forms[each]: found[forms[each]] for each in phrase if each in forms} for phrase in word.phrases
        ]
        phrases = [phrase for phrase in phrases if phrase]
        count = sum(min(phrase.values()) for phrase in phrases)
        # A name that stands for itself and is nowhere was perhaps written in the other script.
        if count or len(phrases) > 1:
            weights = tuple({each: word_weight(n, total) for each, n in phrase.items()} for phrase in phrases)
            weighed.append((word_weight(min(count, total), total), weights))
    return TranslatedWords(tuple(weighed))


def frequency(weights: Mapping[str, float], counts: Mapping[str, int]) -> float:
    """How often a passage holds a question's words, as in BM25 without lengths; it decides between equal scores."""
    return round(sum(weights[word] * count / (count + 1.2) for word, count in counts.items()), 6)


def score(strength: float | None, covered: float, *, translated: bool = False) -> float:
    """The probability that a passage answers.

    :param strength: of its similarity (:meth:`Calibration.strength`); None where it is not known.
    :param covered: :func:`coverage`.
    :param translated: whether it is of words that a dictionary translated, which says less.
    """
    if translated:
        evidence = -4.0 + 5.0 * covered if strength is None else -6.6 + 4.0 * strength + 5.6 * covered
    elif strength is None:
        evidence = -4.5 + 10.0 * covered
    else:
        evidence = -5.3 + 4.3 * strength + 9.0 * covered
    return 1 / (1 + math.exp(-evidence))
