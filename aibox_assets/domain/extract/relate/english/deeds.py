"""Who did what to whom, in English: "John Howard met George W. Bush", "Israel's attack on Gaza".

Once over the verbs and nouns of a text, by the words that the ontology has for its relations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.relate.english.cues import ANY, THAT, Cue, Cues, Kinds
from aibox_assets.domain.extract.relate.english.happened import SUBJECT, happened, is_passive, is_real
from aibox_assets.domain.extract.relate.english.lexicon_deeds import (
    BODIES,
    CARRIES,
    FATES,
    NOWHERE,
    OCCASIONS,
    PRESENT,
)
from aibox_assets.domain.extract.relate.english.quotes import Speech, read_quotes
from aibox_assets.domain.extract.relate.english.tree import NOUN_TAGS
from aibox_assets.domain.extract.relate.english.whom import Named
from aibox_assets.domain.extract.text.document_en import Document, Word
from aibox_assets.domain.models import Mention, Relation

_RELATIVE: Final = ("WDT", "WP")
_NONE: Final = re.compile(r"\b(?:[Nn]either|nowhere)\b")
_NEAR: Final = 12
_BETWEEN: Final = "between"
_BOTH: Final = (("with",), ("against",))
# What only describes one of the words of a clause.
_ASIDE: Final = frozenset({"relcl", "appos", "acl", "parataxis"})
_CLAUSES: Final = frozenset({"ccomp", "xcomp", "conj"})
_COMPLETES: Final = frozenset({"prt", "acomp", "oprd", "advmod"})
_MOST_STEPS: Final = 4
_MOST_TOLD: Final = 16  # names in a clause; more are lists
# How surely a verb, and a noun ("the attack on"), states the deed; and a sentence that only says "he".
_VERB, _NOUN, _PRONOUN = 0.9, 0.85, 0.7


def read_deeds(
    doc: Document, names: Sequence[Mention], cues: Cues, kinds: Kinds
) -> Iterator[tuple[str, Relation]]:
    """What those of *names* that stand in *doc* did, as *cues* tell it: the relation's name, and what says so."""
    reader = _Reader(doc, names, kinds)
    if len(reader.named.held) < 2:
        return
    anything = cues.get(ANY, ())
    spoken: list[Speech] = []
    told = reader.sentences_of_several()
    for token in doc.words:
        if token.i in reader.named.held:
            continue
        found = cues.get(token.lower_, ())
        if token.sent.start not in told:
            if found and token.tag_.startswith("VB"):
                spoken += reader.speech(token, found)
            continue
        if token.lower_ == "according":
            yield from reader.source(token, found)
            continue
        nowhere = token.lower_ in NOWHERE or (token.lower_ in FATES and is_passive(token))
        every = found if nowhere else (*found, *anything)
        if token.tag_.startswith("VB"):
            spoken += reader.speech(token, found)
            yield from reader.verb(token, every)
        elif token.tag_ in ("NN", "NNS"):
            yield from reader.noun(token, every)
    yield from read_quotes(doc, reader.named, spoken, kinds.place)


