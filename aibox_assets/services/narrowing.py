"""Whether there is what a search is narrowed to: what is not there would find nothing, without a word why."""

from __future__ import annotations

from typing import Final

from aibox_assets.domain.errors import InvalidQuestionError
from aibox_assets.domain.filters import Filters, well_formed
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform

NAMED: Final = 10
"""Owners that are named to whoever asks for an unknown one."""


def narrow(platform: Platform, viewer: Viewer, filters: Filters) -> Filters:
    """*filters* as the stores take them.

    :raises InvalidQuestionError: an owner, a file, a kind or a language is not known, or the viewer sees nothing of
        it; which of both is not said.
    """
    filters = well_formed(filters)
    if filters.owner is not None:
        check_owner(platform, viewer, filters.owner)
    ids = list(dict.fromkeys(filters.file_ids or ()))
    seen = platform.listing.which_visible(ids, viewer) if ids else ids
    for id_ in ids:
        if id_ not in seen:
            raise InvalidQuestionError(
                f"You see no file '{id_}'.", "Name it by its id: 'aibox files --json' shows them."
            )
    return filters


def check_owner(platform: Platform, viewer: Viewer, owner: str) -> None:
    """:raises InvalidQuestionError: see :func:`narrow`."""
    if not platform.listing.sees_owner(viewer, owner):
        owners = platform.listing.owners(viewer, NAMED)
        known = f"You see files of {', '.join(owners)}." if owners else "You see no files yet."
        raise InvalidQuestionError(f"You see no files of a user '{owner}'.", known)
