"""Who made, uses or released what, in English, and when: "Linus Torvalds wrote Git", "KDE was released in 1998".

The verb tells what is a product: what is written, developed, used or released, and is called by a name of its own.
spaCy's tree says what is a verb's subject and object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.relate.english import lexicon_made as lexicon
from aibox_assets.domain.extract.relate.english.happened import SUBJECT, happened, is_passive
from aibox_assets.domain.extract.relate.english.things import MadeTypes, Things, Wanted, led, rows
from aibox_assets.domain.extract.relate.english.tree import antecedent
from aibox_assets.domain.extract.text.document_en import Document, Word
from aibox_assets.domain.models import Mention, Relation

PRODUCES: Final = "PRODUCES"
AUTHORED: Final = "AUTHORED"
USES: Final = "USES"
RELEASED: Final = "RELEASED_ON"
FOUNDED: Final = "FOUNDED_ON"
_SURE: Final = 0.85
_MOST_STEPS: Final = 5


def read_made(
    doc: Document, names: Sequence[Mention], dates: Sequence[Mention], types: MadeTypes
) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so; what is made, and what uses it, may be names that are not among *names*."""
    verbs = [word for word in doc.words if word.lower_ in lexicon.VERBS and word.tag_.startswith("VB")]
    nouns = [word for word in doc.words if word.lower_ in lexicon.NOUNS and word.dep_ in ("attr", "appos")]
    if verbs or nouns:
        reader = _Reader(doc, names, dates, types)
        for verb in verbs:
            yield from reader.verb(verb)
        for noun in nouns:
            yield from reader.noun(noun)


class _Reader:
    def __init__(
        self, doc: Document, names: Sequence[Mention], dates: Sequence[Mention], types: MadeTypes
    ) -> None:
        self._types = types
        self._held: dict[int, Mention] = {}
        for each in (*names, *dates):
            span = doc.char_span(each.char_start, each.char_end)
            if span is not None:
                self._held.update(dict.fromkeys(range(span.start, span.end), each))
        self._things = Things(doc, self._held, types)

    def verb(self, verb: Word) -> Iterator[tuple[str, Relation]]:
        """What *verb* tells."""
        if not happened(verb):
            return
        word = verb.lower_
        if is_passive(verb):
            objects = _described(verb) if verb.dep_ == "acl" else _subjects(verb)
            makers = led(verb, "by")
        else:
            objects = led(verb, lexicon.LED[word]) if word in lexicon.LED else rows(_objects(verb))
            makers = _subjects(verb)
        if word in lexicon.FOUNDS:
            yield from self._founded(verb, objects)
            if word not in lexicon.BEGINS:
                return
        if word in lexicon.USING:
            yield from self._used(verb, makers, objects)
            return
        # "An album by the group Acme, released in 1986": what is described may be another's name.
        wanted = Wanted(firm=word not in lexicon.BEGINS and verb.dep_ != "acl", titled=word in lexicon.WRITES)
        things = self._all(objects, wanted)
        for thing in things:
            yield from self._made(filter(None, map(self._maker, makers)), thing, verb)
        out = word in lexicon.OUT or any(each.lower_ in lexicon.EDITIONS for each in objects)
        day = self._day(verb) if out else None
        if day is not None:
            things = things or (self._all(_subjects(verb), wanted) if _is_out(verb) else [])
            yield from ((RELEASED, _relation(thing, day, verb)) for thing in things)

    def _founded(self, verb: Word, objects: Sequence[Word]) -> Iterator[tuple[str, Relation]]:
        """ "Jane Wu set up Acme in 1994", "Acme was established in Rome in 1921", "Acme, which she founded in 2005"."""
        if verb.lower_ == "set" and not any(child.lower_ == "up" for child in verb.children):
            return
        day = self._day(verb) or self._day_behind(verb)
        for each in objects if day is not None else ():
            relative = each.tag_ in ("WDT", "WP") and verb.dep_ == "relcl"
            firm = self._held.get(verb.head.i if relative else each.i)
            program = verb.lower_ in lexicon.BEGINS and self._things.of(each, Wanted(firm=False)) is not None
            if day and firm and firm.type == self._types.organization and not program:
                yield FOUNDED, _relation(firm, day, verb)

    def _day_behind(self, verb: Word) -> Mention | None:
        """The date that stands behind *verb*, with nothing that parts them: the parser may hang it on a place."""
        for word in verb.sent.words[verb.i + 1 - verb.sent.start :]:
            held = self._held.get(word.i)
            if held is not None and held.type == self._types.date:
                return held
            if word.is_punct or word.tag_.startswith("VB"):
                return None
        return None

    def noun(self, noun: Word) -> Iterator[tuple[str, Relation]]:
        """ "Tcl was the work of John Ousterhout", "BitKeeper, a product of BitMover", "Acme, the maker of X"."""
        verb = noun.head
        if noun.dep_ == "attr" and not (verb.tag_.startswith("VB") and happened(verb)):
            return
        subjects = [verb] if noun.dep_ == "appos" else _subjects(verb)
        made, makers = (
            (subjects, led(noun, "of")) if noun.lower_ in lexicon.WORK_OF else (led(noun, "of"), subjects)
        )
        for thing in self._all(made, Wanted(titled=noun.lower_ == "author")):
            yield from self._made(filter(None, map(self._maker, makers)), thing, noun)

    def _all(self, words: Sequence[Word], wanted: Wanted) -> list[Mention]:
        return [thing for each in words if (thing := self._things.of(each, wanted)) is not None]

    def _made(self, makers: Iterator[Mention], thing: Mention, word: Word) -> Iterator[tuple[str, Relation]]:
        for maker in makers:
            wrote = thing.type == self._types.work and maker.type == self._types.person
            if wrote or thing.type == self._types.product:
                yield AUTHORED if wrote else PRODUCES, _relation(maker, thing, word)

    def _used(
        self, verb: Word, users: Sequence[Word], used: Sequence[Word]
    ) -> Iterator[tuple[str, Relation]]:
        things = self._all(used, Wanted(used=True))
        for user in users if things else ():
            held = self._held.get(user.i)
            firm = held is not None and held.type == self._types.organization
            who = held if firm else self._things.of(user, Wanted(firm=False))
            if who is not None:
                yield from ((USES, _relation(who, what, verb)) for what in things if what.name != who.name)

    def _maker(self, word: Word) -> Mention | None:
        held = self._held.get(word.i)
        makers = (self._types.person, self._types.organization)
        return held if held is not None and held.type in makers else None

    def _day(self, verb: Word) -> Mention | None:
        for preposition in verb.children:
            if preposition.lower_ in ("in", "on") and preposition.dep_ == "prep":
                for child in preposition.children:
                    held = self._held.get(child.i)
                    if held is not None and held.type == self._types.date:
                        return held
        return None


