"""What stands between two names of an English sentence and says what one is to the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

HOME: Final = "of"
"""For a relation's name: that a body is of a town is where it has its seat; of a country, where it is."""
_FAR: Final = 40  # characters


@dataclass(frozen=True, slots=True)
class Frame:
    """:ivar between: all of what stands there. :ivar before: what must lead to the first name.
    :ivar after: what must follow the second. :ivar inverse: whether the second is the relation's head.
    :ivar sure: whether the second must be sure to be a place: what stands in brackets may be another name, or a
        language."""

    relation: str
    between: re.Pattern[str]
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    inverse: bool = False
    sure: bool = False

    def fits(self, text: str, start: int, between: str, end: int) -> bool:
        """Whether it does with names from *start* to *end* of *text*."""
        return (
            self.between.fullmatch(between) is not None
            and (self.after is None or self.after.match(text, end) is not None)
            and (self.before is None or self.before.search(text, max(0, start - _FAR), start) is not None)
        )


def frame(
    relation: str,
    between: str,
    *,
    before: str | None = None,
    after: str | None = None,
    inverse: bool = False,
    sure: bool = False,
) -> Frame:
    """The frame of these patterns."""
    leads = re.compile(before + "$") if before is not None else None
    follows = re.compile(after) if after is not None else None
    return Frame(relation, re.compile(between, re.DOTALL), leads, follows, inverse, sure)
