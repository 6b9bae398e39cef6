"""Names that a document defines for itself: ``Acme Ltd. ("the Client")``, 北京星河科技有限公司（以下简称“甲方”）.

Within that document the defined name is another word for the thing, and elsewhere it is nothing. So a passage that uses
it is read once more with the thing's own name in its place, and what is found there goes back to where it stands.
A defined name that the document gives to two things stays what it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.models import Chunk, EntityMention, Extraction, Triple
from aibox_assets.domain.words import word_borders

# Parties to a contract. English ones count without "the" or "hereinafter", Chinese ones without 以下简称.
_ROLES: Final = re.compile(
    "agent|assignee|assignor|author|bank|borrower|buyer|client|company|consultant|contractor|customer|developer|"
    "distributor|employee|employer|franchisee|franchisor|guarantor|insured|insurer|issuer|investor|landlord|lender|"
    "lessee|lessor|licensee|licensor|manufacturer|owner|principal|provider|publisher|purchaser|seller|supplier|tenant|"
    "trustee|university|vendor",
    re.I,
)
_PARTIES: Final = (
    "甲方|乙方|丙方|丁方|买方|卖方|買方|賣方|出租方|承租方|委托方|受托方|委託方|受託方|出租人|承租人|发包人|承包人|发包方|承包方|"
    "供方|需方|供货方|采购方|贷款人|借款人|转让方|受让方|发行人"
)
_ALL_OF_THEM: Final = re.compile(
    "双方|雙方|各方|三方|合称|合稱|统称|統稱|collectively|together|jointly|parties", re.I
)
_WORDS: Final = r"[A-Z][\w&-]{0,30}(?: [A-Z][\w&-]{0,30}){0,3}"
_BRACKET: Final = re.compile(r"\s?[（(](?P<inside>[^（）()\n]{2,100})[）)]")
_ENGLISH: Final = re.compile(rf"(?P<the>\bthe )?[\"“'‘](?P<article>[Tt]he )?(?P<name>{_WORDS})[\"”'’]")
_HEREINAFTER: Final = re.compile(
    rf"\bherein(?:after)?\b[^\"“(]{{0,40}}?(?:the )?[\"“'‘]?(?:the )?(?P<name>{_WORDS})[\"”'’]?\s*$", re.I
)
_CHINESE_CUE: Final = re.compile(r"^\s*(?:以下|下文|下|后文|以下均)?(?:简称|簡稱|称|稱)(?:为|為|作)?[\s:：]*")
_CHINESE_NAME: Final = re.compile(r"[\"“「『](?P<name>[^\"”」』“「『，,；;]{1,12})[\"”」』]")
_LABEL: Final = re.compile(
    rf"^[ \t>#*-]*(?P<name>{_PARTIES})(?:[（(][^（）()\n]{{1,20}}[）)])?(?:名称)?[*\s]{{0,3}}[:：][*\s]{{0,3}}",
    re.M,
)
# Behind a party's name and before its bracket: "Acme Ltd., a company registered in London (the “Client”)".
_DESCRIPTION: Final = re.compile(
    r",\s+(?:a|an|with|whose|having|incorporated|registered|organi[sz]ed|residing|of)\s"
    r"(?:(?!\band its\b)[^()\n“”\"]){2,250}"
)
_SIGNED: Final = re.compile(r"\s*(?:[（(][^（）()\n]{1,20}[）)])?\s*[:：]")
_ENDS: Final = ("Organization", "Person")

_Item = TypeVar("_Item", EntityMention, Triple)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a defined name stands, where its thing's name was put for it, and that thing."""

    start: int
    end: int
    own_start: int
    own_end: int
    party: EntityMention


