"""Which names are one thing: what files show (``name_joins``), and what people decided (``name_decisions``).

The graph keeps surface entities only. A thing is made of them when it is asked for, by what its viewer may know
(``services/things.py``): so a join of one owner's file tells nobody else anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.resolve import Join
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import plan_anew, transaction
from aibox_assets.stores.fencing import Guard, no_guard
from aibox_assets.stores.rights import visible
from aibox_assets.stores.tables import files, name_decisions, name_joins

_TEXTS = sa.ARRAY(sa.Text)


@dataclass(frozen=True, slots=True)
class FileJoin:
    """A join with the file that shows it."""

    file_id: str
    short: str
    full_key: str
    score: float
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of two entities.

    :ivar same: one thing, or two. :ivar for_all: made by an admin; else it holds for its author alone.
    """

    id: int
    one: str
    other: str
    same: bool
    author: str
    for_all: bool
    created_at: datetime
    undone_at: datetime | None
    undone_by: str | None


_INSERT: Final = sa.text(
    """INSERT INTO aibox.name_joins (file_id, short, full_key, score, reason, evidence)
    SELECT * FROM unnest(CAST(:file_ids AS text[]), CAST(:shorts AS text[]), CAST(:full_keys AS text[]),
        CAST(:scores AS float8[]), CAST(:reasons AS text[]), CAST(:evidences AS text[]))"""
)


class NameStore:
    """Joins and decisions. Every verb may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def replace_files(self, joins: Mapping[str, Sequence[Join]], *, guard: Guard = no_guard) -> None:
        """Put these joins in place of the files' old ones."""
        rows = [(file_id, join) for file_id, found in sorted(joins.items()) for join in found]
        with transaction(self._engine) as connection:
            plan_anew(connection)
            guard(connection)
            theirs = name_joins.c.file_id == sa.any_(sa.literal(list(joins), _TEXTS))
            connection.execute(name_joins.delete().where(theirs))
            if rows:
                values = {
                    "file_ids": [file_id for file_id, _ in rows],
                    "shorts": [join.short for _, join in rows],
                    "full_keys": [join.full for _, join in rows],
                    "scores": [float(join.score) for _, join in rows],
                    "reasons": [join.reason for _, join in rows],
                    "evidences": [join.evidence for _, join in rows],
                }
                connection.execute(_INSERT, values)

    def joins(self, viewer: Viewer, keys: Collection[str], *, limit: int = 1000) -> list[FileJoin]:
        """What the viewer's files show of these keys; at most *limit*, the surest."""
        asked = sa.any_(sa.literal(list(keys), _TEXTS))
        columns = [name_joins.c[name] for name in FileJoin.__slots__]
        query = (
            sa.select(*columns)
            .join(files, files.c.id == name_joins.c.file_id)
            .where((name_joins.c.short == asked) | (name_joins.c.full_key == asked), visible(viewer))
            .order_by(name_joins.c.score.desc(), *columns[:3])
            .limit(limit)
        )
        with transaction(self._engine) as connection:
            return [FileJoin(*row) for row in connection.execute(query)]

    def decide(self, one: str, other: str, same: bool, viewer: Viewer, author: str) -> Decision:
        """Write a decision down; it takes the place of what the same people decided of the pair before."""
        first, second = sorted((one, other))
        mine = _pair(first, second) & (
            name_decisions.c.for_all if viewer.sees_all else (name_decisions.c.author == author)
        )
        values = {
            "one": first,
            "other": second,
            "same": same,
            "author": author,
            "for_all": viewer.sees_all,
        }
        with transaction(self._engine) as connection:
            known = connection.execute(
                sa.select(*_COLUMNS).where(mine & (name_decisions.c.same == same))
            ).first()
            if known is not None:
                return Decision(*known)
            connection.execute(
                name_decisions.update().where(mine).values(undone_at=sa.func.now(), undone_by=author)
            )
            return Decision(
                *connection.execute(name_decisions.insert().values(values).returning(*_COLUMNS)).one()
            )

    def undo(self, id_: int, viewer: Viewer, author: str) -> bool:
        """Undo one decision; False where it is none of theirs, or undone already."""
        theirs = sa.true() if viewer.sees_all else (name_decisions.c.author == author)
        statement = (
            name_decisions.update()
            .where(name_decisions.c.id == id_, name_decisions.c.undone_at.is_(None), theirs)
            .values(undone_at=sa.func.now(), undone_by=author)
        )
        with transaction(self._engine) as connection:
            return connection.execute(statement).rowcount == 1

    def decisions(self, viewer: Viewer, keys: Collection[str]) -> list[Decision]:
        """The standing decisions about these keys that hold for the viewer; its own come before an admin's."""
        asked = sa.any_(sa.literal(list(keys), _TEXTS))
        hold = name_decisions.c.for_all | (name_decisions.c.author == viewer.name)
        query = (
            sa.select(*_COLUMNS)
            .where((name_decisions.c.one == asked) | (name_decisions.c.other == asked))
            .where(name_decisions.c.undone_at.is_(None), hold)
            .order_by(name_decisions.c.for_all, name_decisions.c.id.desc())
        )
        with transaction(self._engine) as connection:
            return [Decision(*row) for row in connection.execute(query)]


_COLUMNS = [name_decisions.c[name] for name in Decision.__slots__]


def _pair(one: str, other: str) -> sa.ColumnElement[bool]:
    return (
        (name_decisions.c.one == one)
        & (name_decisions.c.other == other)
        & name_decisions.c.undone_at.is_(None)
    )
