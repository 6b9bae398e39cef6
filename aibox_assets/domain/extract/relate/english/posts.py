"""Whose posts English says people hold: "its chief executive, Jane Wu", "Jane Wu has been president of the association
since 2017", "Acme has named Jane Wu chief executive", "run by Jane Wu"; and whom they succeeded.

What a post makes of its holder, one who leads or one who works there, says its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_callings import CALLINGS
from aibox_assets.domain.extract.relate.english.lexicon_posts import (
    BARE,
    LEADERS,
    NO_LEADERS,
    NO_STAFF,
    OF_STATES,
    OFFICERS,
    POSTS,
    SUCCEEDS,
    Post,
)
from aibox_assets.domain.extract.relate.english.lexicon_ties import TIES
from aibox_assets.domain.extract.relate.english.marked import Mark, Marked, NameTypes, mark
from aibox_assets.domain.extract.relate.english.roles import Title, title_at
from aibox_assets.domain.extract.relate.english.said import is_denied, relation_of
from aibox_assets.domain.extract.text.document_en import Document, Span
from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.models import Mention, Relation

HAS_ROLE: Final = "HAS_ROLE"
_SURE: Final = 0.85
_MOST_WORDS: Final = 5
_IN_TITLES: Final = ("NN", "NNP", "JJ", "VBG")
# What may stand in what looks like a title before the title itself: "new", "longest-serving".
_BEFORE_TITLES: Final = (
    "JJ",
    "JJR",
    "JJS",
    "RB",
    "RBS",
    "DT",
    "HYPH",
    "VBG",
    "VBN",
    "CD",
    "NN",
    "NNP",
    "PRP$",
)
_JOINED: Final = re.compile(r",| and ")
_MEMBER: Final = "member"
_ONE_OF: Final = re.compile(r"\b(?:one of|among)\s")
_FOUNDS: Final = re.compile(r"\bfounder$")
_POSTS: Final = Prefilter((*POSTS, *CALLINGS))
_TIES: Final = Prefilter(TIES)
_SUCCEEDS: Final = Prefilter(SUCCEEDS)
Said = tuple[str, Relation]


def read_posts(doc: Document, names: Sequence[Mention], types: NameTypes, role: str | None) -> Iterator[Said]:
    """Whose posts the people among *names* hold. :param role: the type of roles."""
    if not any(each.type == types.person for each in names) and _MEMBER not in doc.text.lower():
        return
    text = mark(doc, names, types)
    told: set[tuple[str, str, str]] = set()
    for name, relation in _read(text, types, role):
        key = (relation.head.name, name, relation.tail.name)
        if key not in told and relation.head.name != relation.tail.name:
            told.add(key)
            yield name, relation


def _read(text: Marked, types: NameTypes, role: str | None) -> Iterator[Said]:
    for post in _POSTS.of(text.text, text.doc.text):
        for found in post.pattern.finditer(text.text) if _has(text, post.needs) else ():
            yield from _held(text, found, post, types, role)
    for tie in _TIES.of(text.text, text.doc.text):
        for found in tie.pattern.finditer(text.text) if _has(text, tie.needs) else ():
            if not is_denied(text, found):
                for head, tail in product(_named(text, found, "heads"), _named(text, found, "tails")):
                    yield tie.relation, relation_of(text, head, tail, found)
    for pattern in _SUCCEEDS.of(text.text, text.doc.text):
        for found in pattern.finditer(text.text):
            heads = text.among(*found.span("person"), types.person)
            tails = text.among(*found.span("before"), types.person)
            if not is_denied(text, found) and heads and tails:
                yield "SUCCEEDED", relation_of(text, heads[0], tails[0], found)


def _has(text: Marked, needs: re.Pattern[str] | None) -> bool:
    return needs is None or needs.search(text.text) is not None


def _named(text: Marked, found: re.Match[str], group: str) -> Sequence[Mark]:
    """The names in *group*; what the text is about where the pattern has no such words."""
    if found[group] is not None:
        return text.within(*found.span(group))
    body = _about(text, text.origins[found.start()])
    return [body] if body is not None else []


def _about(text: Marked, place: int) -> Mark | None:
    """The one organization that the text names before the sentence of *place*."""
    body = text.bodies.only(text.doc.sentence_at(place))
    return Mark(body, replace(body, char_start=place, char_end=place + 1)) if body is not None else None


def _held(
    text: Marked, found: re.Match[str], post: Post, types: NameTypes, role: str | None
) -> Iterator[Said]:
    """What a post says of those who hold it."""
    title = _title(text, found, post)
    if title is None or is_denied(text, found):
        return
    people = text.among(*found.span("people"), types.person)
    said = text.doc.words[title.first : title.last + 1]
    held_by = next((before for before, word in pairwise(said) if word.lower_ in ("of", "for")), said[-1])
    plural = held_by.tag_ in ("NNS", "NNPS")
    if plural and len(people) == 1 and not _ONE_OF.search(found[0]):
        return
    if not plural and _JOINED.search(found["people"]):
        before = found.start("post") < found.start("people")
        people = people[:1] if before else people[-1:]
    body = _body(text, found, post, title.name, types)
    works = works_of(title.name + found["title"].removeprefix(found["post"])) if body is not None else ()
    for person in people:
        if role is not None:
            words = Span(text.doc, title.first, title.last + 1)
            name = f"former {title.name}" if post.former and "former" not in title.name else title.name
            tail = Mention(words.start_char, words.end_char, words.text, role, name, _SURE, "rules")
            yield HAS_ROLE, relation_of(text, Mark(person.name, person.name), Mark(tail, tail), found)
        if body is None or not works:
            continue
        yield from ((work, relation_of(text, person, body, found)) for work in works)
        if post.leaves:
            yield "LEFT", relation_of(text, person, body, found)
        if post.appoints:
            yield "APPOINTED", relation_of(text, body, person, found)


def _title(text: Marked, found: re.Match[str], post: Post) -> Title | None:
    """What the post is called; None where the words for it are no title."""
    head = text.word(*found.span("post"))
    if head is None:
        return None
    words = text.doc.words
    title = title_at(text.doc, head.i, text.held)
    for word in words[head.i + 1 : head.i + _MOST_WORDS]:
        if word.i in text.held or not word.text.isalpha() or word.tag_ not in _IN_TITLES:
            break
        title = title_at(text.doc, word.i, text.held) or title
    begin = text.origins[found.start("post")]
    if title is None or (post.whole and (words[title.first].idx != begin or found["title"] != found["post"])):
        return None
    before = (word for word in words[max(0, title.first - _MOST_WORDS) : title.first] if word.idx >= begin)
    return title if all(word.tag_ in _BEFORE_TITLES for word in before) else None


def _body(text: Marked, found: re.Match[str], post: Post, title: str, types: NameTypes) -> Mark | None:
    """The organization whose the post is."""
    groups = found.groupdict()
    if groups.get("body"):
        bodies = text.among(*found.span("body"), types.organization)
        # "Its president" may be that of a country that the text names beside the organization.
        if not bodies or (bodies[0].said != bodies[0].name and OF_STATES.search(title)):
            return None
        return bodies[0]
    if not post.of_text or not BARE.fullmatch(title):
        return None
    return _about(text, text.origins[found.start("post")])


def works_of(title: str) -> Sequence[str]:
    """What somebody with this *title* does for whose it is."""
    if NO_STAFF.search(title):
        return ()
    if _FOUNDS.search(title):
        return ("FOUNDED",)
    leads = LEADERS.search(title) is not None and not NO_LEADERS.search(title)
    if leads and OFFICERS.search(title):
        return ("LEADS", "WORKS_FOR")
    return ("LEADS",) if leads else ("WORKS_FOR",)
