"""Which names of one document are one thing, by what the document itself shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.resolve.companies import LEAST, company_score, may_be_one_company
from aibox_assets.domain.resolve.forms import LOCATION, PERSON, form_of, is_country, listed, words_of
from aibox_assets.domain.resolve.no_names import are_two_paths, is_beside, is_no_name
from aibox_assets.domain.resolve.records import Join, Name
from aibox_assets.domain.resolve.short_names import SMALL, Words, short_organizations, short_people
from aibox_assets.domain.resolve.things import Link, cluster

ORGANIZATION: Final = "Organization"
_MOST_NAMES: Final = 4000
"""Of a document; beyond, only what the text pairs itself is looked at."""


def resolve_document(names: Iterable[Name], texts: Sequence[str]) -> list[Join]:
    """What is one thing in a document; every join's ends are keys of *names*.

    :param texts: the document's passages.
    """
    spelled = sorted({name for name in names if not is_no_name(name)}, key=lambda name: (name.key, name.text))
    ordered = list({name.key: name for name in reversed(spelled)}.values())[::-1]
    joins = list(_paired(spelled, texts))
    if len(ordered) <= _MOST_NAMES:
        by_type: dict[str, list[Name]] = defaultdict(list)
        for name in ordered:
            by_type[name.type].append(name)
        for type_, same in sorted(by_type.items()):
            latin = [Words(name) for name in same if not has_chinese(name.text)]
            joins += _forms(same)
            joins += _acronyms(latin, texts)
            if type_ == PERSON:
                joins += short_people(latin, texts)
            if type_ == ORGANIZATION:
                joins += short_organizations(latin, texts)
                joins += _companies([name for name in same if has_chinese(name.text)], texts)
    return _sound(joins)


def _forms(names: Sequence[Name]) -> Iterator[Join]:
    """Names of one form."""
    first: dict[str, Name] = {}
    for name in names:
        form = form_of(name.type, name.text)
        if form in first and not are_two_paths(name, first[form]):
            yield Join(name.key, first[form].key, 0.99, "form")
        else:
            first.setdefault(form, name)


_AGENCIES: Final = listed("AFP AP DPA EFE PTI UPI")
"""Agencies of news, which are named beside bodies of these initials."""


def _acronyms(names: Sequence[Words], texts: Sequence[str]) -> Iterator[Join]:
    """``NFL`` is the ``National Football League`` where both are named; ``New York, NY`` is in it."""
    by_initials: dict[str, list[Words]] = defaultdict(list)
    for name in names:
        if len(name.initials) > 1:
            by_initials[name.initials].append(name)
    least = 3 if names and names[0].name.type == PERSON else 2  # "C.F. Abdy Williams" is no Carl Fischer
    for name in names:
        letters = name.name.text.replace(".", "").strip()
        if (
            least <= len(letters) <= 8
            and letters.isalpha()
            and letters.isupper()
            and letters not in _AGENCIES
        ):
            full = [one for one in by_initials.get(letters.casefold(), ()) if one.name.key != name.name.key]
            if len({one.words for one in full}) == 1 and not _is_inside(full[0], name, texts):
                yield Join(name.name.key, full[0].name.key, 0.9, "acronym")


def _is_inside(place: Words, letters: Words, texts: Sequence[str]) -> bool:
    said = f"{place.name.text}, {letters.name.text}"
    return place.name.type == LOCATION and any(said in text for text in texts)


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
            if start is None or (said and _is_of_another(text, found.start(), said.end())):
                continue
            inner = name_end.match(text, start)
            if inner is None or (opened and not _CLOSED.match(text, inner.end())):
                continue
            for one in by_text[found.group()]:
                for other in by_text[inner.group()]:
                    if one.type == other.type and one.key != other.key and (one.key, other.key) not in seen:
                        seen.add((one.key, other.key))
                        listed_there = not other.text.isupper() and text.startswith((",", ";"), inner.end())
                        if not opened or (
                            _may_be_one(one, other, text[found.end() : start], listed_there)
                            and not is_beside(one, other, text)
                        ):
                            evidence = text[found.start() : inner.end() + 1]
                            yield Join(other.key, one.key, 0.95, "paired", evidence)


def _is_of_another(text: str, start: int, end: int) -> bool:
    """Whether a name at *start* is not what is called otherwise: "the Beatle known as the Silent One" is one of them,
    and 斯坦顿县（Stanton County，Kansas，简称ST） is no Kansas."""
    return (
        _ONE_OF.search(text, max(0, start - 5), end) is not None
        or _IN_BRACKETS.search(text, max(0, start - _LONGEST_BRACKET), start) is not None
    )


_IN_BRACKETS: Final = re.compile(r"[（(][^（(）)。\n]*[,，]\s*$")
_LONGEST_BRACKET: Final = 80  # characters
_ONE_OF: Final = re.compile(r"\b(?:the|an?) [A-Z]\w+ known as", re.IGNORECASE)
_OR: Final = re.compile(r"\bor\b")
_OPENED: Final = re.compile(_OPEN)
_CLOSED: Final = re.compile(_CLOSE)


def _may_be_one(one: Name, other: Name, between: str, listed_there: bool) -> bool:
    """Whether a name in brackets is another name, and no place, owner or member of the thing: ``Paris (France)``.

    :param listed_there: it is no acronym, and more follows it: ``NBA (Los Angeles Lakers, Los Angeles Clippers)``.
    """
    if not any(letter.isalpha() for letter in other.text):
        return False  # （１）A（２）B
    if _OR.search(between) and (one.type == PERSON or (one.text.isupper() and other.text.isupper())):
        return False  # "the GID (or EGID)"
    if len(between.strip(' （("“”‘’「『')) > 1:
        return True  # a word such as 下称 says so
    if has_chinese(one.text) != has_chinese(other.text):
        # All names of countries are known: 大印度（Greater India） is no name of India.
        return not (is_country(one.type, one.text) or is_country(other.type, other.text))
    if listed_there or _of_the_last(one.text, other.text):
        return False
    # A person in brackets behind another one is as likely the actor, and a place the one it lies in.
    return one.type not in (LOCATION, PERSON)


def _of_the_last(name: str, letters: str) -> bool:
    """Whether *letters* abbreviate only the last of two: ``Federal Police and Security Organisation (SO)``."""
    _, joined, last = name.rpartition(" and ")
    initials = ["".join(word[0] for word in words_of(part) if word not in SMALL) for part in (last, name)]
    return bool(joined) and letters.casefold() == initials[0] != initials[1]


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
                    if may_be_one_company(one.text, other.text):
                        scores[one.key, other.key].append(company_score(one.text, other.text, sentence))
                        named[one.key, other.key] = one, other
    for pair, found in scores.items():
        if (score := sum(found) / len(found)) >= LEAST:
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
