"""Which names of one document are one thing, by what the document itself shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.resolve.companies import company_score, may_be_one_company
from aibox_assets.domain.resolve.forms import LOCATION, PERSON, form_of, listed, words_of
from aibox_assets.domain.resolve.things import Link, cluster

ORGANIZATION: Final = "Organization"
_MOST_NAMES: Final = 4000
"""Of a document; beyond, only what the text pairs itself is looked at."""
_SMALL: Final = listed("of the and de la du del and for in von van der y e")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the document writes it (its commonest spelling is enough), and the key of its entity."""

    key: str
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Join:
    """Two keys that are one thing in this document.

    :ivar short: the key that stands for the other here, and may be another thing elsewhere.
    :ivar reason: one of ``form``, ``short name``, ``acronym``, ``paired``, ``company``.
    :ivar evidence: the words that say so, where there are such.
    """

    short: str
    full: str
    score: float
    reason: str
    evidence: str = ""


def resolve_document(names: Iterable[Name], texts: Sequence[str]) -> list[Join]:
    """What is one thing in a document; every join's ends are keys of *names*.

    :param texts: the document's passages.
    """
    spelled = sorted(set(names), key=lambda name: (name.key, name.text))
    ordered = list({name.key: name for name in reversed(spelled)}.values())[::-1]
    joins = list(_paired(spelled, texts))
    if len(ordered) <= _MOST_NAMES:
        by_type: dict[str, list[Name]] = defaultdict(list)
        for name in ordered:
            by_type[name.type].append(name)
        for type_, same in sorted(by_type.items()):
            latin = [_Words(name) for name in same if not has_chinese(name.text)]
            joins += _forms(same)
            joins += _acronyms(latin)
            if type_ == PERSON:
                joins += _people(latin)
            if type_ == ORGANIZATION:
                joins += _shortened(latin)
                joins += _companies([name for name in same if has_chinese(name.text)], texts)
    return _sound(joins)


class _Words:
    """A name with its words."""

    __slots__ = ("initials", "name", "words")

    def __init__(self, name: Name) -> None:
        self.name = name
        plain = re.sub(r"[\"“”'‘’(（][^\"“”()（）]*[\"“”'‘’)）]", " ", name.text)  # Conrad S. (Gus) Shinn
        self.words = tuple(form_of(name.type, plain).partition(":")[2].split()) or words_of(name.text)
        self.initials = "".join(word[0] for word in words_of(name.text) if word not in _SMALL)


def _forms(names: Sequence[Name]) -> Iterator[Join]:
    """Names of one form."""
    first: dict[str, Name] = {}
    for name in names:
        form = form_of(name.type, name.text)
        if form in first:
            yield Join(name.key, first[form].key, 0.99, "form")
        else:
            first[form] = name


