"""Which files a viewer sees, as conditions that go into each query; nothing is filtered after reading."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.tables import file_events, files, grants, jobs

VISIBLE_IDS = (
    "SELECT v.id FROM aibox.files v WHERE v.owner_id = :viewer "
    "UNION ALL SELECT g.file_id FROM aibox.grants g WHERE g.grantee = ANY(:grantees)"
)
"""The ids of what a viewer who does not see all may see, for statements that are text."""


def visible(viewer: Viewer, *, own: bool = True) -> ColumnElement[bool]:
    """The condition on a row of ``files``. Without *own*: of what is shared with the viewer alone."""
    if viewer.sees_all:
        return sa.true()
    shared = files.c.id.in_(_shared(viewer))
    return (files.c.owner_id == viewer.name) | shared if own else shared


def visible_parts(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """What a viewer sees, in parts that have no file in common: its own or all, and what is shared with it.

    Each alone is quick, by an index of its own; with an OR between them the planner reads all files.
    """
    if viewer.sees_all:
        return (sa.true(),)
    own = files.c.owner_id == viewer.name
    return own, ~own & visible(viewer, own=False)


def event_visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on a row of ``file_events``; its owner sees it also after the file is gone."""
    if viewer.sees_all:
        return sa.true()
    return (file_events.c.owner_id == viewer.name) | file_events.c.file_id.in_(_shared(viewer))


def job_visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on a row of ``jobs``: who asked sees it, and who sees the file."""
    if viewer.sees_all:
        return sa.true()
    mine = (jobs.c.owner_id == viewer.name) | (jobs.c.asked_by == viewer.name)
    return mine | jobs.c.file_id.in_(_shared(viewer))


def changeable(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on a row of ``files`` that a person may change: a file that is shared is only shown."""
    return sa.true() if viewer.sees_all else files.c.owner_id == viewer.name


def visible_parameters(viewer: Viewer) -> dict[str, Any]:
    """What :data:`VISIBLE_IDS` binds."""
    return {"viewer": viewer.name, "grantees": list(viewer.grantees)}


def _shared(viewer: Viewer) -> Select[tuple[str]]:
    return sa.select(grants.c.file_id).where(grants.c.grantee.in_(viewer.grantees))
