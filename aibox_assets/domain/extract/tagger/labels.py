"""What the tagger tells apart: kinds of names, and the labels of units."""

from __future__ import annotations

from typing import Final

ENTITY_TYPES: Final = ("Person", "Organization", "Location", "Misc", "Time")
LABELS: Final = ("O", *(f"{place}-{kind}" for kind in ENTITY_TYPES for place in "BI"))
# The first is the threshold that a relation must exceed; the last says that two names mean one thing.
RELATIONS: Final = (
    "THRESHOLD", "WORKS_FOR", "LEADS", "FOUNDED", "BASED_IN", "LOCATED_IN", "LIVES_IN", "BORN_IN", "STUDIED_AT",
    "MEMBER_OF", "SPOUSE_OF", "FAMILY_OF", "SUBSIDIARY_OF", "PRODUCES", "PARTNERS_WITH", "COMPETES_WITH",
    "ACQUIRED", "INVESTED_IN", "SAME_AS",
)  # fmt: skip
