"""From the offsets of a part to those of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aibox_assets.domain.models import Mention, Relation


def shift_mention(mention: Mention, by: int) -> Mention:
    """*mention* with its offsets moved *by* characters."""
    if not by:
        return mention
    return replace(mention, char_start=mention.char_start + by, char_end=mention.char_end + by)


def shift_relation(relation: Relation, by: int) -> Relation:
    """*relation* and both its mentions with their offsets moved *by* characters."""
    if not by:
        return relation
    return replace(
        relation,
        head=shift_mention(relation.head, by),
        tail=shift_mention(relation.tail, by),
        char_start=relation.char_start + by,
        char_end=relation.char_end + by,
    )


def spread_mention(mention: Mention, places: Sequence[int] | Mapping[int, int]) -> Mention:
    """*mention* of a text from which characters were left out; *places* has where each kept one stands."""
    start, end = places[mention.char_start], places[mention.char_end - 1] + 1
    moved = start != mention.char_start or end != mention.char_end
    return replace(mention, char_start=start, char_end=end) if moved else mention


def spread_relation(relation: Relation, places: Sequence[int]) -> Relation:
    """*relation* and both its mentions, likewise."""
    start, end = places[relation.char_start], places[relation.char_end - 1] + 1
    head, tail = spread_mention(relation.head, places), spread_mention(relation.tail, places)
    if (head, tail, start, end) == (relation.head, relation.tail, relation.char_start, relation.char_end):
        return relation  # nothing was left out
    return replace(relation, head=head, tail=tail, char_start=start, char_end=end)
