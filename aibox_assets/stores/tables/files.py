"""Watched folders, the files in them, and who sees these."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from aibox_assets.stores.tables.base import STATUSES, metadata, moment, now
from aibox_assets.stores.tables.people import accounts

installation = Table(
    "installation",
    metadata,
    Column("one", sa.Boolean, sa.CheckConstraint("one", name="installation_one_check"), primary_key=True,
           server_default=sa.true()),
    Column("id", sa.Text, nullable=False),
    comment="a single row: what the markers of our folders name as theirs",
)  # fmt: skip

folders = Table(
    "folders",
    metadata,
    Column("label", sa.Text, primary_key=True, comment="'inbox', or the path under which it was added"),
    Column("id", sa.Text, unique=True, comment="as its marker file has it; none before the first look"),
    Column("host", sa.Text),
    Column("root", sa.Text, comment="where it was on that host"),
    Column("held_reason", sa.Text, comment="why it is neither read nor emptied until a person decides"),
    Column("seen_at", moment, comment="when it was last read whole"),
    Column("created_at", moment, nullable=False, server_default=now),
    comment="watched folders, known by the marker that lies in them",
)

files = Table(
    "files",
    metadata,
    Column("id", sa.Text, primary_key=True, comment="partition key"),
    Column("seq", sa.BigInteger, sa.Identity(), nullable=False, comment="order of arrival"),
    Column("folder", ForeignKey(folders.c.label), nullable=False),
    Column("path", sa.Text, nullable=False, comment="relative to the folder"),
    Column("owner_id", ForeignKey(accounts.c.name, onupdate="CASCADE"), nullable=False),
    Column("media_type", sa.Text),
    Column("size", sa.BigInteger, nullable=False, comment="bytes"),
    Column("mtime_ns", sa.BigInteger, nullable=False),
    Column("sha256", sa.Text, comment="of the bytes; none before they were read once"),
    Column("status", sa.Text, nullable=False, server_default="queued", comment="of all of its work together"),
    Column("gone_at", moment, comment="its bytes are gone; all of it is about to be deleted"),
    Column("created_at", moment, nullable=False, server_default=now),
    Column("updated_at", moment, nullable=False, server_default=now),
    sa.CheckConstraint(f"status IN {STATUSES}", name="files_status_check"),
    sa.UniqueConstraint("folder", "path"),
    Index(None, "seq", unique=True),
    Index(None, "status"),
    Index(None, "sha256"),
    Index(None, "owner_id", "seq"),
    Index(None, "path", "seq"),
    Index(None, "owner_id", "path", "seq"),
    Index(None, "size", "seq"),
    Index(None, "updated_at", "seq"),
    Index("files_states_idx", "owner_id", "status", postgresql_where=sa.text("gone_at IS NULL")),
    Index("files_gone_at_idx", "gone_at", postgresql_where=sa.text("gone_at IS NOT NULL")),
)

missing_files = Table(
    "missing_files",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column("since", moment, nullable=False, server_default=now),
    Column("due_at", moment, comment="when they are removed; never by itself where a person must decide"),
    comment="files of a large removal that waits, in case they come back",
)

file_names = Table(
    "file_names",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column(
        "grams",
        sa.ARRAY(sa.Text),
        nullable=False,
        comment="every three characters in a row, and every two that are not both plain letters",
    ),
    Index(None, "grams", postgresql_using="gin"),
    comment="parts of the paths of files, by which they are found; kept by triggers",
)

grants = Table(
    "grants",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column("grantee", sa.Text, primary_key=True, comment="an account, or empty for all of them"),
    Column("granted_by", sa.Text, nullable=False),
    Column("created_at", moment, nullable=False, server_default=now),
    Index(None, "grantee"),
    comment="who sees a file beside its owner and the admins",
)
