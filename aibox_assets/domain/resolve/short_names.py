"""Short names of people and organizations: whose they are in one document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.text.manual_words import may_be_manual
from aibox_assets.domain.resolve.forms import form_of, listed, words_of
from aibox_assets.domain.resolve.records import Join, Name

SMALL: Final = listed("of the and de la du del and for in von van der y e")


class Words:
    """A name with its words."""

    __slots__ = ("initials", "name", "words")

    def __init__(self, name: Name) -> None:
        self.name = name
        plain = re.sub(r"[\"“”'‘’(（][^\"“”()（）]*[\"“”'‘’)）]", " ", name.text)  # Conrad S. (Gus) Shinn
        self.words = tuple(form_of(name.type, plain).partition(":")[2].split()) or words_of(name.text)
        self.initials = "".join(word[0] for word in words_of(name.text) if word not in SMALL)


def _unique(
    shorter: Sequence[Words], fits: dict[str, list[Words]], reason: str, score: float
) -> Iterator[Join]:
    """Join each shorter name to what it fits, where that is one thing: what it fits may itself be joined so."""
    root: dict[str, str] = {}

    def thing(key: str) -> str:
        while key in root:
            key = root[key]
        return key

    for short in sorted(
        shorter, key=lambda short: (-len(short.words), -len(short.name.text), short.name.key)
    ):
        full = fits[short.name.key]
        if len({thing(one.name.key) for one in full} - {short.name.key}) == 1:
            longest = max(full, key=lambda one: (len(one.words), len(one.name.text), one.name.key))
            root[short.name.key] = longest.name.key
            yield Join(short.name.key, longest.name.key, score, reason)


def short_people(people: Sequence[Words], texts: Sequence[str]) -> Iterator[Join]:
    """``Schneider`` is ``Willi Schneider`` where no other person of that name is, ``G. Bush`` is ``George Bush``."""
    by_word: dict[str, list[Words]] = defaultdict(list)
    for person in people:
        for word in {person.words[0], person.words[-1]} if person.words else ():
            by_word[word].append(person)
    fits: dict[str, list[Words]] = {}
    for person in people:
        candidates = {
            id(other): other
            for word in person.words
            for other in by_word.get(word, ())
            if other.name.key != person.name.key and _person_fits(person.words, other.words)
        }
        if candidates:
            fits[person.name.key] = list(candidates.values())
    by_key = {person.name.key: person for person in people}
    for join in _unique([person for person in people if person.name.key in fits], fits, "short name", 0.9):
        short = by_key[join.short]
        if not _is_of_kin(short, by_key[join.full], texts) and not _is_listed(short, texts):
            yield join


def _person_fits(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether *short* is *full* with words left out or cut to initials."""
    if len(short) > len(full) or short == full:
        return False
    if len(short) == 1:
        return len(short[0]) > 1 and len(full) > 1 and short[0] in (full[0], full[-1])
    if short == full[: len(short)]:
        return len(short[-1]) > 1
    if len(short[-1]) == 1 or short[-1] != full[-1]:
        return False
    rest = iter(full)
    cut = all(any(word == other or (len(word) == 1 and other[0] == word) for other in rest) for word in short)
    return cut and short[0][0] == full[0][0]


_KIN: Final = (
    r"['’]s? (?:[a-z-]+ ){0,2}(?:mother|father|parents|family|wife|husband|widow|widower|partner|son|daughter|children|"
    r"brother|sister|uncle|aunt|nephew|niece|cousin|grand[a-z]+)\b"
)


def _is_of_kin(short: Words, full: Words, texts: Sequence[str]) -> bool:
    """Whether a surname may be that of a relative: "Kylie Morrow's mother Elizabeth", then "Ms Morrow"."""
    if short.words != full.words[-1:]:
        return False
    kin = re.compile(rf"\b{re.escape(full.name.text)}{_KIN}")
    titled = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss)\.? {re.escape(full.name.text.split()[-1])}\b")
    return any(kin.search(text) for text in texts) and any(titled.search(text) for text in texts)


