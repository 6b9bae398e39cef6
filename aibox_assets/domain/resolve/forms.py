"""The form of a name: equal for names that are one thing in every document. No guesses belong here."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from aibox_assets.domain.countries import country_names
from aibox_assets.domain.extract import entity_key

PERSON: Final = "Person"
LOCATION: Final = "Location"


def listed(words: str) -> frozenset[str]:
    """The words of a list in one string."""
    return frozenset(words.split())


_MARKS: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f]+")
_WORD: Final = re.compile(r"[^\W_]+")
_TITLE: Final = listed(
    "mr mrs ms miss dr prof professor sir dame lord lady saint st president senator governor captain "
    "colonel general king queen prince princess pope rev reverend hon"
)
_CHINESE_TITLE: Final = re.compile("(?<=..)(先生|女士|小姐|太太|博士|教授)$")
_CHINESE_PLACE: Final = re.compile("(?<=..)(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name without case, accents, dots and a leading article; ``U.S.`` is one word."""
    folded = entity_key("", name).removeprefix(":")
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", folded))
    plain = re.sub(r"(?<=\b\w)\.(?=\W|\w\b|$)", "", unicodedata.normalize("NFC", plain))
    return tuple(_WORD.findall(plain.replace("'s ", " ").replace("'", "").replace("·", " ")))


@lru_cache(maxsize=100_000)
def form_of(entity_type: str, name: str) -> str:
    """``type:form``. Kinds of things never meet, so a place and a firm of one name stay two."""
    words = words_of(name)
    if entity_type == PERSON:
        kept = tuple(word for word in words if word not in _TITLE)
        # A title alone with a single name may be anybody: "President Johnson" is no form of "Johnson".
        words = kept if len(kept) > 1 else words
    plain = " ".join(words)
    if entity_type == PERSON:
        plain = _CHINESE_TITLE.sub("", plain) if len(plain) > 3 else plain
    if entity_type == LOCATION:
        short = _CHINESE_PLACE.sub("", plain)
        plain = _places().get(plain) or _places().get(short, short)
    # Of ~A and A`` nothing but the letter would stay.
    bare = len(plain) < 2 and plain.isascii()
    return f"{entity_type}:{name if bare else plain}"


def form_of_key(key: str) -> str:
    """The form of an entity by its key: all spellings that share a key share a form."""
    entity_type, _, folded = key.partition(":")
    return form_of(entity_type, folded)


def is_adjective(entity_type: str, name: str) -> bool:
    """Whether a country is named by its adjective, as by ``American``."""
    return entity_type == LOCATION and " ".join(words_of(name)) in _adjectives()


def is_country(entity_type: str, name: str) -> bool:
    """Whether *name* is one of a country, in either language."""
    return entity_type == LOCATION and " ".join(words_of(name)) in _places()


@cache
def country_keys() -> list[str]:
    """The entity keys of all names of countries."""
    return sorted(
        {entity_key(LOCATION, name) for names in country_names() for part in names for name in part}
    )


@cache
def _places() -> dict[str, str]:
    """The form of each name of a place that has several; both as ``words_of`` has them."""
    found = {"dc": "washington dc", "washington d c": "washington dc", "nyc": "new york city"}
    for english, adjectives, chinese in country_names():
        form = " ".join(words_of(english[0]))
        found |= {" ".join(words_of(name)): form for name in (*english, *adjectives, *chinese)}
    return found


@cache
def _adjectives() -> frozenset[str]:
    return frozenset(" ".join(words_of(word)) for _, adjectives, _ in country_names() for word in adjectives)
