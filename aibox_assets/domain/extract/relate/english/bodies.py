"""Which organization "it", "its", "their" and "the company" mean in an English text: the one that it goes on about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from aibox_assets.domain.extract.text.document_en import Document, Span, Word
from aibox_assets.domain.models import Mention

_SUBJECT: Final = ("nsubj", "nsubjpass")
_NOUNS: Final = frozenset(
    word
    for line in (
        "company firm group association society club school college university institute foundation charity bank",
        "agency union council museum hospital church orchestra band newspaper magazine partnership start-up startup",
        "organization organisation trust federation business academy airline brewery retailer manufacturer gallery",
        "theatre cooperative co-operative choir practice bakery brewer insurer carmaker publisher",
    )
    for word in line.split()
)
_ANY: Final = frozenset({"company", "firm", "group", "organization", "organisation", "business"})
_OBJECTS: Final = ("dobj", "pobj")
_BRACKET: Final = re.compile(r"\s\([\"“]?(?:the\s)?")
_OPENS: Final = (";", ":")


class Bodies:
    """Follows the organizations of one text.

    :param held: the name that each token is part of. :param organization: their type. :param person: that of people.
    :ivar meant: the organization, by the token of the word that stands for it.
    """

    def __init__(self, doc: Document, held: Mapping[int, Mention], person: str, organization: str) -> None:
        self._text, self._held = doc.text, held
        self._person, self._organization = person, organization
        self.meant: dict[int, Mention] = {}
        self._only: dict[int, Mention | None] = {}
        self._seen: list[Mention] = []
        self._called = dict(_aliases(doc.text, held, organization))
        topic: Mention | None = None
        for sentence in doc.sents:
            self._only[sentence.start] = topic if len(self._seen) == 1 else None
            topic = self._read(sentence, topic)

    def only(self, sentence: Span) -> Mention | None:
        """What the text is about where *sentence* begins; None where it names more than one organization before."""
        return self._only[sentence.start]

    def _read(self, sentence: Span, topic: Mention | None) -> Mention | None:
        """What the next sentence goes on about."""
        here: list[Mention] = []
        subject: Mention | None = None  # an organization that does what the sentence tells
        last = sentence.start  # where an organization was named
        for token in sentence.words:
            name = self._named(token)
            if name is not None:
                if name.type == self._organization:
                    _add(here, name)
                    last = token.i
                    if token.dep_ in _SUBJECT and subject is None:
                        subject = name
            elif _stands_for_one(token):
                meant = self._meant(token, here, subject, topic, last)
                if meant is not None:
                    self.meant[token.i] = meant
        for each in here:
            _add(self._seen, each)
        return self._next(sentence, here, topic)

    def _named(self, token: Word) -> Mention | None:
        name = self._held.get(token.i)
        return name if name is None else self._called.get(name.name, name)

    def _meant(
        self, token: Word, here: Sequence[Mention], subject: Mention | None, topic: Mention | None, last: int
    ) -> Mention | None:
        if token.dep_ in _OBJECTS and subject is not None:
            # "A bought it" speaks of another.
            return None if topic is None or topic.name == subject.name else topic
        if token.lower_ in _NOUNS and not self._is_called(token, here, topic):
            return None
        if token.lower_ == "their" and any(
            name.type == self._person
            for word in token.sent.words
            if word.i < token.i and (name := self._held.get(word.i))
        ):
            return None
        if not here:
            return topic if token.lower_ != "their" else None
        if subject is None:
            other = topic is None or topic.name != here[0].name
            return None if other or len(here) > 1 else topic
        if len(here) == 1:
            return subject
        # "A may close the plant of B; its spokeswoman"
        words = token.sent.doc.words[last : token.i]
        return subject if any(word.text in _OPENS for word in words) else None

    def _is_called(self, token: Word, here: Sequence[Mention], topic: Mention | None) -> bool:
        """Whether the text calls one of *here* or *topic* what *token* is."""
        if token.lower_ in _ANY:
            return True
        named = any(token.lower_ in each.name.lower() for each in (*here, topic) if each is not None)
        return (
            named
            or re.search(rf"\ban?\s(?:[\w-]+\s){{0,4}}{token.lower_}\b", self._text[: token.idx]) is not None
        )

    def _next(self, sentence: Span, here: list[Mention], topic: Mention | None) -> Mention | None:
        subject = next(
            (each for each in sentence.words if each.dep_ in _SUBJECT and each.head.dep_ == "ROOT"), None
        )
        if subject is None:
            return here[0] if len(here) == 1 and len(self._seen) == 1 else topic if not here else None
        named = self._named(subject)
        if named is not None and named.type == self._organization:
            others = {self.meant[word.i].name for word in sentence.words if word.i in self.meant}
            return None if others - {named.name} else named
        owners = (subject, *subject.children, *(word for each in subject.children for word in each.children))
        if not here or any(self.meant.get(word.i) == topic for word in owners if topic is not None):
            return topic
        if named is None and len(here) == 1 and len(self._seen) == 1:
            return here[0]
        return topic if topic is not None and [each.name for each in here] == [topic.name] else None


def _stands_for_one(token: Word) -> bool:
    if token.lower_ in ("its", "their"):
        return token.dep_ == "poss"
    if token.lower_ == "it":
        return token.dep_ in ("nsubj", "dobj", "pobj")
    return token.lower_ in _NOUNS and any(child.lower_ == "the" for child in token.children)


def _aliases(text: str, held: Mapping[int, Mention], organization: str) -> Iterator[tuple[str, Mention]]:
    """What organizations are also called, in brackets behind their names."""
    names = [each for each in dict.fromkeys(held.values()) if each.type == organization]
    for one, other in pairwise(sorted(names, key=lambda each: each.char_start)):
        if (
            _BRACKET.fullmatch(text, one.char_end, other.char_start)
            and text[other.char_end : other.char_end + 1] in ')"”,'
        ):
            yield other.name, one


def _add(names: list[Mention], name: Mention) -> None:
    """*name*, unless one of *names* is it, in full or in part."""
    if not any(f"{one.name} ".startswith(f"{name.name} ") or one.name == name.name for one in names):
        names.append(name)
