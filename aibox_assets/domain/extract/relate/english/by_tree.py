"""English RE: the words that tie two mentions of one sentence, read off spaCy's dependency tree.

The head is the mention that acts, or that bears the role; for a passive it is the grammatical subject, and
the phrase keeps its "by". Negated, modal and conditional clauses state nothing and give no relation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from aibox_assets.domain.extract.relate.english.anaphors import (
    Place,
    StandIn,
    companies_meant,
    people_meant,
    places_of,
)
from aibox_assets.domain.extract.relate.english.paths import phrase_tokens
from aibox_assets.domain.extract.relate.english.tree import (
    NOUN_TAGS,
    UNSURE_AUX,
    antecedent,
    is_stated,
    noun_head,
)
from aibox_assets.domain.extract.text.document_en import Document, Span, Word
from aibox_assets.domain.models import Mention, Relation

# Between "Acme" and "Jane Wu": nothing but a role ("'s chief executive", "CEO").
_ROLE_TAGS = frozenset({"NN", "NNP", "JJ", "POS", "CC", "VBG", "HYPH", "NNS", "IN"})
_LONGEST_ROLE = 7  # tokens
_MOST_MENTIONS = 16  # per sentence; more are lists and tables
# How surely a reading states the relation: by the tree, less for each step more; a role beside its bearer; by
# neighbourhood alone; with a noun that stands for a name. The order was checked by hand, the distances are set.
_TREE, _PER_STEP, _SURFACE, _ADJACENT, _ANAPHOR = 0.95, 0.05, 0.85, 0.75, 0.7
_LONGEST_GAP = 5  # tokens
_FINITE = re.compile(r"is|was|are|were|has|[a-z]+(?:s|ed)")
_NO_GAP = frozenset(
    {"not", "n't", "never", "and", "or", "that", "who", "which", "said", "says", "if", "but", "than"}
)


def relate(doc: Document, mentions: Sequence[Mention], person: str | None = None) -> list[Relation]:
    """The relations between *mentions* that share a sentence of *doc*, in the text's own words.

    :param person: the type of people; with it "he" and "she" stand for them.
    """
    places = places_of(doc, mentions)
    found: list[Relation] = []
    for group in places.values():
        if 2 <= len(group) <= _MOST_MENTIONS:
            sentence = group[0].span.sent
            inside = {token.i for place in group for token in place.span.words}
            for a, b in combinations(group, 2):
                found.extend(_pair(a, b, sentence, inside))
            found.extend(_based(group, sentence))
    for stand_in in (*companies_meant(doc, places), *people_meant(doc, mentions, person)):
        found.extend(_anaphor(stand_in, places))
    return found


def _anaphor(stand_in: StandIn, places: Mapping[int, Sequence[Place]]) -> Iterator[Relation]:
    """What the sentence says of whom "the company", "she" means."""
    sentence = stand_in.place.span.sent
    group = [
        each for each in places.get(sentence.start, ()) if each.mention.name != stand_in.place.mention.name
    ]
    if len(group) >= _MOST_MENTIONS:
        return
    inside = {token.i for place in (stand_in.place, *group) for token in place.span.words}
    for other in group:
        first, second = sorted((stand_in.place, other), key=lambda it: it.span.start)
        for relation in _pair(first, second, sentence, inside):
            # The evidence shows the name as well.
            start = min(stand_in.named_from, relation.char_start)
            yield replace(relation, char_start=start, confidence=min(relation.confidence, _ANAPHOR))


def _pair(a: Place, b: Place, sentence: Span, inside: set[int]) -> Iterator[Relation]:
    role = _role_between(a, b, sentence, inside)
    if role is not None:
        yield role
        return
    relative = _relative(a, b) or _relative(b, a)
    if relative is not None:
        head, tail, verb = relative
        yield _relation(head, tail, _text([verb], inside), sentence, _TREE)
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
        if not head_path and head.own.i != head.root.i:
            continue  # "A, who leads X, and B": what hangs on A says nothing of B
        if any(each.dep_ == "relcl" and each.head.i == top.i != antecedent(each).i for each in tail_path):
            continue
        words = phrase_tokens(top, head_path, tail_path)
        if words is not None and not _shared(words):
            phrase = _text(words, inside)
            if phrase:
                yield _relation(head, tail, phrase, sentence, _strength(words))
            return
    if a.span.start == sentence.start:
        yield from _adjacent(a, b, sentence)


def _shared(words: Sequence[Word]) -> bool:
    """ "Founder and author of X": two nouns share a preposition, and which of them means X is open."""
    nouns = [token for token in words if token.tag_ in NOUN_TAGS]
    prepositions = [token for token in words if token.dep_ == "prep"]
    return any(
        noun.i < token.i < preposition.i and token.dep_ == "cc"
        for noun in nouns
        for preposition in prepositions
        if preposition.head.i == noun.i
        for token in noun.children
    )


def _strength(words: Sequence[Word]) -> float:
    """The shorter the way through the tree, the surer."""
    return _TREE - _PER_STEP * max(0, len(words) - 2)


def _relative(a: Place, b: Place) -> tuple[Place, Place, Word] | None:
    """ "B, the company that A acquired": the subject of the clause, what it speaks of, and its verb."""
    verb = a.own.head
    if a.own.dep_ != "nsubj" or verb.dep_ != "relcl" or not is_stated(verb):
        return None
    if not any(child.dep_ == "dobj" and child.tag_ in ("WDT", "WP") for child in verb.children):
        return None
    noun = verb.head
    described = noun.head if noun.dep_ == "appos" else noun
    return (a, b, verb) if b.own.i in (noun.i, described.i) else None


def _adjacent(a: Place, b: Place, sentence: Span) -> Iterator[Relation]:
    """ "A competes with B" at the start of a sentence, where the parser took the verb for a noun."""
    between = sentence.doc.words[a.span.end : b.span.start]
    if not 1 <= len(between) <= _LONGEST_GAP or not _FINITE.fullmatch(between[0].text):
        return
    if any(token.is_punct or token.lower_ in UNSURE_AUX or token.lower_ in _NO_GAP for token in between):
        return
    following = sentence.doc.words[b.span.end : b.span.end + 1]
    if between[-1].tag_ in ("IN", "DT") and following and following[0].tag_ in ("NN", "NNS"):
        return  # "head of the Brixton mosque"
    yield _relation(a, b, " ".join(token.text for token in between), sentence, _ADJACENT)


def _chain(token: Word) -> list[Word]:
    return [token, *token.ancestors]


def _text(tokens: Iterable[Word], inside: set[int]) -> str:
    """The tokens with their particles, auxiliaries and modifiers, in the order of the text."""
    whole = {token.i: token for token in tokens}
    for token in list(whole.values()):
        for child in token.children:
            if child.dep_ in ("prt", "auxpass", "compound", "amod") and child.i not in inside:
                whole[child.i] = child
    return " ".join(whole[i].text for i in sorted(whole) if i not in inside)


def _role_between(a: Place, b: Place, sentence: Span, inside: set[int]) -> Relation | None:
    """ "Acme CEO Jane Wu", "Acme's chief executive, Jane Wu": the role stands between, and *b* bears it."""
    between = sentence.doc.words[a.span.end : b.span.start]
    if any(token.i in inside for token in between):
        return None  # the role is that of another name
    if between and between[-1].text == ",":
        between = between[:-1] if any(token.tag_ == "POS" for token in between) else []
    if not 1 <= len(between) <= _LONGEST_ROLE or any(token.tag_ not in _ROLE_TAGS for token in between):
        return None
    if between[-1].tag_ not in ("NN", "NNP", "NNS") or between[0].tag_ in ("CC", "IN"):
        return None
    phrase = (
        "".join(token.text + token.whitespace_ for token in between)
        .replace("'s", "")
        .replace("’s", "")
        .strip(" '’")
    )
    return _relation(b, a, phrase, sentence, _SURFACE) if phrase else None


def _based(group: Sequence[Place], sentence: Span) -> Iterator[Relation]:
    """ "Taipei-based Acme", "Acme, a Taipei-based maker of chips"."""
    doc = sentence.doc
    for place in group:
        end = place.span.end
        if end + 1 >= len(doc.words) or doc.words[end].text != "-" or doc.words[end + 1].lower_ != "based":
            continue
        noun = noun_head(doc.words[end + 1].head)
        owner = noun.head if noun.dep_ == "appos" else noun
        if noun.dep_ == "attr":
            owner = next((child for child in noun.head.children if child.dep_ == "nsubj"), noun)
        for other in group:
            if other is not place and (owner.i in range(other.span.start, other.span.end)):
                yield _relation(other, place, "based", sentence, _TREE)


def _relation(head: Place, tail: Place, phrase: str, sentence: Span, confidence: float) -> Relation:
    text = sentence.text
    start = sentence.start_char + len(text) - len(text.lstrip())
    return Relation(head.mention, tail.mention, phrase, start, start + len(text.strip()), confidence)
