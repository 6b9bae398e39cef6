"""What spaCy's tree of an English sentence says of a word, for all who read it."""

from __future__ import annotations

import re

from aibox_assets.domain.extract.document_en import Word

NOUN_TAGS = ("NN", "NNS", "NNP", "NNPS")
UNSURE_AUX = frozenset({"may", "might", "could", "would", "should", "can", "must"})
_CONDITION = frozenset({"if", "whether", "unless"})
_DENIAL = re.compile(r"^(?:den(?:y|ied|ies)|doubt|speculat|rumou?r|reject|dismiss)", re.IGNORECASE)


def is_stated(verb: Word) -> bool:
    """Whether the clause of *verb* says that something is so: not denied, supposed or conditional."""
    for child in verb.children:
        word = child.lower_
        if child.dep_ == "neg" or word in ("never", "reportedly", "allegedly"):
            return False
        if child.dep_ == "aux" and word in UNSURE_AUX:
            return False
        if child.dep_ in ("mark", "advmod") and word in _CONDITION:
            return False
    governor = verb.head
    return not (verb.dep_ == "ccomp" and (_DENIAL.match(governor.text) or not is_stated(governor)))


def noun_head(token: Word) -> Word:
    """The first of a row of nouns ("A, B and C"): what holds for it holds for all."""
    while token.dep_ == "conj" and token.head.tag_ in NOUN_TAGS and token.tag_ in NOUN_TAGS:
        token = token.head
    return token
