"""What a search is narrowed to, beside what its viewer may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """Each of them narrows; None leaves all.

    :ivar owner: only files of this account.
    :ivar file_ids: only these files.
    :ivar media_types: of files, e.g. ``application/pdf``.
    :ivar since: only files whose bytes were last changed then or later; ``before`` likewise, then excluded.
    :ivar languages: of passages: ``en``, ``zh``, ``und``.
    """

    owner: str | None = None
    file_ids: Collection[str] | None = None
    media_types: Collection[str] | None = None
    since: datetime | None = None
    before: datetime | None = None
    languages: Collection[str] | None = None


EVERYTHING = Filters()
