"""Words of an English text that stand for a name before them: "the company", "it", "she"; each only where one thing may
be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aibox_assets.domain.extract.relate.english.happened import SUBJECT
from aibox_assets.domain.extract.relate.english.tree import noun_head
from aibox_assets.domain.extract.relate.english.whom import followed
from aibox_assets.domain.extract.text.document_en import Document, Span, Word
from aibox_assets.domain.models import Mention

_COMPANY_NOUNS: Final = frozenset(
    {"company", "firm", "group", "manufacturer", "investor", "buyer", "supplier", "producer"}
)
# "It was developed by …" speaks of a thing as often as of its maker; these are said of organizations.
_OF_COMPANIES: Final = frozenset(
    {"based", "headquartered", "founded", "established", "formed", "owned", "acquired"}
)
_AGENTS: Final = frozenset({"invest", "buyer", "suppli", "produc", "manufa"})


@dataclass(frozen=True, slots=True)
class Place:
    """A mention and the token that heads it in the tree."""

    mention: Mention
    span: Span
    root: Word  # of its row of nouns, if it stands in one
    own: Word


@dataclass(frozen=True, slots=True)
class StandIn:
    """A word that means a name before it.

    :ivar place: the word's, with the name of what it means.
    :ivar named_from: where the sentence with the name starts.
    """

    place: Place
    named_from: int


def places_of(doc: Document, mentions: Sequence[Mention]) -> dict[int, list[Place]]:
    """Where *mentions* stand, by the first token of their sentence."""
    places: dict[int, list[Place]] = {}
    for mention in mentions:
        span = doc.char_span(mention.char_start, mention.char_end)
        if span is not None:
            places.setdefault(span.sent.start, []).append(
                Place(mention, span, noun_head(span.root), span.root)
            )
    return places


def companies_meant(doc: Document, places: Mapping[int, Sequence[Place]]) -> Iterator[StandIn]:
    """ "The company is headquartered in …": the one organization that the sentence before names."""
    before: Sequence[Place] = ()
    for sentence in doc.sents:
        group = places.get(sentence.start, ())
        subject = next(
            (token for token in sentence.words if token.dep_ in SUBJECT and token.head.dep_ == "ROOT"), None
        )
        antecedent = _antecedent(subject, before) if subject is not None else None
        if (
            subject is not None
            and antecedent is not None
            and not any(place.own.i == subject.i for place in group)
        ):
            yield _stand_in(Span(doc, subject.left_edge, subject.i + 1), subject, antecedent.mention)
        # "Acme said that it has bought Beta."
        for token in sentence.words:
            speaker = _speaker(token, group) if token.lower_ == "it" else None
            if speaker is not None:
                yield _stand_in(Span(doc, token.i, token.i + 1), token, speaker.mention)
        before = group


def people_meant(doc: Document, mentions: Sequence[Mention], person: str | None) -> Iterator[StandIn]:
    """ "She founded …", "his wife …": the person whom the text spoke of."""
    if person is None:
        return
    for place, mention in followed(doc, mentions, person).meant.items():
        yield _stand_in(Span(doc, place, place + 1), doc.words[place], mention)


def _stand_in(span: Span, head: Word, known: Mention) -> StandIn:
    word = replace(known, char_start=span.start_char, char_end=span.end_char, text=span.text)
    return StandIn(Place(word, span, head, head), span.doc.sentence_at(known.char_start).start_char)


def _antecedent(subject: Word, before: Sequence[Place]) -> Place | None:
    """Whom *subject*, "the company" or "the investor", means; None where more than one might be meant."""
    noun = subject.lower_ in _COMPANY_NOUNS and any(child.lower_ == "the" for child in subject.children)
    if not noun and not _is_it(subject):
        return None
    companies = {place.mention.name: place for place in before if place.mention.type == "Organization"}
    if len(companies) == 1:
        only = next(iter(companies.values()))
        # As the object it may share the sentence with a company that the recognizer missed.
        return only if only.own.dep_ in SUBJECT else None
    # "A invested in B. The investor …": the noun of the verb's own doer.
    stem = subject.lower_[:6]
    doers = [
        place
        for place in companies.values()
        if place.own.dep_ == "nsubj" and stem in _AGENTS and place.own.head.lower_.startswith(stem[:5])
    ]
    return doers[0] if len(doers) == 1 else None


def _speaker(token: Word, group: Sequence[Place]) -> Place | None:
    """The organization of *group* that says what "it", *token*, does."""
    verb = token.head
    if token.dep_ != "nsubj" or verb.dep_ != "ccomp":
        return None
    speaks = {child.i for child in verb.head.children if child.dep_ == "nsubj"}
    return next(
        (each for each in group if each.own.i in speaks and each.mention.type == "Organization"), None
    )


def _is_it(subject: Word) -> bool:
    """Whether *subject* is an "it" that acts, or of which is told what only befalls organizations."""
    return subject.lower_ == "it" and (subject.dep_ == "nsubj" or subject.head.lower_ in _OF_COMPANIES)
