"""What spaCy's tree of an English sentence says of a word, for all who read it."""

from __future__ import annotations

import re

from aibox_assets.domain.extract.text.document_en import Word

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


def antecedent(verb: Word) -> Word:
    """What the relative clause or participle of *verb* is about: of "OTP is a mechanism for Samba which uses OpenSSL"
    OTP, of "an interface to Samba written by" the interface, though the parser hangs it on the noun next to it."""
    nearest = verb.head
    preposition = nearest.head
    if nearest.dep_ != "pobj" or preposition.i == 0:
        return nearest
    words = verb.sent.doc.words
    first = next((child for child in verb.children if child.tag_ in ("WDT", "WP")), verb)
    described = words[preposition.i - 1]  # the parser may hang the preposition on the verb
    indefinite = any(child.lower_ in ("a", "an") for child in described.children)
    if not (indefinite or described.tag_ == "NNS") or words[first.i - 1].text == ",":
        return nearest
    called = described.head.children if described.dep_ == "attr" else []
    return next((child for child in called if child.dep_ == "nsubj"), described)
