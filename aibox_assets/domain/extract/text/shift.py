"""From the offsets of a part to those of the whole."""

from __future__ import annotations

from collections.abc import Sequence
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


def spread_mention(mention: Mention, places: Sequence[int]) -> Mention:
    """*mention* of a text from which characters were left out; *places* has where each kept one stands."""
    return _moved(mention, places[mention.char_start], places[mention.char_end - 1] + 1)


def gather_mention(mention: Mention, places: Sequence[int]) -> Mention:
    """The other way round; both ends of *mention* are among *places*."""
    return _moved(mention, places.index(mention.char_start), places.index(mention.char_end - 1) + 1)


def _moved(mention: Mention, start: int, end: int) -> Mention:
    if (start, end) == (mention.char_start, mention.char_end):
        return mention
    return replace(mention, char_start=start, char_end=end)


def spread_relation(relation: Relation, places: Sequence[int]) -> Relation:
    """*relation* and both its mentions, likewise."""
    start, end = places[relation.char_start], places[relation.char_end - 1] + 1
    head, tail = spread_mention(relation.head, places), spread_mention(relation.tail, places)
    if (head, tail, start, end) == (relation.head, relation.tail, relation.char_start, relation.char_end):
        return relation  # nothing was left out
    return replace(relation, head=head, tail=tail, char_start=start, char_end=end)
