"""Chinese words with their tags, as jieba gives them, in a tenth of its time; its tables are in memory once.

jieba finds words that it does not know by a hidden Markov model, in Python, state by state. Here the same model is
computed by numpy, with the same result, and what it gave is kept: names of a text occur again, and two readers, with
dictionaries of their own, ask for them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_KEPT: Final = 20_000  # runs of characters
_NEVER: Final = -3.14e100  # as jieba has it

State = tuple[str, str]


def known_words() -> Any:
    """jieba's own dictionary, as a tagger of words: ``cut(text)`` gives pairs with ``word`` and ``flag``."""
    return _known_words()


def words_with(added: Iterable[tuple[str, str]]) -> Any:
    """The same with *added* words and their tags; jieba's own is not changed."""
    import jieba

    known = _known_words()
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = dict(known.tokenizer.FREQ), known.tokenizer.total
    tokenizer.initialized = True
    for word, tag in added:
        tokenizer.add_word(word, tag=tag)
    return _tagger_class()(tokenizer, dict(known.word_tag_tab))


def is_known(word: str) -> bool:
    """Whether *word* is in jieba's own dictionary."""
    return bool(_known_words().tokenizer.FREQ.get(word))


@cache
def _known_words() -> Any:
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return _tagger_class()(jieba.dt, jieba.posseg.dt.word_tag_tab)


@cache
def _tagger_class() -> Any:
    from jieba.posseg import POSTokenizer, pair

    class Tagger(POSTokenizer):  # type: ignore[misc]
        def __init__(self, tokenizer: Any, tags: dict[str, str]) -> None:
            # Not the parent's, which would read the dictionary's file again.
            self.tokenizer, self.word_tag_tab = tokenizer, tags

        def _POSTokenizer__cut(self, run: str) -> Iterator[Any]:  # noqa: N802 (jieba's private name)
            for word, tag in _unknown_words(run):
                yield pair(word, tag)

    return Tagger


@lru_cache(maxsize=_KEPT)
def _unknown_words(run: str) -> tuple[tuple[str, str], ...]:
    """The words in *run*, Chinese characters alone, and their tags."""
    states = _Model.loaded().likeliest(run)
    words, begin = [], 0
    for i, (place, tag) in enumerate(states):
        if place in "BS":
            begin = i
        if place in "ES":
            words.append((run[begin : i + 1], tag))
            begin = i + 1
    if begin < len(run):
        words.append((run[begin:], states[begin][1]))
    return tuple(words)


class _Model:
    """jieba's hidden Markov model in arrays; states in falling order, since it prefers the last of equals."""

    def __init__(self) -> None:
        from jieba.posseg import char_state_tab_P, emit_P, start_P, trans_P

        self._states: list[State] = sorted(trans_P, reverse=True)
        number = {state: i for i, state in enumerate(self._states)}
        self._start = np.array([start_P[each] for each in self._states])
        self._steps = np.full((len(number), len(number)), -np.inf)
        for before, after in trans_P.items():
            for state, likely in after.items():
                self._steps[number[before], number[state]] = likely
        self._leads_on = np.array([len(trans_P[each]) > 0 for each in self._states])
        self._follows = np.array(
            [[state in trans_P[each] for state in self._states] for each in self._states]
        )
        self._possible = {
            character: np.array(sorted(number[each] for each in states), np.int64)
            for character, states in char_state_tab_P.items()
        }
        self._all = np.arange(len(number))
        self._emitted = emit_P

    @staticmethod
    @cache
    def loaded() -> _Model:
        return _Model()

    def likeliest(self, run: str) -> list[State]:
        """The likeliest row of states, by Viterbi's algorithm."""
        states = self._possible.get(run[0], self._all)
        likely = self._start[states] + self._emissions(states, run[0])
        rows, back = [states], []
        for character in run[1:]:
            leads = self._leads_on[states]
            before, known = states[leads], likely[leads]
            follows = self._follows[before].any(0)
            possible = self._possible.get(character, self._all)
            states = possible[follows[possible]]
            if not len(states):
                states = np.flatnonzero(follows) if follows.any() else self._all
            scores = known[:, None] + self._steps[np.ix_(before, states)] + self._emissions(states, character)
            best = scores.argmax(0)
            likely = scores[best, np.arange(len(states))]
            back.append(np.flatnonzero(leads)[best])
            rows.append(states)
        place = int(likely.argmax())
        found = [place]
        for step in reversed(back):
            place = int(step[place])
            found.append(place)
        return [self._states[row[place]] for row, place in zip(rows, reversed(found), strict=True)]

    def _emissions(self, states: npt.NDArray[np.int64], character: str) -> npt.NDArray[np.float64]:
        return np.array([self._emitted[self._states[i]].get(character, _NEVER) for i in states])