def _is_listed(short: Words, texts: Sequence[str]) -> bool:
    """Whether a name of one word stands in several longer ones of a list of people, and never by itself: "Marc Thomas",
    "Thomas Lee"."""
    if len(short.words) != 1:
        return False
    own = re.compile(rf"\b{re.escape(short.name.text)}\b")
    lines = {line.strip() for text in texts for line in text.split("\n") if own.search(line)}
    return len(lines) > 1 and all(_LISTED.fullmatch(line) for line in lines)


_WORD: Final = r"[A-Z\u00c0-\u00de]\S*"
_LISTED: Final = re.compile(rf"{_WORD}(?: (?:[a-z]{{2,3}} )?{_WORD}){{1,3}}")
"""A name in a line of its own."""


def short_organizations(names: Sequence[Words], texts: Sequence[str]) -> Iterator[Join]:
    """``Interscope`` is ``Interscope Records``, ``Vikings`` ``Minnesota Vikings``."""
    first: dict[str, list[Words]] = defaultdict(list)
    last: dict[str, list[Words]] = defaultdict(list)
    for name in names:
        if len(name.words) > 1 and "/" not in name.name.text:  # Enron / Azurix are two
            first[name.words[0]].append(name)
            last[name.words[-1]].append(name)
    fits: dict[str, list[Words]] = {}
    for name in names:
        size = len(name.words)
        if not size or (size == 1 and (len(name.words[0]) < 3 or name.words[0] in SMALL | _GENERIC)):
            continue
        longer = [
            other
            for other in first.get(name.words[0], ())
            if other.words[:size] == name.words and size < len(other.words)
        ]
        candidates = [
            other
            for other in longer
            if set(other.words[size:]) <= _GENERIC and not _is_of_a_program(other, size, texts)
        ]
        if size == 1 and _may_end(name, texts):
            candidates += (
                one
                for one in last.get(name.words[0], ())
                if one.words[0] not in _OTHER and not _is_in_a_manual(one, texts)  # "Schoolbook URW"
            )
            longer += candidates
        # A name that begins several longer ones may be any of them, also of those that are not taken.
        if candidates and len({other.words for other in longer}) == 1:
            fits[name.name.key] = candidates[:1]
    yield from _unique([name for name in names if name.name.key in fits], fits, "short name", 0.8)


def _is_of_a_program(full: Words, size: int, texts: Sequence[str]) -> bool:
    """Whether a manual names those who make a program, or a part of it, by the program: "KiCad Team"."""
    return bool(set(full.words[size:]) & _OF_PROGRAMS) and _is_in_a_manual(full, texts)


def _is_in_a_manual(name: Words, texts: Sequence[str]) -> bool:
    return any(name.name.text in text and may_be_manual(text) for text in texts)


_OF_PROGRAMS: Final = listed("team records group club band international interactive entertainment")


def _may_end(name: Words, texts: Sequence[str]) -> bool:
    """Whether a name of one word may be the end of another: "the Union" may, "Union officials" may be of any."""
    if name.words[0] not in _BODIES:
        return True
    led = re.compile(rf"\b[Tt]he {re.escape(name.name.text.removeprefix('the ').removeprefix('The '))}\b")
    return any(led.search(text) for text in texts)


_OTHER: Final = listed("shadow former ex new opposition anti pro")
"""Before a name they make another thing of it."""
_BODIES: Final = listed(
    "union government parliament party council commission committee army court bank club school university college "
    "hospital church police ministry department agency authority association league"
)
_GENERIC: Final = listed(
    "records hotel company corporation group university college church party team club "
    "fc band orchestra bank airlines airways motors industries association society institute "
    "entertainment interactive inc corp co ltd limited llc plc holdings enterprises international"
)
