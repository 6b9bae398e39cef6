"""English RE: the words that tie two mentions of one sentence, read off spaCy's dependency tree.

The head is the mention that acts, or that bears the role; for a passive it is the grammatical subject, and
the phrase keeps its "by". Negated, modal and conditional clauses state nothing and give no relation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from aibox_assets.domain.models import Mention, Relation

_SUBJECT = frozenset({"nsubj", "nsubjpass"})
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
_NOUN_TAGS = ("NN", "NNS", "NNP", "NNPS")
_UNSURE_AUX = frozenset({"may", "might", "could", "would", "should", "can", "must"})
_CONDITION = frozenset({"if", "whether", "unless"})
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
_DENIAL = re.compile(r"^(?:den(?:y|ied|ies)|doubt|speculat|rumou?r|reject|dismiss)", re.IGNORECASE)
# Between "Acme" and "Jane Wu": nothing but a role ("'s chief executive", "CEO").
_ROLE_TAGS = frozenset({"NN", "NNP", "JJ", "POS", "CC", "VBG", "HYPH", "NNS", "IN"})
_LONGEST_ROLE = 7  # tokens
_MOST_MENTIONS = 16  # per sentence; more are lists and tables
_TREE, _SURFACE = 0.85, 0.75  # confidence of a reading by tree, and by neighbourhood alone


@dataclass(frozen=True, slots=True)
class _Place:
    """A mention and the token that heads it in the tree."""

    mention: Mention
    span: Any
    root: Any


def relate(doc: Any, mentions: Sequence[Mention]) -> list[Relation]:
    """The relations between *mentions* that share a sentence of *doc*, in the text's own words."""
    places: dict[int, list[_Place]] = {}
    for mention in mentions:
        span = doc.char_span(mention.char_start, mention.char_end, alignment_mode="expand")
        if span is not None and len(span):
            places.setdefault(span.sent.start, []).append(_Place(mention, span, _noun_head(span.root)))
    found: list[Relation] = []
    for group in places.values():
        if 2 <= len(group) <= _MOST_MENTIONS:
            sentence = group[0].span.sent
            inside = {token.i for place in group for token in place.span}
            for a, b in combinations(group, 2):
                found.extend(_pair(a, b, sentence, inside))
            found.extend(_based(group, sentence))
    return found


def _pair(a: _Place, b: _Place, sentence: Any, inside: set[int]) -> Iterator[Relation]:
    role = _role_between(a, b, sentence)
    if role is not None:
        yield role
        return
    if a.root.i == b.root.i:
        return
    up_a, up_b = _chain(a.root), _chain(b.root)
    above = {token.i for token in up_a}
    top = next((token for token in up_b if token.i in above), None)
    if top is None:
        return
    down_a = up_a[: [token.i for token in up_a].index(top.i)]
    down_b = up_b[: [token.i for token in up_b].index(top.i)]
    for head, tail, head_path, tail_path in ((a, b, down_a, down_b), (b, a, down_b, down_a)):
        words = _phrase_tokens(top, head, head_path, tail_path)
        if words is not None:
            phrase = _text(words, inside)
            if phrase:
                yield _relation(head, tail, phrase, sentence, _TREE)
            return


def _phrase_tokens(top: Any, head: _Place, head_path: list[Any], tail_path: list[Any]) -> list[Any] | None:
    """The tokens that relate *head* to the mention at the bottom of *tail_path*; None where nothing does.

    *head_path* and *tail_path* run from each mention's root up to, but without, *top*.
    """
    if not head_path and tail_path:
        return _below(top, tail_path)
    if not head_path or not tail_path:
        return None
    if top.tag_.startswith("VB") or (top.dep_ == "ROOT" and top.tag_ == "MD"):
        return _clause(top, head_path, tail_path)
    if top.tag_ in _NOUN_TAGS:
        return _noun(top, head_path, tail_path)
    return None


def _below(top: Any, path: list[Any]) -> list[Any] | None:
    """The tail hangs below the head: apposition ("Wu, founder of Acme"), relative or participle clause."""
    link = path[-1]
    if link.dep_ == "appos" and len(path) > 1:
        return path[1:] if _edges_fit(path[:-1], poss=True) else None
    if link.dep_ in ("relcl", "acl") and _stated(link):
        rest = path[:-1]
        if not rest or not _edges_fit(rest):
            return None
        subject = next((child for child in link.children if child.dep_ in _SUBJECT), None)
        if subject is not None and subject.tag_ not in ("WDT", "WP"):
            return None
        return [*rest[1:], link]
    return None


