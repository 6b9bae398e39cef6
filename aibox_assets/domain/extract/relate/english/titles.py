"""What is a role in an English text, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_roles import COMPOUND, KINDS, OF_ANOTHER, ROLES
from aibox_assets.domain.extract.text.document_en import Word

_FORM: Final = re.compile(
    r"[a-z-]+(?:ologist|onomist|urgist|[a-z]rapher|surgeon|smith|wright|monger|maker|keeper|worker|teacher|broker|"
    r"driver|dealer|breeder|master|mistress|[a-z]{2}ician|[a-z]{2}trist|[a-z]{2}onist|[a-z]{2}llist)"
)
_OTHERS: Final = frozenset(
    (
        *(
            "remaster",
            "peacemaker",
            "troublemaker",
            "pacemaker",
            "kingmaker",
            "carmaker",
            "chipmaker",
            "drugmaker",
        ),
        *(
            "gatekeeper",
            "antagonist",
            "protagonist",
            "agonist",
            "finalist",
            "semifinalist",
            "screwdriver",
            "zionist",
        ),
        *(
            "perfectionist",
            "exhibitionist",
            "isolationist",
            "expansionist",
            "separatist",
            "medallist",
            "automaker",
        ),
        *("steelmaker", "planemaker"),
    )
)
_LONGEST_ABBREVIATION: Final = 5


def is_role(token: Word) -> bool:
    """Whether *token* says what somebody is: a word of the list, or one of its form."""
    if token.tag_ in ("NNS", "NNPS"):
        return _means_people(_singular(token.lower_))
    if token.tag_ in ("NN", "NNP") and (_means_people(token.lower_) or _is_compound(token)):
        return True
    return token.lower_ in ROLES and (token.tag_ in ("JJ", "JJR", "RB") or token.dep_ == "compound")


def _means_people(word: str) -> bool:
    return word in ROLES or (_FORM.fullmatch(word) is not None and word not in _OTHERS)


def _is_compound(token: Word) -> bool:
    """ "Cabinet maker": the noun before it says which one."""
    if token.lower_ not in COMPOUND or token.i <= token.sent.start:
        return False
    words = token.sent.doc.words
    joined = words[token.i - 1].text == "-" and token.i - 1 > token.sent.start
    before = words[token.i - 2 if joined else token.i - 1]
    return before.text.isalpha() and (before.tag_ in ("NN", "NNP") or before.lower_ in KINDS)


def is_of_another(token: Word) -> bool:
    """Whether *token* is no calling, but what somebody is to a work or to a person: "her partner", "author of Emma"."""
    said = _singular(token.lower_) if token.tag_ in ("NNS", "NNPS") else token.lower_
    if said not in OF_ANOTHER:
        return False
    words = token.sent.doc.words
    if token.i + 1 < len(words) and said.endswith(("author", "creator")):
        titled = words[token.i + 1].lower_ == "of" and not _is_described(token)
        return titled or words[token.i + 1].text == ":" or _has_owner(token)
    return said in ("shareholder", "speaker", "co-author") or _has_owner(token)


def _is_described(token: Word) -> bool:
    """Whether what somebody is the author of has no name of its own: "author of the tcpd program"."""
    of = next((child for child in token.children if child.lower_ == "of"), None)
    named = next((child for child in of.children if child.dep_ == "pobj"), None) if of is not None else None
    if named is None or named.tag_ not in ("NN", "NNS") or not named.text.islower():
        return False
    told = {child.dep_ for child in named.children}
    return any(child.lower_ == "the" for child in named.children) and "appos" not in told


def _has_owner(token: Word) -> bool:
    words = token.sent.doc.words
    first = token.i
    while first > token.sent.start and words[first - 1].tag_ in ("NN", "JJ"):
        first -= 1
    return first > token.sent.start and words[first - 1].tag_ == "PRP$" and token.i > 0


def _singular(several: str) -> str:
    """The singular of a role."""
    if several.endswith("men"):
        return several[:-3] + "man"
    return several[:-3] + "y" if several.endswith("ies") else several.removesuffix("s")


def name_of(words: Sequence[Word]) -> str:
    """As one writes it in the middle of a sentence; abbreviations stay."""
    said = "".join(_small(word.text) + word.whitespace_ for word in words).split()
    if words[-1].tag_ in ("NNS", "NNPS") and _means_people(_singular(words[-1].lower_)):
        said[-1] = _singular(said[-1])
    return " ".join(said)


def _small(word: str) -> str:
    return word if word.isupper() and 1 < len(word) < _LONGEST_ABBREVIATION else word.lower()