def _subjects(verb: Word) -> list[Word]:
    """Of a verb without a subject of its own that of the verb it is joined to."""
    for _ in range(_MOST_STEPS):
        subject = next((child for child in verb.children if child.dep_ in SUBJECT), None)
        if subject is None:
            # "She grew up in Rome, wrote Emma, and died": the parser may take the first verb for what is said.
            before = [child for child in verb.children if child.dep_ == "ccomp" and child.i < verb.i]
            subject = next((it for each in before for it in each.children if it.dep_ in SUBJECT), None)
        if subject is not None:
            relative = subject.tag_ in ("WDT", "WP") and verb.dep_ == "relcl"
            return rows(_described(verb) if relative else [subject])
        leader = verb.head
        if verb.dep_ not in ("conj", "xcomp") or not leader.tag_.startswith("VB"):
            return []
        if is_passive(leader) != is_passive(verb):
            return []
        verb = leader
    return []


def _described(verb: Word) -> list[Word]:
    """What the clause of *verb* is about, where it has a name: links in "Links to files used by Sphinx" have none."""
    noun = antecedent(verb)
    return [noun] if noun is verb.head or noun.tag_ in ("NNP", "NNPS") else []


def _objects(verb: Word) -> list[Word]:
    return [child for child in verb.children if child.dep_ == "dobj"]


def _is_out(verb: Word) -> bool:
    """ "came out", "first appeared", "was released"."""
    return verb.lower_ != "came" or any(child.lower_ == "out" for child in verb.children)


def without_publishers(
    told: Sequence[tuple[str, Relation]], works: Sequence[tuple[str, Relation]]
) -> list[tuple[str, Relation]]:
    """*told* but who is said to have published what another wrote: "Jane Wu's book Salt, published by Feisty Duck"."""
    wrote = {
        each.tail.name: each.head.name
        for name, each in (*told, *works)
        if name == AUTHORED and not _is_publishing(each)
    }
    return [
        (name, each)
        for name, each in told
        if not (
            name == AUTHORED
            and _is_publishing(each)
            and wrote.get(each.tail.name, each.head.name) != each.head.name
        )
    ]


def _is_publishing(said: Relation) -> bool:
    return said.phrase.startswith("publish")


def _relation(head: Mention, tail: Mention, word: Word) -> Relation:
    text, start = word.sent.text, word.sent.start_char
    start += len(text) - len(text.lstrip())
    return Relation(head, tail, word.text, start, start + len(text.strip()), _SURE)
