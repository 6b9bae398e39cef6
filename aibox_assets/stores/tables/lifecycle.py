"""How the work on each file stands, what held it, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import JSONB

from aibox_assets.stores.tables.base import STATUSES, Xid8, metadata, moment, now
from aibox_assets.stores.tables.files import files
from aibox_assets.stores.tables.people import accounts

FAILURES = ("transient", "permanent", "exhausted", "cancelled")
JOB_KINDS = ("upload", "regenerate", "retry", "cancel", "delete")

work = Table(
    "work",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column("asset", sa.Text, primary_key=True),
    Column("owner_id", ForeignKey(accounts.c.name, onupdate="CASCADE"), nullable=False, comment="the file's"),
    Column("seq", sa.BigInteger, nullable=False, comment="the file's"),
    Column("state", sa.Text, nullable=False, server_default="queued"),
    Column("wanted", sa.Text, comment="the version that should be; none while it is not known yet"),
    Column("made", sa.Text, comment="the version that is"),
    Column("made_by", sa.Text, comment="Dagster's id of the run that made it"),
    Column("run", sa.Text, comment="the only run that may write it"),
    Column("background", sa.Boolean, nullable=False, server_default=sa.false(), comment="nobody waits for it"),
    Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0"), comment="its own failures"),
    Column(
        "interruptions",
        sa.Integer,
        nullable=False,
        server_default=sa.text("0"),
        comment="runs that died under it, through no fault of its own",
    ),
    Column("not_before", moment, comment="it is not tried again before this"),
    Column("failure", sa.Text, comment="of what kind the last failure was"),
    Column("error", sa.Text),
    Column("remedy", sa.Text),
    Column("trace", sa.Text, comment="traceback of the last error"),
    Column("items", sa.Integer, comment="what was made: chunks, vectors, triples"),
    Column("seconds", sa.Float, comment="that it took"),
    Column("queued_at", moment, nullable=False, server_default=now),
    Column("started_at", moment),
    Column("ended_at", moment, comment="when it was made, or failed for good"),
    Column("updated_at", moment, nullable=False, server_default=now),
    sa.CheckConstraint(f"state IN {STATUSES}", name="work_state_check"),
    sa.CheckConstraint(f"failure IN {FAILURES}", name="work_failure_check"),
    Index("work_run_idx", "run", postgresql_where=sa.text("run IS NOT NULL")),
    Index(
        "work_waiting_idx", "owner_id", "background", "seq", "asset",
        postgresql_where=sa.text("state = 'queued' AND run IS NULL AND (asset = 'chunks' OR wanted IS NOT NULL)"),
    ),
    Index(
        "work_unfinished_idx", "asset", "state", "seq", postgresql_where=sa.text("state <> 'finished'"),
        postgresql_include=["owner_id", "file_id", "not_before", "queued_at"],
    ),
    comment="each asset of each file: what should be, what is, and how it stands",
)  # fmt: skip

recipes = Table(
    "recipes",
    metadata,
    Column("asset", sa.Text, primary_key=True),
    Column("digest", sa.Text, nullable=False, comment="of all configuration that its results depend on"),
    Column("updated_at", moment, nullable=False, server_default=now),
    comment="how each asset is made now",
)

pauses = Table(
    "pauses",
    metadata,
    Column("queue", sa.Text, primary_key=True),
    Column("reason", sa.Text, nullable=False),
    Column("remedy", sa.Text, nullable=False),
    Column("since", moment, nullable=False, server_default=now),
    Column("probes", sa.Integer, nullable=False, server_default=sa.text("0"), comment="tries since"),
    Column("probe_at", moment, nullable=False, comment="when one file is tried again"),
    Column(
        "held_by", sa.Text, comment="the person who holds it, until a person resumes it; none for a fault"
    ),
    Column(
        "draining",
        sa.Boolean,
        nullable=False,
        server_default=sa.false(),
        comment="held by a person, but what runs have already is made",
    ),
    comment="queues that a fault of the installation, or a person, holds",
)

steps = Table(
    "steps",
    metadata,
    Column("run_id", sa.Text, primary_key=True),
    Column("step_key", sa.Text, primary_key=True),
    Column(
        "task_id",
        sa.Text,
        nullable=False,
        comment="fencing token: the only task that may write for this step",
    ),
    Column("in_hand", sa.Text, comment="the file that is worked on alone, after a worker died on the batch"),
    Column(
        "deaths",
        JSONB,
        nullable=False,
        server_default=sa.text("'{}'"),
        comment="workers that died with a file in hand, by file",
    ),
    Column("issued_at", moment, nullable=False, server_default=now),
)

file_events = Table(
    "file_events",
    metadata,
    Column("seq", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("file_id", sa.Text, nullable=False, comment="no reference: the history outlives the file"),
    Column("owner_id", sa.Text, nullable=False),
    Column("asset", sa.Text),
    Column("kind", sa.Text, nullable=False),
    Column("at", moment, nullable=False, server_default=now),
    Column("data", JSONB, nullable=False, server_default=sa.text("'{}'")),
    Column(
        "xid",
        Xid8,
        nullable=False,
        server_default=sa.text("pg_current_xact_id()"),
        comment="of the transaction that wrote it; by it a reader knows what became visible since it looked last",
    ),
    Index(None, "file_id", "seq"),
    Index(None, "at"),
    Index(None, "xid"),
    comment="every transition of every file, written with it",
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("kind", sa.Text, nullable=False),
    Column("file_id", sa.Text, nullable=False, comment="no reference: what was asked outlives the file"),
    Column("owner_id", sa.Text, nullable=False, comment="the file's"),
    Column("asked_by", sa.Text, nullable=False),
    Column("request_id", sa.Text, comment="of the HTTP request, which may have asked for many"),
    Column("assets", sa.ARRAY(sa.Text), comment="to be made again; none where that is not the question"),
    Column("state", sa.Text, comment="how it ended; none while it is open: then it stands as its file does"),
    Column("run_id", sa.Text, comment="Dagster's id of the last run that made something for it"),
    Column("error", sa.Text),
    Column("created_at", moment, nullable=False, server_default=now),
    Column("started_at", moment),
    Column("ended_at", moment),
    sa.CheckConstraint(f"kind IN {JOB_KINDS}", name="jobs_kind_check"),
    sa.CheckConstraint(f"state IN {STATUSES}", name="jobs_state_check"),
    Index(None, "file_id", "id"),
    Index(None, "owner_id", "id"),
    Index(None, "request_id"),
    Index("jobs_open_idx", "file_id", postgresql_where=sa.text("ended_at IS NULL")),
    comment="what people asked for of a file",
)

queue_samples = Table(
    "queue_samples",
    metadata,
    Column("at", moment, primary_key=True),
    Column("queue", sa.Text, primary_key=True),
    Column("queued", sa.Integer, nullable=False),
    Column("started", sa.Integer, nullable=False),
    Column("failed", sa.Integer, nullable=False),
    Column("oldest_seconds", sa.Float, comment="that the job which waited longest had waited"),
    Column("made", sa.Integer, nullable=False, comment="jobs within the minute before"),
    comment="how the queues stood, minute by minute",
)
