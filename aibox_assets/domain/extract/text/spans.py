"""Where names stand among each other and in the parts of a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aibox_assets.domain.extract.text.scripts import Segment
from aibox_assets.domain.models import Mention


def inside(names: Sequence[Mention], part: Segment) -> list[Mention]:
    """Those of *names* that stand in *part*."""
    end = part.start + len(part.text)
    return [each for each in names if part.start <= each.char_start and each.char_end <= end]


def overlaps(mention: Mention, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether *mention* shares a character with one of *spans*."""
    return any(mention.char_start < end and start < mention.char_end for start, end in spans)


def spans_of(mentions: Iterable[Mention]) -> list[tuple[int, int]]:
    return [(each.char_start, each.char_end) for each in mentions]
