"""From the offsets of a part to those of the whole."""

from __future__ import annotations

from dataclasses import replace

from aibox_assets.domain.models import Mention, Relation


def shift_mention(mention: Mention, by: int) -> Mention:
    """*mention* with its offsets moved *by* characters."""
    return replace(mention, char_start=mention.char_start + by, char_end=mention.char_end + by)


def shift_relation(relation: Relation, by: int) -> Relation:
    """*relation* and both its mentions with their offsets moved *by* characters."""
    return replace(
        relation,
        head=shift_mention(relation.head, by),
        tail=shift_mention(relation.tail, by),
        char_start=relation.char_start + by,
        char_end=relation.char_end + by,
    )