@dataclass(frozen=True, slots=True)
class SpelledOut:
    """A chunk with the things' own names in place of the defined ones.

    :ivar chunk: it, under the id and at the start of *source*. :ivar places: of the names, in order.
    """

    source: Chunk
    chunk: Chunk
    places: tuple[_Place, ...]

    def back(self, found: Extraction) -> Extraction:
        """What was found in the chunk as it was read, in the text as it stands."""
        mentions, meant, named = list[EntityMention](), dict[str, EntityMention](), set[str]()
        for each in found.mentions:
            put = self._put(each)
            if put is None:
                named.add(each.key)
            elif each.type == put.party.type:  # of a name that was put in, all or a part of it
                meant[each.key] = put.party
                each = replace(each, key=put.party.key, name=put.party.name)
            else:
                continue
            mentions.append(self._back(each))
        meant = {key: party for key, party in meant.items() if key not in named}
        # What a name that was put in says by itself is said where it stands.
        told = [_renamed(self._back(each), meant) for each in found.triples if self._put(each) is None]
        told.sort(key=lambda each: each.confidence)
        surest = {(each.head_key, each.relation, each.tail_key): each for each in told}
        triples = sorted(surest.values(), key=lambda each: each.char_start)
        return Extraction(
            found.chunk_id,
            tuple(dict.fromkeys(mentions)),
            tuple(each for each in triples if each.head_key != each.tail_key),
        )

    def _put(self, item: EntityMention | Triple) -> _Place | None:
        """Where the name was put that *item* is a part of, if it is."""
        start, end = (at - self.source.char_start for at in (item.char_start, item.char_end))
        return next((each for each in self.places if each.own_start <= start and end <= each.own_end), None)

    def _back(self, item: _Item) -> _Item:
        first, text = self.source.char_start, self.source.text
        start = self._place(item.char_start - first, end=False)
        end = self._place(item.char_end - first, end=True)
        moved = replace(item, char_start=first + start, char_end=first + end)
        return replace(moved, evidence=text[start:end]) if isinstance(moved, Triple) else moved

    def _place(self, at: int, *, end: bool) -> int:
        index = bisect_right([each.own_start + end for each in self.places], at) - 1
        if index < 0:
            return at
        place = self.places[index]
        if at >= place.own_end:
            return place.end + at - place.own_end
        return place.end if end else place.start


def _renamed(triple: Triple, meant: Mapping[str, EntityMention]) -> Triple:
    head, tail = meant.get(triple.head_key), meant.get(triple.tail_key)
    if head is not None:
        triple = replace(triple, head=head.name, head_key=head.key)
    return triple if tail is None else replace(triple, tail=tail.name, tail_key=tail.key)


def read_defined(
    documents: Iterable[Sequence[Chunk]],
    found: Mapping[str, Extraction],
    read: Callable[[Sequence[Chunk]], Mapping[str, Extraction]],
) -> dict[str, Extraction]:
    """What is found in chunks that use a name which their document defines, by their ids.

    :param documents: each as its chunks. :param found: what was found in these as they stand.
    :param read: finds in chunks, under their ids, what there is; it may leave some out.
    """
    spelled = [each for chunks in documents for each in spell_out(chunks, found)]
    again = read([each.chunk for each in spelled]) if spelled else {}
    return {
        each.source.chunk_id: each.back(again[each.source.chunk_id])
        for each in spelled
        if each.source.chunk_id in again
    }


def spell_out(chunks: Sequence[Chunk], found: Mapping[str, Extraction]) -> list[SpelledOut]:
    """The chunks of a document that use a name it defines; none where it defines none.

    :param found: what the extractor found in the chunks, by their ids.
    """
    defined = _defined(chunks, found)
    if not defined:
        return []
    use = re.compile("|".join(_use_of(name) for name in sorted(defined, key=lambda name: (-len(name), name))))
    spelled = (_spell_out(chunk, found[chunk.chunk_id].mentions, use, defined) for chunk in chunks)
    return [each for each in spelled if each is not None]


def _defined(chunks: Sequence[Chunk], found: Mapping[str, Extraction]) -> dict[str, EntityMention]:
    """The defined names that mean one thing in the document, each with a mention of that thing."""
    meant: dict[str, dict[str, EntityMention]] = defaultdict(dict)
    for chunk in chunks:
        if _BRACKET.search(chunk.text) or _LABEL.search(chunk.text):
            for name, party in _definitions(chunk, found[chunk.chunk_id].mentions):
                meant[name].setdefault(party.key, party)
    return {name: next(iter(things.values())) for name, things in meant.items() if len(things) == 1}


