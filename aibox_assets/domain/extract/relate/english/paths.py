"""The words on the way through spaCy's dependency tree from one mention to another, where they state something of the
first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aibox_assets.domain.extract.relate.english.happened import SUBJECT
from aibox_assets.domain.extract.relate.english.tree import NOUN_TAGS, is_stated, noun_head
from aibox_assets.domain.extract.text.document_en import Word

_OBJECT_EDGES = frozenset(
    {
        "dobj",
        "prep",
        "pobj",
        "agent",
        "attr",
        "oprd",
        "dative",
        "appos",
        "acomp",
        "advmod",
        "conj",
        "xcomp",
        "acl",
    }
)
# "agreed to buy" is as good as "buys"; "planned, failed, refused to buy" is not.
_XCOMP_GOVERNORS = re.compile(
    r"^(?:agree|begin|begins|began|begun|continu|start|help|go|going|decid)", re.IGNORECASE
)
# Verbs that carry a noun ("signed a partnership with"); behind others the noun's fact is not the subject's.
_LIGHT_VERBS = re.compile(
    r"^(?:announc|complet|form|sign|hold|held|ha[sd]|have|own|took|tak|make|made|buy|bought|acquir|enter|clos|"
    r"finish|finaliz|finalis|strik|struck|build|built|launch|receiv|earn|obtain|complete|open|operat|is|are|was|were|be|"
    r"becom|became|maintain|establish)",
    re.IGNORECASE,
)


def phrase_tokens(top: Word, head_path: list[Word], tail_path: list[Word]) -> list[Word] | None:
    """The tokens that relate the mention at the bottom of *head_path* to that of *tail_path*; None where nothing does.

    Both run from the mention's root up to, but without, *top*.
    """
    if not head_path and tail_path:
        return _below(tail_path)
    if not head_path or not tail_path:
        return None
    if top.tag_.startswith("VB") or (top.dep_ == "ROOT" and top.tag_ == "MD"):
        return _clause(top, head_path, tail_path)
    if top.tag_ in NOUN_TAGS:
        return _noun(top, head_path, tail_path)
    return None


def _below(path: list[Word]) -> list[Word] | None:
    """The tail hangs below the head: apposition ("Wu, founder of Acme"), relative or participle clause."""
    link = path[-1]
    if link.dep_ == "appos" and len(path) > 1:
        return path[1:] if _edges_fit(path[:-1], poss=True) else None
    if link.dep_ in ("relcl", "acl") and is_stated(link):
        rest = path[:-1]
        if not rest or not _edges_fit(rest):
            return None
        subject = next((child for child in link.children if child.dep_ in SUBJECT), None)
        if subject is not None and subject.tag_ not in ("WDT", "WP"):
            return None
        return [*rest[1:], link]
    return None


def _clause(verb: Word, head_path: list[Word], tail_path: list[Word]) -> list[Word] | None:
    """The head is the verb's subject; the tail its object, or that of a verb joined to it."""
    if head_path[-1].dep_ not in SUBJECT or any(token.dep_ not in ("appos", *SUBJECT) for token in head_path):
        return None
    if not is_stated(verb) or (verb.dep_ == "relcl" and head_path[-1].tag_ in ("WDT", "WP")):
        return None
    verbs = [token for token in tail_path if token.tag_.startswith("VB")]
    joined = verbs[-1] if verbs else None
    if joined is None:
        return (
            [*tail_path[1:], verb, *_carried(verb, tail_path)] if _edges_fit(tail_path, poss=True) else None
        )
    if joined is not tail_path[-1] or not is_stated(joined) or len(verbs) > 1:
        return None
    if any(child.dep_ in SUBJECT for child in joined.children):
        return None
    plain_conjunct = joined.dep_ == "conj"
    led = joined.dep_ == "xcomp" and _XCOMP_GOVERNORS.match(verb.text)
    participle = joined.dep_ == "advcl" and joined.tag_ in ("VBN", "VBG")
    if not (plain_conjunct or led or participle) or not _edges_fit(tail_path[:-1], poss=True):
        return None
    return tail_path[1:]


def _carried(verb: Word, tail_path: Sequence[Word]) -> list[Word]:
    """What a light verb carries where the preposition hangs on the verb: "received her PhD from"."""
    if tail_path[-1].dep_ != "prep" or not _LIGHT_VERBS.match(verb.text):
        return []
    return [child for child in verb.children if child.dep_ == "dobj" and child.i < tail_path[-1].i]


def _noun(noun: Word, head_path: list[Word], tail_path: list[Word]) -> list[Word] | None:
    """Both hang on a noun: "Acme's acquisition of Foo", "Acme's CEO, Jane Wu", "the CEO of Acme, Jane Wu"."""
    head, tail = head_path[-1], tail_path[-1]
    prepositional = tail.dep_ == "prep" and len(tail_path) == 2
    if len(head_path) == 1 and head.dep_ == "appos":
        if tail.dep_ == "poss" and len(tail_path) == 1:
            return [noun]
        return [noun, tail] if prepositional else None
    if len(head_path) == 1 and head.dep_ == "poss" and prepositional and _noun_fits(noun):
        return [noun, tail]
    by = head.text.lower() == "by" and len(head_path) == 2
    return [noun, tail] if by and prepositional and tail.text.lower() == "of" and _noun_fits(noun) else None


def _edges_fit(path: Sequence[Word], poss: bool = False) -> bool:
    """Whether the tail is reached by objects and prepositions whose nouns speak of the head."""
    for place, token in enumerate(path):
        if token.dep_ == "poss" and poss and place == 0:
            owner = token.head
            if owner.dep_ not in ("attr", "appos", "oprd") and not (
                owner.dep_ == "pobj" and owner.head.text.lower() == "as"
            ):
                return False
        elif token.dep_ not in _OBJECT_EDGES or (
            place > 0 and token.tag_ in NOUN_TAGS and not _noun_fits(token)
        ):
            return False
    return True


def _noun_fits(noun: Word) -> bool:
    noun = noun_head(noun)
    if noun.dep_ == "pobj":
        return bool(noun.head.text.lower() == "as")
    if noun.dep_ == "dobj":
        return _LIGHT_VERBS.match(noun.head.text) is not None
    return True