def _unique(
    shorter: Sequence[_Words], fits: dict[str, list[_Words]], reason: str, score: float
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


def _people(people: Sequence[_Words]) -> Iterator[Join]:
    """``Schneider`` is ``Willi Schneider`` where no other person of that name is, ``G. Bush`` is ``George Bush``."""
    by_word: dict[str, list[_Words]] = defaultdict(list)
    for person in people:
        for word in {person.words[0], person.words[-1]} if person.words else ():
            by_word[word].append(person)
    fits: dict[str, list[_Words]] = {}
    for person in people:
        candidates = {
            id(other): other
            for word in person.words
            for other in by_word.get(word, ())
            if other.name.key != person.name.key and _person_fits(person.words, other.words)
        }
        if candidates:
            fits[person.name.key] = list(candidates.values())
    yield from _unique([person for person in people if person.name.key in fits], fits, "short name", 0.9)


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


def _shortened(names: Sequence[_Words]) -> Iterator[Join]:
    """``Interscope`` is ``Interscope Records``, ``Vikings`` ``Minnesota Vikings``."""
    first: dict[str, list[_Words]] = defaultdict(list)
    last: dict[str, list[_Words]] = defaultdict(list)
    for name in names:
        if len(name.words) > 1:
            first[name.words[0]].append(name)
            last[name.words[-1]].append(name)
    fits: dict[str, list[_Words]] = {}
    for name in names:
        size = len(name.words)
        if not size or (size == 1 and (len(name.words[0]) < 3 or name.words[0] in _SMALL | _GENERIC)):
            continue
        longer = [
            other
            for other in first.get(name.words[0], ())
            if other.words[:size] == name.words and size < len(other.words)
        ]
        candidates = [other for other in longer if set(other.words[size:]) <= _GENERIC]
        if size == 1:
            candidates += last.get(name.words[0], ())
            longer += candidates
        # A name that begins several longer ones may be any of them, also of those that are not taken.
        if candidates and len({other.words for other in longer}) == 1:
            fits[name.name.key] = candidates[:1]
    yield from _unique([name for name in names if name.name.key in fits], fits, "short name", 0.8)


_GENERIC: Final = listed(
    "records hotel foundation company corporation group press university college church party team club "
    "fc band orchestra bank airlines airways motors industries association society institute "
    "entertainment interactive inc corp co ltd limited llc plc holdings enterprises international"
)


def _acronyms(names: Sequence[_Words]) -> Iterator[Join]:
    """``NFL`` is the ``National Football League`` where both are named."""
    by_initials: dict[str, list[_Words]] = defaultdict(list)
    for name in names:
        if len(name.initials) > 1:
            by_initials[name.initials].append(name)
    for name in names:
        letters = name.name.text.replace(".", "").strip()
        if 2 <= len(letters) <= 8 and letters.isalpha() and letters.isupper():
            full = [one for one in by_initials.get(letters.casefold(), ()) if one.name.key != name.name.key]
            if len({one.words for one in full}) == 1:
                yield Join(name.name.key, full[0].name.key, 0.9, "acronym")


_OPEN: Final = (
    r"\s*[（(]\s*(?:(?:hereinafter|hereafter|abbreviated|also known as|known as|formerly|later|now|or|"
    r"以下简称为?|以下称|下称|简称为?|又称|又名|原名|即|也就是)"
    r"[\s:：,，]*)?[\"“”‘’「『]?\s*(?:the )?"
)
_CLOSE: Final = r"\s*[\"“”‘’」』]?\s*[)）;；,，]"
_SAID: Final = re.compile(
    r"[\s,，]*(?:(?:better |also |formerly |now |otherwise )?known as|a\.k\.a\.?|aka|abbreviated(?: as| to)?|"
    r"(?:以下)?简称为?|下称|又称|又名|别名|更名为|改名为|前身是|前身为|的前身是|的前身|原名)"
    r"[\s:：,，]*[\"“”‘’「『]?\s*(?:the )?"
)


def _paired(names: Sequence[Name], texts: Sequence[str]) -> Iterator[Join]:
    """``Association of Southeast Asian Nations (ASEAN)``, ``英特爾（Intel）``, ``X（下称Y）``: the text's own pairs."""
    by_text: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        by_text[name.text].append(name)
    longest = sorted(by_text, key=lambda text: (-len(text), text))
    if not longest:
        return
    name_end = re.compile("|".join(map(re.escape, longest)))
    seen: set[tuple[str, str]] = set()
    for text in texts:
        for found in name_end.finditer(text):
            opened = _OPENED.match(text, found.end())
            said = None if opened else _SAID.match(text, found.end())
            start = (opened or said).end() if opened or said else None  # type: ignore[union-attr]
            if start is None:
                continue
            inner = name_end.match(text, start)
            if inner is None or (opened and not _CLOSED.match(text, inner.end())):
                continue
            for one in by_text[found.group()]:
                for other in by_text[inner.group()]:
                    if one.type == other.type and one.key != other.key and (one.key, other.key) not in seen:
                        seen.add((one.key, other.key))
                        if not opened or _may_be_one(one, other, text[found.end() : start]):
                            evidence = text[found.start() : inner.end() + 1]
                            yield Join(other.key, one.key, 0.95, "paired", evidence)


_OPENED: Final = re.compile(_OPEN)
_CLOSED: Final = re.compile(_CLOSE)


def _may_be_one(one: Name, other: Name, between: str) -> bool:
    """Whether a name in brackets is another name, and no place or owner of the thing: ``Paris (France)``."""
    if len(between.strip(' （("“”‘’「『')) > 1:
        return True  # a word such as 下称 says so
    if has_chinese(one.text) != has_chinese(other.text):
        return True
    # A person in brackets behind another one is as likely the actor, and a place the one it lies in.
    return one.type not in (LOCATION, PERSON)


_SENTENCE: Final = re.compile(r"[^。！？!?\n]+")


def _companies(names: Sequence[Name], texts: Sequence[str]) -> Iterator[Join]:
    """Chinese companies that share sentences, by the mean score of these."""
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    named: dict[tuple[str, str], tuple[Name, Name]] = {}
    for text in texts:
        beside = [name for name in names if name.text in text]
        for sentence in _SENTENCE.findall(text) if len(beside) > 1 else ():
            there = [name for name in beside if name.text in sentence]
            for at, one in enumerate(there):
                for other in there[at + 1 :]:
                    if may_be_one_company(one.text, other.text, sentence):
                        scores[one.key, other.key].append(company_score(one.text, other.text, sentence))
                        named[one.key, other.key] = one, other
    for pair, found in scores.items():
        if (score := sum(found) / len(found)) >= 0.5:
            short, full = sorted(named[pair], key=lambda name: (len(name.text), name.key))
            yield Join(short.key, full.key, score, "company")


def _sound(joins: Iterable[Join]) -> list[Join]:
    """Each pair once, by its surest join."""
    best: dict[frozenset[str], Join] = {}
    for join in joins:
        pair = frozenset((join.short, join.full))
        if len(pair) == 2 and (pair not in best or _rank(join) < _rank(best[pair])):
            best[pair] = join
    return sorted(best.values(), key=lambda join: (join.short, join.full))


def _rank(join: Join) -> tuple[float, str, str, str]:
    return -join.score, join.reason, join.evidence, join.short


def document_things(names: Iterable[Name], joins: Iterable[Join]) -> list[frozenset[str]]:
    """The keys of a document by thing."""
    links = [Link(join.short, join.full, join.score) for join in joins]
    return cluster({name.key for name in names}, links)
