"""Which names of the graph mean one thing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from aibox_assets.stores.tables.base import metadata, moment, now
from aibox_assets.stores.tables.files import files

name_joins = Table(
    "name_joins",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column(
        "short", sa.Text, primary_key=True, comment="key of the entity that stands for the other in this file"
    ),
    Column("full_key", sa.Text, primary_key=True),
    Column("score", sa.Double, nullable=False),
    Column("reason", sa.Text, nullable=False),
    Column("evidence", sa.Text, nullable=False),
    Index(None, "short"),
    Index(None, "full_key"),
    comment="names that are one thing within a file, by what the file shows",
)

name_decisions = Table(
    "name_decisions",
    metadata,
    Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("one", sa.Text, nullable=False),
    Column("other", sa.Text, nullable=False),
    Column("same", sa.Boolean, nullable=False),
    Column("author", sa.Text, nullable=False),
    Column(
        "for_all", sa.Boolean, nullable=False, comment="made by an admin; else it holds for its author alone"
    ),
    Column("created_at", moment, nullable=False, server_default=now),
    Column("undone_at", moment),
    Column("undone_by", sa.Text),
    sa.CheckConstraint("one < other", name="name_decisions_check"),
    Index(None, "one"),
    Index(None, "other"),
    comment="what people decided of two entities: one thing, or two",
)
