"""What the address of the page Graph says: where to begin, what is open, hidden, pinned and left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from aibox_assets.console.pages.graph.drawing import EVERYTHING, Drawing, Sieve
from aibox_assets.console.pages.graph.layout import Point

MOST = 200
"""Of anything that may be named more than once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the page.

    :ivar q: a name. :ivar key: of the entity that is looked at. :ivar to: the other end of a way.
    :ivar file: only what this file says. :ivar opened: entities whose neighbours are drawn; likewise ``hidden``.
    :ivar pinned: those that stay where they are, with their places.
    """

    q: str = ""
    key: str = ""
    to: str = ""
    file: str = ""
    opened: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    sieve: Sieve = EVERYTHING
    pinned: tuple[tuple[str, Point], ...] = ()

    @classmethod
    def read(cls, given: QueryParams) -> Asked:
        """From an address; what cannot be is left out."""
        try:
            least = min(1.0, max(0.0, float(given.get("least", "0"))))
        except ValueError:
            least = 0.0
        relations, types = (frozenset(given.getlist(name)[:MOST]) for name in ("relation", "type"))
        q, key, to, file = (given.get(name, "").strip()[:500] for name in ("q", "key", "to", "file"))
        opened, hidden = (tuple(given.getlist(name)[:MOST]) for name in ("open", "hide"))
        sieve = Sieve(relations, types, least if least == least else 0.0)
        pinned = tuple(pin for text in given.getlist("pin")[:MOST] if (pin := _read_pin(text)) is not None)
        return cls(q, key, to, file, opened, hidden, sieve, pinned)

    @property
    def says_something(self) -> bool:
        """Whether there is anything to begin with."""
        return bool(self.q or self.key or self.file)

    @property
    def address(self) -> str:
        """The page in this state."""
        pairs: list[tuple[str, object]] = [
            (name, getattr(self, name)) for name in ("q", "key", "to", "file") if getattr(self, name)
        ]
        several: tuple[tuple[str, Iterable[str]], ...] = (
            ("open", self.opened),
            ("hide", self.hidden),
            ("relation", sorted(self.sieve.relations)),
            ("type", sorted(self.sieve.types)),
            ("pin", [f"{x},{y},{key}" for key, (x, y) in self.pinned]),
        )
        pairs += [(name, value) for name, values in several for value in values]
        if self.sieve.least:
            pairs.append(("least", self.sieve.least))
        return "/graph" + (f"?{urlencode(pairs)}" if pairs else "")

    def with_key(self, key: str) -> Asked:
        """The same, looking at another entity."""
        return replace(self, key=key)

    def after(self, drawing: Drawing, key: str) -> Asked:
        """As a drawing is now."""
        opened = tuple(sorted(drawing.opened - {key}))[:MOST]
        hidden = tuple(sorted(drawing.hidden))[:MOST]
        pins = [(each, drawing.places.get(each, (0.0, 0.0))) for each in sorted(drawing.pinned)]
        pinned = tuple(pins[:MOST])
        return replace(self, key=key, opened=opened, hidden=hidden, sieve=drawing.sieve, pinned=pinned)


def _read_pin(text: str) -> tuple[str, Point] | None:
    """``X,Y,KEY``; None where that is not what it is."""
    x, _, rest = text.partition(",")
    y, _, key = rest.partition(",")
    try:
        place = float(x), float(y)
    except ValueError:
        return None
    return (key, place) if key and all(map(isfinite, place)) else None
