"""Where a role begins and where it ends in an English text: "marine biologist", "head of sales", "Minister for Foreign
Affairs"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_roles import KINDS, ROLES, TITLES, UNREAL
from aibox_assets.domain.extract.relate.english.titles import is_of_another, is_role
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.models import Mention

_MOST_WORDS: Final = 5
_NOUNS: Final = ("NN", "NNP")
_HYPHENED: Final = frozenset(
    {"vice", "co", "ex", "attorney", "director", "secretary", "deputy", "governor", "non"}
    | {"mezzo", "film", "country"}
)
_PAST: Final = frozenset({
    "former", "formerly", "once", "ex", "then", "outgoing", "retired", "ousted", "deposed",
})  # fmt: skip
_HONORS: Final = frozenset({"justice", "judge", "professor", "senator", "captain"})
_RANKS: Final = frozenset({"general", "admiral", "colonel", "marshal", "brigadier", "lieutenant", "major"})
_COMMANDS: Final = frozenset(
    {"chief", "commander", "minister", "president", "leader", "ruler", "head", "spokesman"}
)
_FIELD: Final = re.compile(r"(?:of|for)")
_OF_SOMETHING: Final = frozenset(
    {"head", "director", "professor", "commissioner", "minister", "secretary", "manager", "president", "vp"}
    | {"lecturer", "teacher", "dean", "chief", "superintendent", "officer"}
)
_NO_FIELD: Final = frozenset({"years", "months", "weeks", "days", "decades", "seasons", "life"})
_OF_BOARD: Final = re.compile(r" of the board\b(?! of\b)")
_WHEN: Final = frozenset(
    (
        *(
            "today",
            "yesterday",
            "tomorrow",
            "tonight",
            "year",
            "month",
            "week",
            "january",
            "february",
            "march",
        ),
        *("april", "may", "june", "july", "august", "september", "october", "november", "december"),
    )
)
TITLE: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady", "hm", "sister"})


def led_by(doc: Document, first: int, start: int, held: Mapping[int, Mention]) -> str:
    """What leads the role, or the name of whose it is: "former Yahoo CEO", "Shadow Health Minister"."""
    at = first - 1
    while at >= start and doc.words[at].lower_ != "shadow":
        if not (at in held or doc.words[at].tag_ in ("POS", "HYPH") or _is_article(doc, at)):
            break
        at -= 1
    if at < start:
        return ""
    return (
        "shadow " if doc.words[at].lower_ == "shadow" else "former " if doc.words[at].lower_ in _PAST else ""
    )


def _is_article(doc: Document, at: int) -> bool:
    word = doc.words[at].lower_
    return word == "the" or (word in ("a", "an") and at > 0 and doc.words[at - 1].lower_ == "once")


def run_to(doc: Document, at: int, start: int, held: Mapping[int, Mention]) -> tuple[int, int] | None:
    """The role whose last word is *at*, with the words that say which one."""
    if not is_role(doc.words[at]) or at in held or is_of_another(doc.words[at]):
        return None
    if at + 2 < len(doc.words) and doc.words[at + 1].text == "-" and is_role(doc.words[at + 2]):
        return run_to(doc, at + 2, start, held)  # "secretary-general"
    first = at
    while first > start and at - first < _MOST_WORDS - 1 and first - 1 not in held:
        word = doc.words[first - 1]
        if word.lower_ in UNREAL:
            return None
        joined = word.text == "-" and first - 2 >= start and (first - 2) not in held
        if joined and (doc.words[first - 2].lower_ in _HYPHENED or is_role(doc.words[first - 2])):
            first -= 2
            continue
        if word.lower_ in KINDS or (
            (word.tag_ in _NOUNS or (word.tag_ == "NNPS" and not is_role(word)))
            and word.text.isalpha()
            and word.lower_.rstrip(".") not in TITLE | _WHEN
        ):
            first -= 1
            continue
        break
    if first > start and doc.words[first - 1].lower_ in UNREAL:
        return None
    if start < first < at and doc.words[first - 1].text == "-":
        first += 1  # of a "long-time editor" nothing is left of "long-time"
    return first, at


def with_field(doc: Document, at: int, start: int, held: Mapping[int, Mention]) -> tuple[int, int] | None:
    """ "Minister for Foreign Affairs", "Secretary of State": the role stands before what it is for."""
    place = at
    while place > start and at - place < _MOST_WORDS and doc.words[place].text[:1].isupper():
        place -= 1
        while doc.words[place].lower_ in ("and", "&") and place > start + 1:
            place -= 1
        if _FIELD.fullmatch(doc.words[place].text):
            found = run_to(doc, place - 1, start, held) if place - 1 >= start else None
            return (found[0], at) if found and doc.words[found[1]].text[:1].isupper() else None
    return None


def last_of(doc: Document, at: int, held: Mapping[int, Mention]) -> int:
    """The last word of the role at *at*, with what it is for: "minister for health"."""
    following = at + 1
    if following + 1 >= len(doc.words) or not _FIELD.fullmatch(doc.words[following].text):
        return at
    if doc.words[at].lower_.startswith("chair") and _OF_BOARD.match(
        doc.text, doc.words[at].idx + len(doc.words[at].text)
    ):
        return at + 3
    last = following
    studied = doc.words[at].lower_ in ("professor", "lecturer", "teacher")
    named = doc.words[at].lower_ in _OF_SOMETHING
    kinds = ("NNP", "NNPS", "NN", "NNS", "JJ") if named else ("NNP",)
    for word in doc.words[following + 1 : following + _MOST_WORDS]:
        of_a_people = studied and word.i in held and doc.words[word.i + 1].tag_ == "NN"
        if (word.i in held and not of_a_people) or word.tag_ not in kinds or word.lower_ in _NO_FIELD:
            break
        last = word.i
    while last > following and doc.words[last].tag_ == "JJ":
        last -= 1
    if (last + 1 in held and not studied) or last == following:
        return at
    return last


def split(doc: Document, first: int, last: int) -> Iterator[tuple[int, int]]:
    """ "President General": two roles, not one."""
    if last > first and doc.words[first].lower_ in TITLES and doc.words[first + 1].lower_ in ROLES:
        yield first, first
        yield first + 1, last
    elif last > first and (
        (doc.words[last].lower_ in _HONORS and doc.words[last - 1].lower_ in ROLES)
        or (doc.words[last].lower_ in _RANKS and doc.words[last - 1].lower_ in _COMMANDS)
    ):
        yield first, last - 1
        yield last, last
    else:
        yield first, last
