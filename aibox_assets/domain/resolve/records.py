"""What is known of a document's names, and which of them are joined."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the document writes it (its commonest spelling is enough), and the key of its entity."""

    key: str
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Join:
    """Two keys that are one thing in this document.

    :ivar short: the key that stands for the other here, and may be another thing elsewhere.
    :ivar reason: one of ``form``, ``short name``, ``acronym``, ``paired``, ``company``.
    :ivar evidence: the words that say so, where there are such.
    """

    short: str
    full: str
    score: float
    reason: str
    evidence: str = ""
