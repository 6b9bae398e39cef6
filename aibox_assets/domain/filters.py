"""What a search is narrowed to, beside what its viewer may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from aibox_assets.domain.errors import InvalidQuestionError
from aibox_assets.domain.keys import composed
from aibox_assets.domain.language import LANGUAGES
from aibox_assets.domain.sniff import BY_ENDING


@dataclass(frozen=True, slots=True)
class Filters:
    """Each of them narrows; None leaves all.

    :ivar owner: only files of this account.
    :ivar file_ids: only these files.
    :ivar media_types: of files, e.g. ``application/pdf``; or as people call them: ``pdf``.
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

_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2262, 1, 1, tzinfo=UTC)


def well_formed(filters: Filters) -> Filters:
    """*filters* with owner, media types and languages as they are stored, and moments that a file's time can be.

    :raises InvalidQuestionError: nothing is of such a kind or language, whoever asks.
    """
    kinds, languages = filters.media_types, filters.languages
    return replace(
        filters,
        owner=None if filters.owner is None else composed(filters.owner),
        media_types=None if kinds is None else [_media_type(kind) for kind in kinds],
        since=_told(filters.since),
        before=_told(filters.before),
        languages=None if languages is None else [_language(language) for language in languages],
    )


def _told(moment: datetime | None) -> datetime | None:
    """*moment*, or the nearest that a file's time can be: further ones have no seconds everywhere on Earth."""
    if moment is None or _FIRST.year < moment.year < _LAST.year:
        return moment
    return _FIRST if moment.year <= _FIRST.year else _LAST


def _media_type(kind: str) -> str:
    """A media type by itself, or by the usual ending of such files' names."""
    found = BY_ENDING.get(kind.lower().removeprefix("."), kind.lower())
    if found not in BY_ENDING.values():
        raise InvalidQuestionError(
            f"Files of the kind '{kind}' are not read.", f"Known are {', '.join(BY_ENDING)}."
        )
    return found


def _language(language: str) -> str:
    if language.lower() not in LANGUAGES:
        raise InvalidQuestionError(
            f"No passage is in the language '{language}'.", f"Known are {', '.join(LANGUAGES)}."
        )
    return language.lower()
