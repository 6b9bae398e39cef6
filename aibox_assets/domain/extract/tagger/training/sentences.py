"""Texts whose names and facts are written out, as people mark them by hand: no offsets, and the ontology's relations.

A line has ``text``, ``names`` (the kind of a thing, then all its spellings there) and ``triples``
(``"head | RELATION | tail"``). What the tagger does not learn, as roles and dates, may stand among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

Span = tuple[int, int]

SYMMETRIC: Final = frozenset(
    {"SPOUSE_OF", "FAMILY_OF", "PARTNERS_WITH", "COMPETES_WITH", "SAME_AS", "MET_WITH", "PLAYED_AGAINST"}
)
_WORD: Final = re.compile(r"[A-Za-z0-9]")


def entities_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The things of a line, with their mentions by offsets, in the order of ``names``.

    :raises ValueError: a name does not stand in the text, or stands for two things.
    """
    text, owners = row["text"], dict[str, int]()
    for i, (_, *spellings) in enumerate(row["names"]):
        for spelled in spellings:
            if not spelled or owners.setdefault(spelled, i) != i:
                raise ValueError(f"{spelled!r} is the name of two things")
    found = {spelled: list(_places(text, spelled)) for spelled in owners}
    for spelled, spans in found.items():
        if not spans:
            raise ValueError(f"{spelled!r} does not stand in the text")
    every = [span for spans in found.values() for span in spans]
    mentions: list[list[Span]] = [[] for _ in row["names"]]
    for spelled, spans in found.items():
        # A short name inside of a longer one is no mention of its own.
        mentions[owners[spelled]] += [span for span in spans if not any(_within(span, it) for it in every)]
    _join_rows(mentions, [i for i, (kind, *_) in enumerate(row["names"]) if kind == "Location"])
    return [
        {"type": kind, "mentions": [{"start": a, "end": b, "text": text[a:b]} for a, b in spans]}
        for (kind, *_), spans in zip(row["names"], mentions, strict=True)
    ]


def _join_rows(mentions: list[list[Span]], places: Sequence[int]) -> None:
    """Places that touch (江苏镇江) become one name, of the last, as Universal NER has it; rules take it apart."""
    row = sorted((span, i) for i in places for span in mentions[i])
    for (before, i), (after, j) in pairwise(row):
        if before[1] == after[0]:
            begin = next(a for a, b in mentions[i] if b == after[0])
            mentions[i] = [span for span in mentions[i] if span[1] != after[0]]
            mentions[j] = [(begin, b) if a == after[0] else (a, b) for a, b in mentions[j]]


def relations_of(row: Mapping[str, Any]) -> Iterator[tuple[int, str, int]]:
    """The facts between things of a line, as the tagger calls them; those that go both ways are told both ways.

    :raises ValueError: a fact is not of three parts, or its head is no name of the line.
    """
    owners = {spelled: i for i, (_, *spellings) in enumerate(row["names"]) for spelled in spellings}
    kinds = [kind for kind, *_ in row["names"]]
    for each in row["triples"]:
        parts = each.split(" | ")
        if len(parts) != 3 or parts[0] not in owners:
            raise ValueError(f"{each!r} is not 'head | RELATION | tail' with a head that is among the names")
        head, relation, tail = owners[parts[0]], parts[1], owners.get(parts[2])
        if tail is None:
            continue  # a role, or a date in figures
        if relation == "HEADQUARTERED_IN" or (relation == "LOCATED_IN" and kinds[head] == "Organization"):
            relation = "BASED_IN"
        yield head, relation, tail
        if relation in SYMMETRIC and head != tail:
            yield tail, relation, head


def _places(text: str, spelled: str) -> Iterator[Span]:
    """Where *spelled* stands in *text*; not within a word."""
    for match in re.finditer(re.escape(spelled), text):
        a, b = match.span()
        inside = (
            a and _WORD.match(text[a - 1]) and _WORD.match(spelled[0]),
            b < len(text) and _WORD.match(text[b]) and _WORD.match(spelled[-1]),
        )
        if not any(inside):
            yield a, b


def _within(span: Span, other: Sequence[int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and other[1] - other[0] > span[1] - span[0]
