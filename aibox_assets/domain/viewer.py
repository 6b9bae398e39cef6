"""Who asks. Every question that a person's request leads to is asked with a viewer, down to the query itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EVERYONE: Final = ""
"""The grantee of a file that is shared with all accounts; no account has this name."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes an answer is for: it sees its own files and those that are shared with it.

    :ivar name: of the account. :ivar sees_all: an admin, or a person at the machine itself.
    """

    name: str
    sees_all: bool = False

    @property
    def grantees(self) -> tuple[str, ...]:
        """Under which names files are shared with it."""
        return (self.name, EVERYONE)


OPERATOR: Final = Viewer("", sees_all=True)
"""A person or process at the machine, whom the operating system lets in."""
