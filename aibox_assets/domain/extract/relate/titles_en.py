"""What is a role in an English text, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.document_en import Word
from aibox_assets.domain.extract.relate.lexicon_roles_en import ROLES

_LONGEST_ABBREVIATION: Final = 5


def is_role(token: Word) -> bool:
    """Whether *token* says what somebody is."""
    if token.tag_ in ("NNS", "NNPS"):
        return _singular(token.lower_) in ROLES
    return token.lower_ in ROLES and token.tag_ in ("NN", "NNP", "JJ", "RB")


def _singular(several: str) -> str:
    """The singular of a role."""
    if several.endswith("men"):
        return several[:-3] + "man"
    return several[:-3] + "y" if several.endswith("ies") else several.removesuffix("s")


def name_of(words: Sequence[Word]) -> str:
    """As one writes it in the middle of a sentence; abbreviations stay."""
    said = "".join(_small(word.text) + word.whitespace_ for word in words).split()
    if words[-1].tag_ in ("NNS", "NNPS") and _singular(words[-1].lower_) in ROLES:
        said[-1] = _singular(said[-1])
    return " ".join(said)


def _small(word: str) -> str:
    return word if word.isupper() and 1 < len(word) < _LONGEST_ABBREVIATION else word.lower()
