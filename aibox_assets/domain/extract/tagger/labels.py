"""What the tagger tells apart: kinds of names, and the labels of units."""

from __future__ import annotations

from typing import Final

ENTITY_TYPES: Final = ("Person", "Organization", "Location", "Misc", "Time")
LABELS: Final = ("O", *(f"{place}-{kind}" for kind in ENTITY_TYPES for place in "BI"))
# The first is the threshold that a relation must exceed; SAME_AS says that two names mean one thing. A tagger of before
# knows fewer of them, the first ones: new relations are put behind.
RELATIONS: Final = (
    "THRESHOLD", "WORKS_FOR", "LEADS", "FOUNDED", "BASED_IN", "LOCATED_IN", "LIVES_IN", "BORN_IN", "STUDIED_AT",
    "MEMBER_OF", "SPOUSE_OF", "FAMILY_OF", "SUBSIDIARY_OF", "PRODUCES", "PARTNERS_WITH", "COMPETES_WITH",
    "ACQUIRED", "INVESTED_IN", "SAME_AS", "VISITED", "WAS_IN", "SUPPLIES", "SPOKE_ABOUT", "USES", "PARTICIPATED_IN",
    "DIED_IN", "LEFT", "SUCCEEDED", "WON", "DEFEATED", "HELD_IN", "MET_WITH", "NEAR", "SUPPORTED", "ORGANIZES", "URGED",
    "APPOINTED", "ACTIVE_IN", "REPRESENTS", "ACCUSED", "SPOKE_TO", "ATTACKED", "PLAYED_AGAINST", "CRITICIZED",
    "AUTHORED", "DIRECTED", "PERFORMED", "ARRESTED", "KILLED",
)  # fmt: skip
