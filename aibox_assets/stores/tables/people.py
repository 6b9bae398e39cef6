"""Who may come in, and what they did over HTTP."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import JSONB

from aibox_assets.stores.tables.base import ROLES, metadata, moment, now

accounts = Table(
    "accounts",
    metadata,
    Column("name", sa.Text, primary_key=True),
    Column("created_at", moment, nullable=False, server_default=now),
    Column("role", sa.Text, nullable=False, server_default="editor"),
    Column("password_hash", sa.Text, comment="argon2; none for who only owns a folder of files"),
    Column("disabled_at", moment),
    Column(
        "tokens_since",
        moment,
        comment="older tokens are worth nothing, since the password or the role changed",
    ),
    sa.CheckConstraint(f"role IN {ROLES}", name="accounts_role_check"),
    comment="who owns files",
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", sa.Text, primary_key=True),
    Column("account", ForeignKey(accounts.c.name, onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
    Column("name", sa.Text, nullable=False),
    Column(
        "hash", sa.Text, nullable=False, unique=True, comment="SHA-256 of the key, which is 256 random bits"
    ),
    Column("role", sa.Text, nullable=False),
    Column("scopes", sa.ARRAY(sa.Text), nullable=False),
    Column("created_at", moment, nullable=False, server_default=now),
    Column("expires_at", moment),
    Column("used_at", moment),
    Column("revoked_at", moment),
    sa.CheckConstraint(f"role IN {ROLES}", name="api_keys_role_check"),
    Index(None, "account"),
    comment="what programs sign in with",
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", sa.Text, primary_key=True),
    Column("family", sa.Text, nullable=False),
    Column("account", ForeignKey(accounts.c.name, onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
    Column("expires_at", moment, nullable=False),
    Column("used_at", moment, comment="when it was exchanged; a second exchange ends its family"),
    Index(None, "family"),
    comment="by which a login goes on",
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("at", moment, nullable=False, server_default=now),
    Column("account", sa.Text, nullable=False),
    Column("key_id", sa.Text),
    Column("action", sa.Text, nullable=False),
    Column("subject", sa.Text),
    Column("request_id", sa.Text),
    Column("data", JSONB, nullable=False, server_default=sa.text("'{}'")),
    Index(None, "at"),
    Index(None, "account", "seq"),
    comment="who did what over HTTP",
)

repeatable_requests = Table(
    "repeatable_requests",
    metadata,
    Column("caller", sa.Text, primary_key=True),
    Column("key", sa.Text, primary_key=True),
    Column(
        "instance",
        sa.BigInteger,
        nullable=False,
        comment="the process that works on it, which holds an advisory lock",
    ),
    Column("fingerprint", sa.Text),
    Column("status", sa.Integer, comment="of the answer; none while it is not there yet"),
    Column("headers", JSONB),
    Column("body", sa.LargeBinary),
    Column("created_at", moment, nullable=False, server_default=now),
    Index(None, "created_at"),
    comment="answers that are given again for the same Idempotency-Key",
)
