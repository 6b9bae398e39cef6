"""Chinese words with their tags, as jieba gives them, in a tenth of its time; its tables are in memory once.

jieba finds words that it does not know by a hidden Markov model, in Python, state by state. Here the same model is
computed by numpy, with the same result, and what it gave is kept: names of a text occur again, and two readers, with
dictionaries of their own, ask for them.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

_KEPT: Final = 20_000  # runs of characters
_NEVER: Final = -3.14e100  # as jieba has it
# What jieba cuts into words, between what it leaves alone; and in that what no word of the dictionary is longer than.
_RUNS: Final = re.compile(r"(?P<run>[\u4e00-\u9fd5a-zA-Z0-9+#&._]+)|\r\n|.", re.DOTALL)
_ALONE: Final = re.compile(
    r"(?P<unknown>[\u4e00-\u9fd5]+)|(?P<m>[.0-9]+)|(?P<eng>[a-zA-Z0-9]+)|(?P<x>[+#&_]+)"
)

State = tuple[str, str]
Numbers = npt.NDArray[np.int64]
Chances = npt.NDArray[np.float64]


class Tagged(NamedTuple):
    """A word. :ivar flag: its tag."""

    word: str
    flag: str


class Words:
    """A dictionary that cuts texts.

    :param counts: of words; 0 of what only begins one. :param total: of all words. :param tags: of words.
    """

    def __init__(self, counts: Mapping[str, int], total: int, tags: Mapping[str, str]) -> None:
        self.counts, self.total, self.tags = counts, total, tags

    def cut(self, text: str) -> list[Tagged]:
        """The words of *text*, which join to it again."""
        found: list[Tagged] = []
        for part in _RUNS.finditer(text):
            if part["run"] is None:
                found.append(Tagged(part.group(), "x"))
            else:
                self._cut_run(part["run"], found)
        return found

    def _cut_run(self, run: str, found: list[Tagged]) -> None:
        tag, start, at = self.tags.get, 0, 0
        for end in _likeliest_ends(run, self.counts, self.total):
            if end - at > 1:
                if start < at:
                    self._cut_alone(run[start:at], found)
                word = run[at:end]
                found.append(Tagged(word, tag(word, "x")))
                start = end
            at = end
        self._cut_alone(run[start:], found)

    def _cut_alone(self, characters: str, found: list[Tagged]) -> None:
        """The words in *characters* that are of no longer word."""
        if len(characters) < 2 or self.counts.get(characters):
            found += [Tagged(each, self.tags.get(each, "x")) for each in characters]
            return
        for part in _ALONE.finditer(characters):
            if part.lastgroup == "unknown":
                found += _unknown_words(part.group())
            else:
                found.append(Tagged(part.group(), part.lastgroup or "x"))


@cache
def known_words() -> Words:
    """jieba's own dictionary."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return Words(jieba.dt.FREQ, jieba.dt.total, jieba.posseg.dt.word_tag_tab)


def words_with(added: Iterable[tuple[str, str]]) -> Words:
    """The same with *added* words and their tags; jieba's own is not changed."""
    import jieba

    known, tags = known_words(), dict(added)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = dict(known.counts), known.total
    tokenizer.initialized = True
    for word in tags:
        tokenizer.add_word(word)
    return Words(tokenizer.FREQ, tokenizer.total, {**known.tags, **tags})


def is_known(word: str) -> bool:
    """Whether *word* is in jieba's own dictionary."""
    return bool(known_words().counts.get(word))


def _likeliest_ends(run: str, counts: Mapping[str, int], total: int) -> Iterator[int]:
    """Where the words of *run* end if they are the likeliest."""
    whole, log, count, length = math.log(total), math.log, counts.get, len(run)
    likely, ends = [0.0] * (length + 1), [0] * length
    for start in range(length - 1, -1, -1):
        best, last, end = -math.inf, start + 1, start + 1
        while end <= length and (known := count(run[start:end])) is not None:
            if known and (chance := log(known) - whole + likely[end]) >= best:
                best, last = chance, end
            end += 1
        likely[start], ends[start] = likely[last] - whole if best == -math.inf else best, last
    at = 0
    while at < length:
        at = ends[at]
        yield at


@lru_cache(maxsize=_KEPT)
def _unknown_words(run: str) -> tuple[Tagged, ...]:
    """The words in *run*, Chinese characters alone, and their tags."""
    states = _Model.loaded().likeliest(run)
    words, begin = [], 0
    for i, (place, tag) in enumerate(states):
        if place in "BS":
            begin = i
        if place in "ES":
            words.append(Tagged(run[begin : i + 1], tag))
            begin = i + 1
    if begin < len(run):
        words.append(Tagged(run[begin:], states[begin][1]))
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
        self._number, self._emitted, self._possible = number, emit_P, char_state_tab_P
        self._seen: dict[str, tuple[Numbers, Chances]] = {}

    @staticmethod
    @cache
    def loaded() -> _Model:
        return _Model()

    def likeliest(self, run: str) -> list[State]:
        """The likeliest row of states, by Viterbi's algorithm."""
        states, emitted = self._of(run[0])
        likely = self._start[states] + emitted
        rows, back = [states], []
        for character in run[1:]:
            following, emitted = self._of(character)
            scores = likely[:, None] + self._steps[states[:, None], following] + emitted
            if scores.max() == -np.inf:  # no state of the character follows one of those before
                reached = np.isfinite(self._steps[states[np.isfinite(likely)]]).any(0)
                following = np.flatnonzero(reached) if reached.any() else np.arange(len(self._states))
                emitted = self._emissions(following, character)
                scores = likely[:, None] + self._steps[states[:, None], following] + emitted
            best = scores.argmax(0)
            likely, states = scores[best, np.arange(len(best))], following
            back.append(best)
            rows.append(states)
        place = int(likely.argmax())
        found = [place]
        for step in reversed(back):
            place = int(step[place])
            found.append(place)
        return [self._states[row[place]] for row, place in zip(rows, reversed(found), strict=True)]

    def _of(self, character: str) -> tuple[Numbers, Chances]:
        """The states that *character* may have, and how likely each has it."""
        if character not in self._seen:
            possible = self._possible.get(character, self._states)
            states = np.array(sorted(self._number[each] for each in possible))
            self._seen[character] = states, self._emissions(states, character)
        return self._seen[character]

    def _emissions(self, states: Numbers, character: str) -> Chances:
        return np.array([self._emitted[self._states[i]].get(character, _NEVER) for i in states])