def _definitions(chunk: Chunk, mentions: Sequence[EntityMention]) -> Iterator[tuple[str, EntityMention]]:
    parties = [each for each in mentions if each.type in _ENDS]
    by_start = {each.char_start - chunk.char_start: each for each in parties}
    by_end = {each.char_end - chunk.char_start: each for each in parties}
    for label in _LABEL.finditer(chunk.text):
        if label.end() in by_start:
            yield label["name"], by_start[label.end()]
    before = 0
    for bracket in _BRACKET.finditer(chunk.text):
        names = list(_names_in(bracket["inside"]))
        party = by_end.get(bracket.start()) if names else None
        if names and party is None and not has_chinese(bracket["inside"]):
            party = _described(chunk, parties, before, bracket.start())
        if party is not None:
            yield from ((name, party) for name in names)
        before = bracket.end() if names else before


def _names_in(inside: str) -> Iterator[str]:
    """The names that the words in a bracket define."""
    if _ALL_OF_THEM.search(inside):
        return
    cue = _CHINESE_CUE.match(inside)
    if has_chinese(inside):
        quoted = [each["name"].strip() for each in _CHINESE_NAME.finditer(inside)]
        named = quoted or [inside[cue.end() if cue else 0 :].strip()]
        yield from (each for each in named if (cue and 1 < len(each) <= 12) or re.fullmatch(_PARTIES, each))
        return
    hereinafter, english = _HEREINAFTER.search(inside), list(_ENGLISH.finditer(inside))
    if hereinafter and not english:
        yield hereinafter["name"]
    for each in english:
        said = each["the"] or each["article"] == "the " or "herein" in inside.casefold()
        if said or _ROLES.fullmatch(each["name"]):
            yield each["name"]


def _described(chunk: Chunk, parties: Sequence[EntityMention], start: int, end: int) -> EntityMention | None:
    """The party whose description runs up to the bracket at *end*."""
    for each in parties:
        first, last = each.char_start - chunk.char_start, each.char_end - chunk.char_start
        if start <= first and last < end and _DESCRIPTION.fullmatch(chunk.text, last, end):
            return each
    return None


def _use_of(name: str) -> str:
    if has_chinese(name):
        return re.escape(name)
    return rf"(?:\b[Tt]he )?\b{re.escape(name)}\b(?! ?[\"”'’](?!s\b))(?![ -][A-Z])"


def _spell_out(
    chunk: Chunk,
    mentions: Sequence[EntityMention],
    use: re.Pattern[str],
    defined: Mapping[str, EntityMention],
) -> SpelledOut | None:
    text, parts, places, last, shift = chunk.text, list[str](), list[_Place](), 0, 0
    taken = [(each.char_start - chunk.char_start, each.char_end - chunk.char_start) for each in mentions]
    taken += [found.span("inside") for found in _BRACKET.finditer(text) if any(_names_in(found["inside"]))]
    borders: frozenset[int] | None = None
    for found in use.finditer(text):
        start, end = found.span()
        longer = any(first < end and start < stop and stop - first > end - start for first, stop in taken)
        if longer or _SIGNED.match(text, end):
            continue
        if has_chinese(found.group()):
            borders = word_borders(text) if borders is None else borders
            if not {start, end} <= borders:
                continue
        party = defined[re.sub("^[Tt]he ", "", found.group())]
        own_end = start + shift + len(party.name)
        places.append(_Place(start, end, start + shift, own_end, party))
        parts += (text[last:start], party.name)
        shift, last = own_end - end, end
    if not places:
        return None
    spelled = "".join((*parts, text[last:]))
    read = replace(chunk, text=spelled, char_end=chunk.char_start + len(spelled))
    return SpelledOut(chunk, read, tuple(places))