def _clause(verb: Any, head_path: list[Any], tail_path: list[Any]) -> list[Any] | None:
    """The head is the verb's subject; the tail its object, or that of a verb joined to it."""
    if head_path[-1].dep_ not in _SUBJECT or any(
        token.dep_ not in ("appos", *_SUBJECT) for token in head_path
    ):
        return None
    if not _stated(verb) or (verb.dep_ == "relcl" and head_path[-1].tag_ in ("WDT", "WP")):
        return None
    verbs = [token for token in tail_path if token.tag_.startswith("VB")]
    joined = verbs[-1] if verbs else None
    if joined is None:
        return [*tail_path[1:], verb] if _edges_fit(tail_path, poss=True) else None
    if joined is not tail_path[-1] or not _stated(joined) or len(verbs) > 1:
        return None
    if any(child.dep_ in _SUBJECT for child in joined.children):
        return None
    plain_conjunct = joined.dep_ == "conj"
    led = joined.dep_ == "xcomp" and _XCOMP_GOVERNORS.match(verb.text)
    participle = joined.dep_ == "advcl" and joined.tag_ in ("VBN", "VBG")
    if not (plain_conjunct or led or participle) or not _edges_fit(tail_path[:-1], poss=True):
        return None
    return tail_path[1:]


def _noun(noun: Any, head_path: list[Any], tail_path: list[Any]) -> list[Any] | None:
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


def _edges_fit(path: Sequence[Any], poss: bool = False) -> bool:
    """Whether the tail is reached by objects and prepositions whose nouns speak of the head."""
    for place, token in enumerate(path):
        if token.dep_ == "poss" and poss and place == 0:
            owner = token.head
            if owner.dep_ not in ("attr", "appos", "oprd") and not (
                owner.dep_ == "pobj" and owner.head.text.lower() == "as"
            ):
                return False
        elif token.dep_ not in _OBJECT_EDGES or (
            place > 0 and token.tag_ in _NOUN_TAGS and not _noun_fits(token)
        ):
            return False
    return True


def _noun_fits(noun: Any) -> bool:
    noun = _noun_head(noun)
    if noun.dep_ == "pobj":
        return bool(noun.head.text.lower() == "as")
    if noun.dep_ == "dobj":
        return _LIGHT_VERBS.match(noun.head.text) is not None
    return True


def _stated(verb: Any) -> bool:
    for child in verb.children:
        word = child.lower_
        if child.dep_ == "neg" or word in ("never", "reportedly", "allegedly"):
            return False
        if child.dep_ == "aux" and word in _UNSURE_AUX:
            return False
        if child.dep_ in ("mark", "advmod") and word in _CONDITION:
            return False
    governor = verb.head
    return not (verb.dep_ == "ccomp" and (_DENIAL.match(governor.text) or not _stated(governor)))


def _noun_head(token: Any) -> Any:
    """The first of a row of nouns ("A, B and C"): what holds for it holds for all."""
    while token.dep_ == "conj" and token.head.tag_ in _NOUN_TAGS and token.tag_ in _NOUN_TAGS:
        token = token.head
    return token


def _chain(token: Any) -> list[Any]:
    return [token, *token.ancestors]


def _text(tokens: Iterable[Any], inside: set[int]) -> str:
    """The tokens with their particles, auxiliaries and modifiers, in the order of the text."""
    whole = {token.i: token for token in tokens}
    for token in list(whole.values()):
        for child in token.children:
            if child.dep_ in ("prt", "auxpass", "compound", "amod") and child.i not in inside:
                whole[child.i] = child
    return " ".join(whole[i].text for i in sorted(whole) if i not in inside)


def _role_between(a: _Place, b: _Place, sentence: Any) -> Relation | None:
    """ "Acme CEO Jane Wu", "Acme's chief executive, Jane Wu": the role stands between, and *b* bears it."""
    between = [*sentence.doc[a.span.end : b.span.start]]
    if between and between[-1].text == ",":
        between = between[:-1] if any(token.tag_ == "POS" for token in between) else []
    if not 1 <= len(between) <= _LONGEST_ROLE or any(token.tag_ not in _ROLE_TAGS for token in between):
        return None
    if between[-1].tag_ not in ("NN", "NNP", "NNS") or between[0].tag_ in ("CC", "IN"):
        return None
    phrase = "".join(token.text_with_ws for token in between).replace("'s", "").replace("’s", "").strip(" '’")
    return _relation(b, a, phrase, sentence, _SURFACE) if phrase else None


def _based(group: Sequence[_Place], sentence: Any) -> Iterator[Relation]:
    """ "Taipei-based Acme", "Acme, a Taipei-based maker of chips"."""
    doc = sentence.doc
    for place in group:
        end = place.span.end
        if end + 1 >= len(doc) or doc[end].text != "-" or doc[end + 1].lower_ != "based":
            continue
        noun = _noun_head(doc[end + 1].head)
        owner = noun.head if noun.dep_ == "appos" else noun
        if noun.dep_ == "attr":
            owner = next((child for child in noun.head.children if child.dep_ == "nsubj"), noun)
        for other in group:
            if other is not place and (owner.i in range(other.span.start, other.span.end)):
                yield _relation(other, place, "based", sentence, _TREE)


def _relation(head: _Place, tail: _Place, phrase: str, sentence: Any, confidence: float) -> Relation:
    text = sentence.text
    start = sentence.start_char + len(text) - len(text.lstrip())
    return Relation(head.mention, tail.mention, phrase, start, start + len(text.strip()), confidence)
