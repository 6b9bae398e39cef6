"""Whom the words of an English text mean: names, those who act for them ("Israeli troops"), and "he" and "she"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_deeds import (
    BODIES,
    HER_TITLES,
    HIS_TITLES,
    OWNERS,
    PERHAPS,
    QUOTES,
    SUBJECTS,
    VOICES,
)
from aibox_assets.domain.extract.relate.english.tree import NOUN_TAGS
from aibox_assets.domain.extract.text.document_en import Document, Word
from aibox_assets.domain.models import Mention

QUOTATION: Final = re.compile(r"[\"“](?=\S)[^\"“”\n]{8,700}(?<=\S)[\"”]")
"""What somebody said, from mark to mark."""
_OF: Final = ("amod", "compound", "poss", "nmod")
_LONGEST_TITLE: Final = 5  # characters
_HERS: Final = ("she", "her")
Pronouns = Mapping[str, tuple[str, ...]]
"""Words, with the edges of the tree at which each means somebody."""


def followed(doc: Document, names: Iterable[Mention], person: str | None) -> Named:
    """*names*, and whom every pronoun for people means, its owners among them."""
    return _followed(doc, tuple(names), person)


class Named:
    """The names of one document.

    :ivar held: the name that each token is part of. :ivar meant: whom a pronoun means, by its token.
    """

    def __init__(
        self, doc: Document, names: Sequence[Mention], person: str | None, pronouns: Pronouns = SUBJECTS
    ) -> None:
        self._doc = doc
        self.held: dict[int, Mention] = {}
        for each in names:
            span = doc.char_span(each.char_start, each.char_end)
            if span is not None:
                self.held.update(dict.fromkeys(range(span.start, span.end), each))
        several = len(set(map(id, self.held.values()))) > 1
        self.meant = self._read_pronouns(person, pronouns) if several else {}

    def of(self, token: Word) -> list[Mention]:
        """Whom *token* and those joined to it name, themselves or by what they are of."""
        return [each for each in map(self._one, (token, *_joined(token))) if each is not None]

    def led(self, preposition: Word) -> Iterator[Mention]:
        """Whom *preposition* brings in, unless only perhaps."""
        if not any(child.lower_ in PERHAPS for child in preposition.children):
            for child in preposition.children:
                if child.dep_ == "pobj":
                    yield from self.of(child)

    def owners(self, noun: Word) -> list[Mention]:
        """Whose *noun* is: "Israel's attack", "the Israeli attack", "the former president's attack"."""
        before = [child for child in noun.children if child.i < noun.i and child.dep_ in _OF]
        found = [self.held[child.i] for child in before if child.i in self.held]
        return found or [each for child in before if child.dep_ == "poss" for each in self.of(child)]

    def _one(self, token: Word) -> Mention | None:
        mention = self.held.get(token.i) or self.meant.get(token.i)
        if mention is None and token.lower_ in BODIES:
            mention = self._child(token, _OF, 0)
        if mention is None and token.lower_ in VOICES:
            # "a spokesman for the Red Cross"
            led = (child for child in token.children if child.dep_ == "prep" and child.lower_ == "for")
            mention = next((each for child in led for each in self.led(child)), None)
        if mention is None and token.tag_ in NOUN_TAGS:
            mention = self._child(token, ("appos",), token.i)
        return mention

    def _child(self, token: Word, links: tuple[str, ...], behind: int) -> Mention | None:
        found = (child.i for child in token.children if child.dep_ in links and child.i >= behind)
        return next((self.held[place] for place in found if place in self.held), None)

    def _read_pronouns(self, person: str | None, pronouns: Pronouns) -> dict[int, Mention]:
        """Whom *pronouns* mean, outside of quotations: the one person whom the sentence named so far or whom the one
        before is about; that stays open where it names several and none as its subject. Who was "she" is no "he"."""
        called: dict[str, bool] = {}  # "she", by name
        meant: dict[int, Mention] = {}
        before: Mention | None = None
        quoted = {
            token.i
            for found in QUOTATION.finditer(self._doc.text)
            if (span := self._doc.char_span(*found.span())) is not None
            for token in span.words
        }
        for sentence in self._doc.sents:
            people: dict[str, Mention] = {}
            about: Mention | None = None
            opened = False  # by a mark that nothing closes, perhaps
            stranger = False  # a pronoun means somebody, and it is open whom
            for token in sentence.words:
                mention = self.held.get(token.i)
                opened ^= token.text in QUOTES
                if opened or token.i in quoted:
                    continue
                if mention is not None and mention.type == person:
                    people.setdefault(mention.name, mention)
                    joined = any(child.dep_ == "conj" for child in token.children)
                    if token.dep_ == "nsubj" and about is None and not joined:
                        about = mention
                elif token.dep_ in pronouns.get(token.lower_, ()):
                    known = before if not people else about if len(people) == 1 else None
                    if token.dep_ == "poss" and token.head.dep_ == "conj":
                        known = self.held.get(token.head.head.i)  # "a daughter of John and his wife"
                    elif token.dep_ == "poss" and about is not None and people.keys() - {about.name}:
                        known = None
                    she = token.lower_ in _HERS
                    if known is not None and called.get(known.name, she) == she and self._fits(she, known):
                        called[known.name] = she
                        meant[token.i] = known
                        about = about or known
                    else:
                        stranger = True
            only = next(iter(people.values())) if len(people) == 1 and not stranger else None
            before = about or only
        return meant

    def _fits(self, she: bool, person: Mention) -> bool:
        """Whether no title of *person* speaks against "she", or "he"."""
        words = self._doc.text[max(0, person.char_start - _LONGEST_TITLE) : person.char_start].split()
        said = {word.rstrip(".") for word in (*words[-1:], person.text.split()[0])}
        return not said & (HIS_TITLES if she else HER_TITLES)


@lru_cache(maxsize=4)  # several rules ask it of the same names
def _followed(doc: Document, names: Sequence[Mention], person: str | None) -> Named:
    return Named(doc, names, person, SUBJECTS | OWNERS)


def _joined(token: Word) -> Iterator[Word]:
    """What *token* is the first of: "A, B and C"."""
    rows = [token]
    while rows:
        for child in rows.pop().children:
            if child.dep_ == "conj" and child.tag_ in NOUN_TAGS:
                yield child
                rows.append(child)
