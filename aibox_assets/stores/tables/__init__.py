"""The tables of schema ``aibox``, by subject; how we get at them is ``stores/database.py``."""

from __future__ import annotations

from aibox_assets.stores.tables.base import SCHEMA, metadata
from aibox_assets.stores.tables.files import file_names, files, folders, grants, installation, missing_files
from aibox_assets.stores.tables.lifecycle import (
    file_events,
    jobs,
    pauses,
    queue_samples,
    recipes,
    steps,
    work,
)
from aibox_assets.stores.tables.names import name_decisions, name_joins
from aibox_assets.stores.tables.people import (
    accounts,
    api_keys,
    audit_log,
    refresh_tokens,
    repeatable_requests,
)
from aibox_assets.stores.tables.results import chosen_models, chunks, extractions, language_model_use, spaces
from aibox_assets.stores.tables.webhooks import webhook_deliveries, webhook_position, webhooks

__all__ = [
    "SCHEMA",
    "accounts",
    "api_keys",
    "audit_log",
    "chosen_models",
    "chunks",
    "extractions",
    "file_events",
    "file_names",
    "files",
    "folders",
    "grants",
    "installation",
    "jobs",
    "language_model_use",
    "metadata",
    "missing_files",
    "name_decisions",
    "name_joins",
    "pauses",
    "queue_samples",
    "recipes",
    "refresh_tokens",
    "repeatable_requests",
    "spaces",
    "steps",
    "webhook_deliveries",
    "webhook_position",
    "webhooks",
    "work",
]
