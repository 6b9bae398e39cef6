"""Whether an English sentence tells of something that happened: not planned, hoped, asked, denied or alleged."""

from __future__ import annotations

from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_deeds import DOUBTS, PERHAPS, SHOWN, UNREAL
from aibox_assets.domain.extract.relate.english.tree import is_stated
from aibox_assets.domain.extract.text.document_en import Word

SUBJECT: Final = ("nsubj", "nsubjpass")
_FINITE: Final = ("VBD", "VBZ", "VBP", "VBN", "VBG")
_LED: Final = ("ccomp", "xcomp", "relcl", "acl")
_DO: Final = frozenset({"did", "does", "do"})
_NOT_YET: Final = frozenset({"will", "shall", "'ll", "wo", "to", "going"})
_HAVE: Final = frozenset({"has", "have", "had", "'s", "'ve", "having"})
_MOST_STEPS: Final = 6


def is_passive(verb: Word) -> bool:
    """Whether it is done to its subject, or to the noun that it describes."""
    for _ in range(_MOST_STEPS):
        if verb.tag_ != "VBN":
            return False
        words = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
        if any(child.dep_ == "auxpass" for child in words):
            return True
        if any(child.lower_ in _HAVE for child in words):
            return False
        if verb.dep_ != "conj":
            return verb.dep_ in ("acl", "advcl")
        verb = verb.head
    return False


def happened(verb: Word) -> bool:
    """Whether the clause of *verb*, and those that lead it, tell of something that is so or was."""
    for _ in range(_MOST_STEPS):
        helps = {child.lower_ for child in verb.children if child.dep_ in ("aux", "auxpass")}
        if verb.tag_ not in _FINITE and not _DO & helps:
            return False
        if _NOT_YET & helps or not is_stated(verb):
            return False
        if any(child.lower_ in PERHAPS for child in verb.children):
            return False
        leader, link = verb.head, verb.dep_
        if link in _LED and DOUBTS.match(leader.text):
            return False
        own = any(child.dep_ in SUBJECT for child in verb.children)
        if link == "pcomp":
            if leader.lower_ not in SHOWN:
                return False
            leader = leader.head
        elif link not in ("conj", "xcomp", "advcl", "ccomp") or (link == "conj" and own and helps):
            return True
        if not leader.tag_.startswith("VB"):
            return True
        if leader.tag_ == "VB":
            return own and is_stated(leader)
        verb = leader
    return True


def is_real(noun: Word) -> bool:
    """Whether what *noun* names is: "after the attack", not "plans for an attack"."""
    if any(child.lower_ in UNREAL for child in noun.children):
        return False
    for _ in range(_MOST_STEPS):
        head = noun.head
        if noun.dep_ != "conj":
            break
        noun = head
    if noun.dep_ in ("ROOT", "appos"):
        return True
    if noun.dep_ in ("nsubj", "nsubjpass"):
        return not head.tag_.startswith("VB") or happened(head)
    if noun.dep_ == "dobj":
        return happened(head)
    if noun.dep_ != "pobj":
        return False
    if head.lower_ in SHOWN:
        return True
    leader = head.head
    return (
        head.lower_ in ("for", "of", "at", "from", "to")
        and not DOUBTS.match(leader.text)
        and (not leader.tag_.startswith("VB") or happened(leader))
    )
