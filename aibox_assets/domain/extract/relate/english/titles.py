"""What is a role in an English text, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.document_en import Word
from aibox_assets.domain.extract.relate.english.lexicon_roles import COMPOUND, ROLES

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
    return token.lower_ in ROLES and token.tag_ in ("JJ", "RB")


def _means_people(word: str) -> bool:
    return word in ROLES or (_FORM.fullmatch(word) is not None and word not in _OTHERS)


def _is_compound(token: Word) -> bool:
    """ "Cabinet maker": the noun before it says which one."""
    before = token.sent.doc.words[token.i - 1] if token.i > token.sent.start else None
    named = before is not None and before.tag_ in ("NN", "NNP") and before.text.isalpha()
    return named and token.lower_ in COMPOUND


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
