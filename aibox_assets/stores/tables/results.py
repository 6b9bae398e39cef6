"""What was made of files, and the models that made it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from aibox_assets.stores.tables.base import metadata, moment, now
from aibox_assets.stores.tables.files import files

SPACE_STATES = ("building", "active", "retired")

spaces = Table(
    "spaces",
    metadata,
    Column("id", sa.Integer, sa.Identity(), primary_key=True),
    Column("name", sa.Text, nullable=False),
    Column("revision", sa.Text, nullable=False),
    Column("dimension", sa.Integer, nullable=False),
    Column("query_prefix", sa.Text, nullable=False),
    Column("passage_prefix", sa.Text, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("created_at", moment, nullable=False, server_default=now),
    Column("activated_at", moment, comment="when searches began to read it, the last time"),
    sa.CheckConstraint(f"state IN {SPACE_STATES}", name="spaces_state_check"),
    # At most one that is active, and one that is being built.
    Index("spaces_state_idx", "state", unique=True, postgresql_where=sa.text("state <> 'retired'")),
    comment="embedding models; the vectors of each are in a table of its own, vectors_<id>",
)

chunks = Table(
    "chunks",
    metadata,
    Column("chunk_id", sa.Text, primary_key=True),
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), nullable=False),
    Column("ordinal", sa.Integer, nullable=False),
    Column("text", sa.Text, nullable=False),
    Column("text_hash", sa.Text, nullable=False),
    Column("token_count", sa.Integer, nullable=False),
    Column("char_start", sa.Integer, nullable=False),
    Column("char_end", sa.Integer, nullable=False),
    Column("page", sa.Integer),
    Column("sheet", sa.Text),
    Column("heading_path", JSONB, nullable=False),
    Column("language", sa.Text, nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Index(None, "file_id"),
    Index(None, "text_hash"),
    Index("chunks_words_idx", "words", postgresql_using="gin"),
    comment="the searchable chunks, of whichever embedding model",
)

extractions = Table(
    "extractions",
    metadata,
    Column("text_hash", sa.Text, primary_key=True),
    Column("extractor", sa.Text, primary_key=True, comment="name, version and the ontology's digest"),
    Column("result", JSONB, nullable=False),
    Column("used_at", moment, nullable=False, server_default=now),
    Index(None, "used_at"),
)

chosen_models = Table(
    "chosen_models",
    metadata,
    Column("kind", sa.Text, primary_key=True),
    Column("name", sa.Text, nullable=False),
    Column("updated_at", moment, nullable=False, server_default=now),
    sa.CheckConstraint("kind IN ('embedding', 'extractor')", name="chosen_models_kind_check"),
    comment="which models every worker loads",
)

language_model_use = Table(
    "language_model_use",
    metadata,
    Column("day", sa.Date, primary_key=True),
    Column("model", sa.Text, primary_key=True),
    Column("calls", sa.Integer, nullable=False),
    Column("tokens_read", sa.BigInteger, nullable=False),
    Column("tokens_written", sa.BigInteger, nullable=False),
    comment="what language models were asked for, by day in UTC",
)
