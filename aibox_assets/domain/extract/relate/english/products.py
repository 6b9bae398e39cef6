"""Who made what, in English, by what stands between the name of the maker and that of what is made: "Acme sells gloves
under the name Vinter", "the cider Old Mill, made by Acme", "Unbound is a product of Acme".

For what the tree of :mod:`made` misses: parsers do not know these names. A thing's name is what is written like one
and is nobody's and no place's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.recognize.english import label_of
from aibox_assets.domain.extract.relate.english import lexicon_made as lexicon
from aibox_assets.domain.extract.relate.english.lexicon_products import BEGUN, MADE, NAME
from aibox_assets.domain.extract.relate.english.masks import DATE, ORGANIZATION, PERSON, PLACE, Masked, mask
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES, COUNTRIES
from aibox_assets.domain.extract.relate.english.things import MadeTypes
from aibox_assets.domain.extract.relate.english.topic import with_stand_ins
from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.extract.text.unstated import is_unstated
from aibox_assets.domain.models import Mention, Relation

_NAME: Final = re.compile(NAME)
_MADE: Final = Prefilter(MADE)
_BEGUN: Final = Prefilter(BEGUN)
PRODUCES: Final = "PRODUCES"
_WRITTEN: Final = re.compile(r"wr(?:o|i)te|written|author|publish")
_TITLE_WORD: Final = re.compile(
    r"\s(?:(?:of|the|an?|and|for|to|in|on|at|under|with|from|by|[Dd]e|la)\s){1,2}[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)*|:\s[A-Z]\w*"
)
_SENTENCE_ENDS: Final = re.compile(r"[.!?](?:\s|$)|\n")
# What is said of organizations, too, in another sense: "a brand of Acme", "designer of Acme".
_OF_FIRMS: Final = re.compile(r"brand|\w+ers?$|\w+ors?$|authors?$|from|behind|$")
_GOES_BEFORE: Final = re.compile(r"[A-Z][\w’'-]*\s(?:of|for|in|on|at|and|to|with|the)(?:\sthe)?\s$")
_OF: Final = re.compile(r"\bof\s(?:the\s)?$")
_ABOUT: Final = re.compile(r"\b(?:how|what|why|when|where|about|describing|explaining)\s")
_A: Final = re.compile(r"\ban?\s$")
_KIND: Final = re.compile(
    r"\s(?!(?:that|which|who|for|in|and|or|to|with|at|on|by|from|as|of|under|called|named|is|was|has)\b)(?![a-z]+\s+by\b)[a-z]{3,}"
)
_DESCRIBED: Final = re.compile(
    r"\ban?\s(?:[\w-]+\s){0,3}(?!(?:version|edition|release|fork|port|copy)\b)[a-z]+\s(?:to|for|on|with|in)\s(?:the\s)?$"
)
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th|s)")
_WORK: Final = re.compile(
    r"\b(?:albums?|novels?|songs?|films?|books?|poems?|plays?|singles?|EP|memoir|opera|story|paintings?|documentary)\b"
)
_PROGRAM: Final = re.compile(r"\b(?:Compiler|Editor|Server|Library|Toolkit|Framework|Engine|Database)$")
_COMPUTING: Final = re.compile(
    r"\b(?:maintain\w*|versions?|forks?|administrators?|computers?|Internet|start-up|MIT|bugs?)\b"
)
_LEADS: Final = re.compile(
    r"(?:[A-Z][a-z]+ing|With|After|Before|When|While|Since|As|At|In|On|For|From|By|Both|Like|Unlike)\s"
)
_KEEPS: Final = re.compile(r"maintain|looked")
_MUSIC: Final = re.compile(r"\b(?:band|albums?|songs?|singer|rapper|musician|songwriter|EP|orchestra)\b")
_FIRM_IS_SURE: Final = 0.75  # an organization that is less sure may be a thing
_UNSURE: Final = 0.5  # a person of one word that is less sure may be a thing
_SURE: Final = 0.85
_NEAR: Final = 12
_FAR: Final = 30


def read_products(
    text: str, names: Sequence[Mention], dates: Sequence[Mention], types: MadeTypes
) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so: PRODUCES, or AUTHORED where a person wrote what is no software."""
    marks = {types.person: PERSON, types.organization: ORGANIZATION}
    marks |= {type_: mark for type_, mark in ((types.place, PLACE), (types.date, DATE)) if type_ is not None}
    known = [each for each in names if not _is_doubtful(each, types)]
    masked = mask(text, [*with_stand_ins(text, known, types.organization), *dates], marks)
    told: set[tuple[str, str]] = set()
    for patterns, firms in ((_MADE, True), (_BEGUN, False)):
        for pattern in patterns.of(masked.text, text):
            for found in pattern.finditer(masked.text):
                for name, relation in _told(text, masked, found, types, firms=firms):
                    pair = (relation.head.name, relation.tail.name)
                    if pair not in told and pair[0] != pair[1]:
                        told.add(pair)
                        yield name, relation


