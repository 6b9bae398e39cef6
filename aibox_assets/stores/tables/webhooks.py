"""Who is told over HTTP what became of files."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from aibox_assets.stores.tables.base import metadata, moment, now
from aibox_assets.stores.tables.people import accounts

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", sa.Text, primary_key=True),
    Column("account", ForeignKey(accounts.c.name, onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
    Column("url", sa.Text, nullable=False),
    Column("secret", sa.Text, nullable=False, comment="signs what is sent, so it cannot be a hash"),
    Column("events", sa.ARRAY(sa.Text), nullable=False),
    Column("created_at", moment, nullable=False, server_default=now),
    Column(
        "given_up",
        sa.Integer,
        nullable=False,
        server_default=sa.text("0"),
        comment="deliveries in a row that failed for good",
    ),
    Column("stopped_at", moment),
    Index(None, "account"),
    comment="who is told over HTTP what became of its files",
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("webhook_id", ForeignKey(webhooks.c.id, ondelete="CASCADE"), nullable=False),
    Column("event_seq", sa.BigInteger, nullable=False),
    Column("event", sa.Text, nullable=False),
    Column("body", sa.Text, nullable=False),
    Column("state", sa.Text, nullable=False, server_default=sa.text("'waiting'")),
    Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    Column("next_at", moment, nullable=False, server_default=now),
    Column("status", sa.Integer, comment="of the last answer over HTTP; none where there was none"),
    Column("error", sa.Text),
    Column("created_at", moment, nullable=False, server_default=now),
    Column("ended_at", moment),
    sa.UniqueConstraint("webhook_id", "event_seq"),
    sa.CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="webhook_deliveries_state_check"),
    Index(None, "next_at", postgresql_where=sa.text("state = 'waiting'")),
    comment="what webhooks are told, once per event",
)

webhook_position = Table(
    "webhook_position",
    metadata,
    Column("name", sa.Text, primary_key=True),
    Column("at", moment, nullable=False),
    comment="until when the history of files was read for the webhooks",
)
