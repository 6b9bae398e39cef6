"""Whom a Chinese sentence goes on about that names nobody: 李四生于上海。1935年到延安."""

from __future__ import annotations

from collections.abc import Sequence

from aibox_assets.domain.extract.relate.chinese import lexicon_deeds as words
from aibox_assets.domain.extract.relate.chinese.anaphors import is_aside
from aibox_assets.domain.models import Mention


def goes_on_about(
    folded: str, start: int, names: Sequence[Mention], person: str | None, topic: Mention | None
) -> Mention | None:
    """Whom the sentence behind the one from *start* with *names* speaks of where it names nobody."""
    first = next(
        (each for each in names if each.type == person and not is_aside(folded, each.char_start)), None
    )
    if first is None:
        return topic
    if words.OPENS.fullmatch(folded, start, first.char_start):
        return None if words.OF.match(folded, first.char_end) else first
    began = words.GOES_ON.match(folded, start)
    return topic if began is not None and began.end() > start else None
