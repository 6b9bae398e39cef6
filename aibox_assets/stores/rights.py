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
VISIBLE_PARTS = (
    "f.owner_id = :viewer",
    "f.owner_id <> :viewer AND f.id IN (SELECT g.file_id FROM aibox.grants g WHERE g.grantee = ANY(:grantees))",
)
"""The same as conditions on files ``f``, in parts that have no file in common."""
VISIBLE_ROW = (
    "(f.owner_id = :viewer OR EXISTS (SELECT FROM aibox.grants g WHERE g.file_id = f.id "
    "AND g.grantee = ANY(:grantees)))"
)
"""The same for one file ``f``."""


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on a row of ``files``."""
    if viewer.sees_all:
        return sa.true()
    return (files.c.owner_id == viewer.name) | files.c.id.in_(_shared(viewer))


def visible_parts(
    viewer: Viewer, id_: ColumnElement[str] = files.c.id, owner: ColumnElement[str] = files.c.owner_id
) -> tuple[ColumnElement[bool], ...]:
    """What a viewer sees, in parts that have no file in common: its own or all, and what is shared with it.

    Each alone is quick, by an index of its own; with an OR between them the planner reads all files.

    :param id_: the column with the file's id, :param owner: and with its owner's name, where they are not those of
        ``files``.
    """
    if viewer.sees_all:
        return (sa.true(),)
    own = owner == viewer.name
    # Found one by one: of a join with what is shared the planner makes a reading of all files.
    shared = id_ == sa.any_(sa.func.array(_shared(viewer).scalar_subquery()))
    return own, ~own & shared


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
