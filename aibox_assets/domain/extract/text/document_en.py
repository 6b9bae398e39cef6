"""An English text as spaCy read it: words, their tree, sentences and entities.

Names as in spaCy, whose own objects are made anew at each look at a word; rules look thousands of times at each text.
"""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


class Word:
    """:ivar i: which of the text's words. :ivar idx: its first character.
    :ivar whitespace_: behind it, one space or none.
    :ivar head: what it hangs on; itself for a root. :ivar children: what hangs on it, in order.
    :ivar sent: its sentence.
    """

    __slots__ = (
        "_depth",
        "children",
        "dep_",
        "head",
        "i",
        "idx",
        "lower_",
        "sent",
        "tag_",
        "text",
        "whitespace_",
    )

    sent: Span

    def __init__(self, i: int, idx: int, said: Sequence[str], whitespace: str) -> None:
        self.i = i
        self.idx = idx
        self.text, self.lower_, self.tag_, self.dep_ = said
        self.whitespace_ = whitespace
        self.head = self
        self.children: list[Word] = []
        self._depth: int | None = None

    @property
    def is_punct(self) -> bool:
        """Whether it is nothing but marks."""
        return all(unicodedata.category(each).startswith("P") for each in self.text)

    @property
    def left_edge(self) -> int:
        """The first word of all that hangs on it, and on that."""
        first, rows = self.i, [self]
        while rows:
            word = rows.pop()
            first = min(first, word.i)
            rows += word.children
        return first

    @property
    def depth(self) -> int:
        """Steps to the root; of marks and spaces on which nothing hangs more than of any word."""
        if self._depth is None:
            depth = sum(1 for _ in self.ancestors)
            stray = depth and not self.children and (self.is_punct or self.text.isspace())
            self._depth = sys.maxsize if stray else depth
        return self._depth

    @property
    def ancestors(self) -> Iterator[Word]:
        """What it hangs on, up to the root."""
        word = self
        while word.head is not word:
            word = word.head
            yield word


@dataclass(frozen=True, slots=True)
class Span:
    """Words of *doc* from *start* to *end*, without the last. :ivar label_: of an entity."""

    doc: Document
    start: int
    end: int
    label_: str = ""

    @property
    def words(self) -> Sequence[Word]:
        """In order."""
        return self.doc.words[self.start : self.end]

    @property
    def start_char(self) -> int:
        """Where it begins in the text."""
        return self.doc.words[self.start].idx

    @property
    def end_char(self) -> int:
        """Where it ends in the text."""
        last = self.doc.words[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """As it stands."""
        return self.doc.text[self.start_char : self.end_char]

    @property
    def sent(self) -> Span:
        """The sentence of its first word."""
        return self.doc.words[self.start].sent

    @property
    def root(self) -> Word:
        """The first of the words that are closest to the tree's root."""
        words = self.words
        return words[0] if len(words) == 1 else min(words, key=lambda word: word.depth)


class Document:
    """:ivar text: as it was given. :ivar sents: sentences. :ivar ents: entities."""

    __slots__ = ("_places", "_spans", "ents", "sents", "text", "words")

    def __init__(self, doc: Any) -> None:
        self.words = list(_words_of(doc))
        self.text = "".join([word.text + word.whitespace_ for word in self.words])
        self._places = [word.idx for word in self.words]
        self._spans: dict[tuple[int, int], Span | None] = {}
        heads, begins = doc.to_array(["HEAD", "SENT_START"]).astype("int64").T.tolist()
        for word, step in zip(self.words, heads, strict=True):
            if step:
                word.head = self.words[word.i + step]
                word.head.children.append(word)
        starts = [i for i, begin in enumerate(begins) if begin == 1 or i == 0]
        self.sents = [Span(self, *ends) for ends in pairwise([*starts, len(self.words)])]
        for sentence in self.sents:
            for word in sentence.words:
                word.sent = sentence
        self.ents = [Span(self, each.start, each.end, each.label_) for each in doc.ents]

    def sentence_at(self, place: int) -> Span:
        """The sentence of the character *place*."""
        return next(each for each in self.sents if place < each.end_char)

    def char_span(self, start: int, end: int) -> Span | None:
        """The words that share a character with those from *start* to *end*; None where there is none."""
        ends = (start, end)
        if ends not in self._spans:  # each rule asks it of each name
            self._spans[ends] = self._char_span(start, end)
        return self._spans[ends]

    def _char_span(self, start: int, end: int) -> Span | None:
        first, last = self._at(start), self._at(end - 1)
        if first is None or last is None:
            return None
        # The space behind a word is no part of it.
        begin = first.i + (start == first.idx + len(first.text))
        return Span(self, begin, last.i + 1) if begin <= last.i else None

    def _at(self, place: int) -> Word | None:
        """The word that stands at the character *place*, or before the space there."""
        if not 0 <= place < len(self.text):
            return None
        return self.words[bisect_right(self._places, place) - 1]


def _words_of(doc: Any) -> Iterator[Word]:
    """The words of *doc*, whose tokens are slow to ask one by one."""
    said = doc.to_array(["ORTH", "LOWER", "TAG", "DEP"]).tolist()
    spaces = doc.to_array("SPACY").tolist()
    strings = {id_: doc.vocab.strings[id_] for id_ in {id_ for row in said for id_ in row}}
    place = 0
    for i, (row, space) in enumerate(zip(said, spaces, strict=True)):
        word = Word(i, place, [strings[id_] for id_ in row], " " if space else "")
        place += len(word.text) + len(word.whitespace_)
        yield word