class _Reader:
    def __init__(self, doc: Document, names: Sequence[Mention], kinds: Kinds) -> None:
        self._doc, self._kinds = doc, kinds
        self.named = Named(doc, names, kinds.person)

    def sentences_of_several(self) -> set[int]:
        """The first words of the sentences in which several are named or meant."""
        seen: dict[int, set[str]] = {}
        for place, mention in (*self.named.held.items(), *self.named.meant.items()):
            seen.setdefault(self._doc.words[place].sent.start, set()).add(mention.name)
        return {start for start, names in seen.items() if len(names) > 1}

    def verb(self, verb: Word, cues: Sequence[Cue]) -> Iterator[tuple[str, Relation]]:
        """What *verb* tells, by any of *cues*."""
        if not cues or not happened(verb):
            return
        passive = is_passive(verb)
        beside = {child.lower_ for child in verb.children}
        for cue in cues:
            if cue.rest != THAT and not beside.issuperset(cue.rest):
                continue
            if passive and (not cue.rest or _is_said(verb, cue.rest)):
                heads, tails = self._agents(verb), self._patients(verb)
            elif passive:
                # "was arrested in": whatever was done to them, they were there.
                tails = self._objects(verb, cue.rest) if cue.anything else []
                heads = self._patients(verb) if tails else []
            else:
                tails = self._objects(verb, cue.rest)
                heads = self._subjects(verb) if tails else []
                if cue.anything and tails:
                    # "arrested Richard Reid in Boston"
                    before = [it for it in self._objects(verb, ()) if it.char_end <= tails[0].char_start]
                    heads = [*heads, *(each for each in before if each.type == self._kinds.person)]
            yield from self._relations(cue, heads, tails, verb, _VERB)

    def speech(self, verb: Word, cues: Sequence[Cue]) -> Iterator[Speech]:
        """Who says something by *verb*."""
        by = next((cue.relation for cue in cues if cue.rest == THAT), None)
        if by is not None and happened(verb) and not is_passive(verb):
            end = verb.idx + len(verb.text)
            yield from (Speech(verb.idx, end, each, by) for each in self._subjects(verb)[:1])

    def noun(self, noun: Word, cues: Sequence[Cue]) -> Iterator[tuple[str, Relation]]:
        """What *noun* tells: "the attack on Gaza by Israel", "talks between A and B", "held talks with"."""
        under = self._under(noun)
        for cue in cues if under else ():
            if not cue.rest:
                continue
            tails = under.get(cue.rest[-1])
            if tails:
                yield from self._relations(cue, self._doers(noun, cue), tails, noun, _NOUN)
            elif cue.rest in _BOTH and noun.lower_ in OCCASIONS and is_real(noun):
                both = under.get(_BETWEEN, [])
                yield from self._relations(cue, both[:1], both[1:], noun, _NOUN)

    def source(self, token: Word, cues: Sequence[Cue]) -> Iterator[tuple[str, Relation]]:
        """ "According to the Pentagon, …": what the whole sentence is about."""
        heads = [each for child in token.children if child.lower_ == "to" for each in self.named.led(child)]
        parts = [part for part in token.head.children if part.dep_ in SUBJECT]
        for cue in cues:
            tails = [each for part in parts for each in self.named.of(part)]
            yield from self._relations(cue, heads, tails, token, _NOUN)

    def _relations(
        self, cue: Cue, heads: Sequence[Mention], tails: Sequence[Mention], word: Word, sure: float
    ) -> Iterator[tuple[str, Relation]]:
        if not heads or not tails:
            return
        sentence = word.sent
        text = sentence.text.rstrip()
        start, end = sentence.start_char + len(text) - len(text.lstrip()), sentence.start_char + len(text)
        if text.endswith("?"):
            return
        said = " ".join((word.text, *cue.rest))
        for head in heads[:_MOST_TOLD]:
            for tail in tails[:_MOST_TOLD]:
                first = min(head.char_start, tail.char_start)
                if head.name == tail.name or _NONE.search(
                    self._doc.text, max(start, first - _NEAR), tail.char_start
                ):
                    continue
                ends = (tail, head) if cue.inverse else (head, tail)
                if first < sentence.start_char:
                    # "He": the evidence shows the name as well.
                    yield (
                        cue.relation,
                        Relation(*ends, said, self._doc.sentence_at(first).start_char, end, _PRONOUN),
                    )
                else:
                    yield cue.relation, Relation(*ends, said, start, end, sure)

    def _doers(self, noun: Word, cue: Cue) -> list[Mention]:
        """Whose deed *noun* is: its owner's, or, where a verb only carries it ("held talks"), that verb's subject's."""
        heads = self.named.owners(noun) or self._agents(noun)
        if cue.anything and noun.lower_ not in BODIES | PRESENT:
            # "The Afghan mountains in": they are where they are.
            heads = [each for each in heads if each.type != self._kinds.place]
        if heads:
            return heads if is_real(noun) else []
        carrier = noun.head
        if noun.dep_ not in ("dobj", "nsubjpass") or carrier.lower_ not in CARRIES or not happened(carrier):
            return []
        return self._agents(carrier) if is_passive(carrier) else self._subjects(carrier)

    def _subjects(self, verb: Word) -> list[Mention]:
        """Who does what *verb* says; of a verb without a subject of its own, that of the verb that leads it."""
        for _ in range(_MOST_STEPS):
            subject = next((child for child in verb.children if child.dep_ in SUBJECT), None)
            if subject is not None:
                relative = subject.tag_ in _RELATIVE and verb.dep_ == "relcl"
                return self.named.of(verb.head if relative else subject)
            leader = verb.head
            if verb.dep_ == "acl":
                return self.named.of(leader) if leader.tag_ in NOUN_TAGS else []
            if verb.dep_ == "pcomp":
                leader = leader.head
            elif verb.dep_ not in ("conj", "xcomp", "advcl"):
                return []
            if not leader.tag_.startswith("VB"):
                return []
            if verb.dep_ in ("conj", "xcomp") and is_passive(leader) != is_passive(verb):
                return []
            verb = leader
        return []

    def _patients(self, verb: Word) -> list[Mention]:
        """To whom it is done, in the passive."""
        return self.named.of(verb.head) if verb.dep_ == "acl" else self._subjects(verb)

    def _agents(self, word: Word) -> list[Mention]:
        by = (child for child in word.children if child.dep_ in ("agent", "prep") and child.lower_ == "by")
        return [each for preposition in by for each in self.named.led(preposition)]

    def _objects(self, verb: Word, rest: tuple[str, ...]) -> list[Mention]:
        if rest == THAT:
            return self._about(verb)
        if not rest:
            objects = [
                each for each in verb.children if each.dep_ in ("dobj", "dative") and each.tag_ != "IN"
            ]
            return [each for child in objects or _asked(verb) for each in self.named.of(child)]
        if _is_said(verb, rest):
            return self._objects(verb, ())
        *middle, last = rest
        if any(all(child.lower_ != word for child in verb.children) for word in middle):
            return []
        found: list[Mention] = []
        for child in verb.children:
            if child.lower_ == last and child.dep_ in ("prep", "dative"):
                found += self.named.led(child)
        return found

    def _about(self, verb: Word) -> list[Mention]:
        """What the clause that *verb* reports is about: its subjects and objects, and whom else it names.

        Of places only the first, since others may only say where something is.
        """
        found: list[Mention] = []
        # "Corel was sold, Stormix declared bankruptcy": what is declared stands behind.
        declared = any(child.dep_ == "dobj" and child.tag_ in NOUN_TAGS for child in verb.children)
        clauses = [
            child for child in verb.children if child.dep_ == "ccomp" and (child.i > verb.i or not declared)
        ]
        rest = list(clauses)
        while clauses:
            clause = clauses.pop(0)
            for part in clause.children:
                if part.dep_ in (*SUBJECT, "dobj"):
                    found += self.named.of(part)
                    # "talks with Israel", "elections in Zimbabwe"
                    led = [child for child in part.children if child.dep_ == "prep"]
                    found += [each for preposition in led for each in self.named.led(preposition)]
                elif part.dep_ in _CLAUSES:
                    clauses.append(part)
        while rest:
            token = rest.pop()
            rest += [child for child in token.children if child.dep_ not in _ASIDE]
            mention = self.named.held.get(token.i)
            if mention is not None and mention.type != self._kinds.place and token.tag_ != "JJ":
                found.append(mention)
        return list(dict.fromkeys(found))

    def _under(self, noun: Word) -> dict[str, list[Mention]]:
        """What hangs on *noun*, or on the verb that carries it, by the preposition that brings it in."""
        children = noun.children
        if noun.dep_ == "dobj" and noun.head.lower_ in CARRIES:
            children = children + noun.head.children
        found: dict[str, list[Mention]] = {}
        for child in children:
            if child.i > noun.i and child.dep_ == "prep":
                found.setdefault(child.lower_, []).extend(self.named.led(child))
        return found


def _asked(verb: Word) -> Iterator[Word]:
    """Whom *verb* asks to do something, where the parser takes them for the subject of what they are asked to do."""
    for child in verb.children:
        if child.dep_ == "ccomp" and any(it.dep_ == "aux" and it.lower_ == "to" for it in child.children):
            yield from (it for it in child.children if it.dep_ == "nsubj")


def _is_said(verb: Word, words: tuple[str, ...]) -> bool:
    """Whether *words* complete *verb* themselves ("shot dead", "knocked out"), so that its object is who is meant."""
    own = {child.lower_ for child in verb.children if child.dep_ in _COMPLETES}
    return own.issuperset(words)