def _told(
    text: str, masked: Masked, found: re.Match[str], types: MadeTypes, *, firms: bool
) -> Iterator[tuple[str, Relation]]:
    if is_unstated(text, max(0, found.start() - _NEAR), found.end()) or _asks(text, found.end()):
        return
    makers = [
        each
        for each in masked.inside(*found.span("makers"))
        if each.type in (types.person, types.organization)
    ]
    for start, end in _spans(masked.text, *found.span("things")):
        held = masked.at.get(start)
        doubted = held is not None and firms and held.confidence < _FIRM_IS_SURE
        if held is not None and (not doubted or _OF_FIRMS.match(found["verb"])):
            continue
        if held is None and not _is_name(text[start:end]):
            continue
        if start == found.start("things") and _GOES_BEFORE.search(text, max(0, start - _FAR), start):
            continue  # it is the end of a longer name
        if found["verb"] == "by" and _OF.search(text, max(0, start - _NEAR), start):
            continue  # "The size of Debian, by Jane Wu"
        if found.start("things") < found.start("makers") and _DESCRIBED.search(
            text, max(0, start - _FAR), start
        ):
            continue  # "an interface to Samba written by Jane Wu"
        if _ABOUT.search(text, min(start, found.end("verb")), start):
            continue  # "wrote the section describing how Samba works"
        kind = _KIND.match(text, end) if _A.search(text, max(0, start - _NEAR), start) else None
        if lexicon.OF_IT.match(text, end) or kind is not None:
            continue  # "a Linux system"
        said = held.name if held is not None else " ".join(text[start:end].split())
        for maker in makers:
            name = _done(text, found, said, of_person=maker.type == types.person)
            if name is None or (name != PRODUCES and types.work is None):
                continue
            type_ = types.product if name == PRODUCES or types.work is None else types.work
            stop = end if name == PRODUCES or held is not None else _title(masked.text, end)
            called = said if stop == end else " ".join(text[start:stop].split())
            thing = Mention(start, stop, text[start:stop], type_, called, _SURE)
            around = _sentence(text, min(start, maker.char_start), max(stop, maker.char_end))
            yield name, Relation(maker, thing, found["verb"] or "'s", *around, _SURE)


def _done(text: str, found: re.Match[str], said: str, *, of_person: bool) -> str | None:
    """What the maker did; a person who looks after a thing did not make it."""
    verb = found["verb"]
    if (of_person and _KEEPS.match(verb)) or (verb == "by" and _WORK.search(found.group())):
        return None
    if verb == "directed":
        return "DIRECTED" if of_person else None
    of_music = verb == "released" and _MUSIC.search(text) and found.start("makers") < found.start("things")
    if verb in ("sang", "recorded") or of_music:
        return "PERFORMED"
    wrote = of_person and _WRITTEN.match(verb) and not _is_software(text, said)
    return "AUTHORED" if wrote else PRODUCES


def _title(text: str, end: int) -> int:
    """The end of the title that goes on at *end*: "The God of Small Things"."""
    while (more := _TITLE_WORD.match(text, end)) is not None:
        end = more.end()
    return end


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each name of a row stands, without what marks it as an owner."""
    for each in _NAME.finditer(text, start, end):
        led = _LEADS.match(each.group())
        said = re.sub(r"['’]s?$", "", each.group())
        yield each.start() + (led.end() if led is not None else 0), each.start() + len(said)


def _is_name(said: str) -> bool:
    first = said.split()[0].lower()
    if (
        first in lexicon.NO_NAMES
        or said in ("The", "A")
        or said in ADJECTIVES
        or said in COUNTRIES
        or len(said) < 2
        or _ORDINAL.fullmatch(said)
    ):
        return False
    return label_of(said, "PRODUCT", "", "") != "ORG"


def _is_software(text: str, said: str) -> bool:
    if _PROGRAM.search(said):
        return True
    if len(said.split()) > 2:
        return False
    return lexicon.OF_SOFTWARE.fullmatch(said) is not None or any(
        each.search(text.replace(said, "")) for each in (lexicon.SOFTWARE, _COMPUTING)
    )


def _is_doubtful(name: Mention, types: MadeTypes) -> bool:
    return name.type == types.person and " " not in name.text and name.confidence < _UNSURE


def _asks(text: str, end: int) -> bool:
    stop = _SENTENCE_ENDS.search(text, end)
    return stop is not None and stop.group().startswith("?")


def _sentence(text: str, first: int, last: int) -> tuple[int, int]:
    begin = max(text.rfind(mark, 0, first) for mark in (". ", "! ", "? ", "\n"))
    stop = _SENTENCE_ENDS.search(text, last)
    return (0 if begin < 0 else begin + 2 if text[begin] != "\n" else begin + 1), (
        stop.start() + 1 if stop else len(text)
    )
