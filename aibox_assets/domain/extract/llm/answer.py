"""What of a language model's answer holds: names and quotes that stand in the text, types that the ontology has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from aibox_assets.domain.extract.text.unstated import is_unstated
from aibox_assets.domain.extract.trace import Trace
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

SOURCE: Final = "language model"
MOST: Final = 200
"""Names, and relations, of one answer; more is no answer to a text of a few sentences."""
# It gives no probabilities. Both ends stand in the quote; one of them stands elsewhere in the text.
_NAMED, _QUOTED, _NEAR = 0.9, 0.85, 0.6
_LETTER: Final = re.compile(r"[^\W\d_\u3400-\u9fff]|\d")


class UnreadableAnswerError(ValueError):
    """It is not the JSON that was asked for."""


def read_answer(answer: str, text: str, ontology: Ontology, typer: RelationTyper) -> Trace:
    """The stages of *text* as *answer* has them.

    A name is kept where the text has it, a relation where its quote stands in the text, names one of the ends at least,
    asserts it, and the ontology allows it; everything else is left out without a word.

    :raises UnreadableAnswerError: it is not of the form that was asked for.
    """
    fenced = re.search(r"\{.*\}", answer, re.DOTALL)
    try:
        fields = json.loads(fenced.group() if fenced else answer)
        entities = [(str(each["name"]), str(each["type"])) for each in fields["entities"][:MOST]]
        relations = [_texts(each) for each in fields["relations"][:MOST]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableAnswerError(type(error).__name__) from error
    types = {each.name for each in ontology.entity_types}
    mentions = _mentions(text, [(name, kind) for name, kind in entities if kind in types])
    known = {relation.name for relation in ontology.relation_types}
    said: list[Relation] = []
    typed: list[TypedRelation] = []
    for head, name, tail, quote in relations:
        relation = _relation(text, mentions, head, tail, quote)
        if relation is None:
            continue
        said.append(relation)
        if name in known and not is_unstated(text, relation.char_start, relation.char_end):
            checked = typer.check(name, relation)
            if checked is not None:
                typed.append(checked)
    return Trace(tuple(mentions), tuple(said), tuple(typed))


def find_words(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where *words* stand in *text*, whatever white space is between them; whole words, where they are Latin."""
    parts = words.split()
    if not parts:
        return
    pattern = r"\s+".join(map(re.escape, parts))
    before = r"(?<!\w)" if _LETTER.match(parts[0][0]) else ""
    behind = r"(?!\w)" if _LETTER.match(parts[-1][-1]) else ""
    # Chinese beside a Latin name is no part of it, though it counts as a word.
    pattern = f"{before}{pattern}{behind}".replace(r"\w", r"[^\W\u3400-\u9fff]")
    for match in re.finditer(pattern, text):
        yield match.span()


def _mentions(text: str, entities: list[tuple[str, str]]) -> list[Mention]:
    """Every place of every name; where names overlap the longer one stands."""
    found: list[Mention] = []
    for name, kind in sorted(dict.fromkeys(entities), key=lambda each: -len(each[0])):
        plain = " ".join(name.split())
        for start, end in find_words(text, name):
            if all(end <= each.char_start or each.char_end <= start for each in found):
                found.append(Mention(start, end, text[start:end], kind, plain, _NAMED, SOURCE))
    return sorted(found, key=lambda each: each.char_start)


def _relation(text: str, mentions: list[Mention], head: str, tail: str, quote: str) -> Relation | None:
    """The relation at the first place of its quote that has one of the ends."""
    for start, end in find_words(text, quote):
        middle = (start + end) // 2
        ends = []
        for name in (head, tail):
            plain = " ".join(name.split())
            named = [each for each in mentions if each.name == plain]
            inside = [each for each in named if start <= each.char_start and each.char_end <= end]
            nearest = min(named, key=lambda each: abs(each.char_start - middle), default=None)
            ends.append((inside[0], True) if inside else (nearest, False))
        (one, quoted), (other, too) = ends
        if one is not None and other is not None and (quoted or too):
            sure = _QUOTED if quoted and too else _NEAR
            words = " ".join(text[start:end].split())
            return Relation(one, other, words, start, end, sure, SOURCE)
    return None


def _texts(fields: Any) -> tuple[str, str, str, str]:
    head, name, tail, quote = (fields[key] for key in ("head", "relation", "tail", "quote"))
    return str(head), str(name), str(tail), str(quote)
