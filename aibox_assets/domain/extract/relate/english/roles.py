"""What people are, in English: "Foreign Minister Alexander Downer", "Jane Wu, the chief executive of Acme,".

The role is a thing of its own, so that one may ask who is foreign minister.
Which word is meant for whom is read off what stands beside the name, and off spaCy's tree where more than a comma
stands between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_roles import ROLES, UNREAL
from aibox_assets.domain.extract.relate.english.ranks import SHORT, rank_before
from aibox_assets.domain.extract.relate.english.role_limits import (
    TITLE,
    last_of,
    led_by,
    run_to,
    split,
    with_field,
)
from aibox_assets.domain.extract.relate.english.titles import is_role, name_of
from aibox_assets.domain.extract.relate.english.tree import is_stated, noun_head
from aibox_assets.domain.extract.text.document_en import Document, Span, Word
from aibox_assets.domain.models import Mention, Relation

LABEL: Final = "ROLE"
"""What an ontology's type of roles names among its recognizer's labels."""
_SOURCE: Final = "rules"
_BESIDE, _BEHIND, _IS = 0.9, 0.9, 0.9
_MOST_WORDS: Final = 5
_NOUNS: Final = ("NN", "NNP")
_AGE: Final = re.compile(r"\d{1,3}|aged")
_COPULAS: Final = frozenset(
    {"is", "are", "was", "were", "'s", "became", "becomes", "become", "remains", "be"}
)
_NAMED: Final = frozenset(
    {"named", "appointed", "elected", "reappointed", "re-elected", "crowned", "ordained"}
)
_RANK: Final = re.compile(rf"(?:{SHORT})\.?|(?<![^\W\d_])\.")


@dataclass(frozen=True, slots=True)
class Title:
    """:ivar first: the first of its words. :ivar last: the last one. :ivar name: what it is called."""

    first: int
    last: int
    name: str


def read_roles(doc: Document, names: Sequence[Mention], person: str, role: str) -> Iterator[Relation]:
    """Of the people among *names* what they are: relations whose tails are of the type *role*.

    :param person: the type of people.
    """
    held = {}
    for each in names:
        span = doc.char_span(each.char_start, each.char_end)
        if span is not None and not _is_title(each, names, person):
            held.update(dict.fromkeys(range(span.start, span.end), each))
    told: set[tuple[str, str]] = set()
    for each in names:
        if each.type != person or _is_title(each, names, person):
            continue
        span = doc.char_span(each.char_start, each.char_end)
        if span is None:
            continue
        rank = rank_before(doc.text, each.char_start)
        if rank is not None:
            told.add((each.name, rank.name))
            tail = Mention(
                rank.start, rank.end, doc.text[rank.start : rank.end], role, rank.name, _BESIDE, _SOURCE
            )
            yield _related(each, tail, span, _BESIDE)
        for first, last, sure in _spans(doc, span, held):
            name = name_of(doc.words[first : last + 1])
            name = led_by(doc, first, span.sent.start, held) + name
            if (each.name, name) not in told:
                told.add((each.name, name))
                yield _relation(doc, each, span, first, last, name, role, sure)


def _is_title(name: Mention, names: Sequence[Mention], person: str) -> bool:
    """Whether *name* is what stands before another: "Poet" of "Poet Jane Wu"."""
    return (
        name.type == person
        and name.text.lower() in ROLES
        and any(each.char_start == name.char_end + 1 and each.type == person for each in names)
    )


def title_at(doc: Document, at: int, held: Mapping[int, Mention]) -> Title | None:
    """The role whose noun is the word *at*; None where that is none, or of two roles."""
    found = run_to(doc, at, doc.words[at].sent.start, held)
    if found is None or len(list(split(doc, *found))) > 1:
        return None
    last = last_of(doc, found[1], held)
    led = led_by(doc, found[0], doc.words[at].sent.start, held)
    return Title(found[0], last, led + name_of(doc.words[found[0] : last + 1]))


def _spans(doc: Document, span: Span, held: Mapping[int, Mention]) -> Iterator[tuple[int, int, float]]:
    """First and last tokens of the roles of *span*, and how surely they are told."""
    sentence, lead = span.sent, noun_head(span.root)
    # "Astronauts Carl Walz and Dan Bursch": both.
    joined = doc.words[span.start - 1].lower_ in ("and", ",") if span.start > sentence.start else False
    row = joined and lead.i in held and not span.start <= lead.i < span.end
    at = lead.i if row else span.start
    while at > sentence.start and held.get(at - 1) is held[lead.i if row else span.start]:
        at -= 1
    at -= 1
    while at >= sentence.start and (doc.words[at].lower_.rstrip(".") in TITLE or _is_rank(doc, at)):
        at -= 1
    comma = at > sentence.start and doc.words[at].text == ","
    place = at - 1 if comma else at
    several = place >= sentence.start and doc.words[place].tag_ in ("NNS", "NNPS")
    if (
        place >= sentence.start
        and (several or not row)
        and not (comma and not _apposed(span, doc.words[place]))
    ):
        found = run_to(doc, place, sentence.start, held) or with_field(doc, place, sentence.start, held)
        if found:
            yield from ((*each, _BESIDE) for each in split(doc, *found))
    described = span.root.head
    if span.root.dep_ == "appos" and described.i < place and described.tag_ in _NOUNS:
        # "The deputy envoy to Afghanistan, Ahmed Fawzi,"
        found = run_to(doc, described.i, sentence.start, held)
        if found and doc.words[span.start - 1].text == ",":
            yield found[0], last_of(doc, found[1], held), _BEHIND
    noun = _behind(doc, span, sentence) or _said(span)
    if noun is not None and noun.i not in held:
        found = run_to(doc, noun.i, sentence.start, held)
        if found:
            yield found[0], last_of(doc, found[1], held), _BEHIND


def _is_rank(doc: Document, at: int) -> bool:
    """Whether the word *at* is a rank, and what somebody is stands before it: "the leader, Colonel Wu"."""
    word = doc.words[at]
    if _RANK.fullmatch(word.text):
        return True
    told = at > 1 and doc.words[at - 1].text == "," and is_role(doc.words[at - 2])
    return told and word.text[0].isupper() and is_role(word)


def _apposed(span: Span, noun: Word) -> bool:
    """Whether *noun* and the name behind it, with a comma between, mean one: "the chief executive, Jane Wu,"."""
    root = noun_head(span.root)
    after = span.doc.words[span.end].text if span.end < len(span.doc.words) else "."
    if root.dep_ == "appos" and root.head.i == noun.i:
        return True
    determined = any(child.lower_ == "the" or child.dep_ == "poss" for child in noun.children)
    return determined and after in (",", ".") and root.dep_ != "conj"


def _behind(doc: Document, span: Span, sentence: Span) -> Word | None:
    """The noun of "Jane Wu, 31, the chief executive", "Jane Wu (chair)"."""
    at = span.end
    if at + 1 < sentence.end and doc.words[at].text == "(":
        end = next(
            (i for i in range(at + 1, min(at + _MOST_WORDS + 2, sentence.end)) if doc.words[i].text == ")"),
            at,
        )
        return doc.words[end - 1] if end - 1 > at and is_role(doc.words[end - 1]) else None
    if at + 1 >= sentence.end or doc.words[at].text != ",":
        return None
    at += 1
    if _AGE.fullmatch(doc.words[at].text) and at + 2 < sentence.end and doc.words[at + 1].text == ",":
        at += 2
    for child in (*span.root.children, *(c for token in span.words for c in token.children)):
        if (
            child.dep_ == "appos"
            and child.tag_ != "NNS"
            and at <= child.i <= at + _MOST_WORDS + 2
            and is_role(child)
        ):
            return child
    return None


def _said(span: Span) -> Word | None:
    """The noun of "Jane Wu is a physicist", "Jane Wu was appointed director", "Jane Wu left and became a baker"."""
    root = span.root
    verb = root.head
    if root.dep_ not in ("nsubj", "nsubjpass") or not verb.tag_.startswith(("VB", "MD")):
        return None
    joined = [
        child
        for child in verb.children
        if child.dep_ == "conj"
        and child.lower_ in _COPULAS
        and not any(it.dep_ == "nsubj" for it in child.children)
    ]
    return next((noun for each in (verb, *joined) if (noun := _called(root, each)) is not None), None)


def _called(root: Word, verb: Word) -> Word | None:
    """The noun by which *verb* calls its subject *root*."""
    if not is_stated(verb):
        return None
    if verb.lower_ in _COPULAS:
        wanted = frozenset({"attr"})
    elif verb.lower_ in _NAMED and root.dep_ == "nsubjpass":
        wanted = frozenset({"oprd", "attr"})
    else:
        return None
    for child in verb.children:
        if child.dep_ in wanted and is_role(child) and child.i > verb.i:
            return child if not any(c.lower_ in UNREAL or c.dep_ == "neg" for c in child.children) else None
    return None


def _relation(
    doc: Document, each: Mention, span: Span, first: int, last: int, name: str, role: str, sure: float
) -> Relation:
    words = Span(doc, first, last + 1)
    tail = Mention(words.start_char, words.end_char, words.text, role, name, sure, _SOURCE)
    return _related(each, tail, span, sure)


def _related(each: Mention, tail: Mention, span: Span, sure: float) -> Relation:
    text, start = span.sent.text, span.sent.start_char
    start += len(text) - len(text.lstrip())
    return Relation(each, tail, "is", start, start + len(text.strip()), sure, _SOURCE)
