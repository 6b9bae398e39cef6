"""Where stock dagster-celery finds its broker; all else is at its default."""

from __future__ import annotations

from typing import Any

from aibox_assets.settings import load_settings


def celery_addresses() -> dict[str, Any]:
    """Broker and result store. The backend must be named: dagster-celery's own default is RPC over RabbitMQ."""
    url = load_settings().require_redis_url()
    return {"broker": url, "backend": url}
