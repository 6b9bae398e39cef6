"""The workers' Celery app, on which a message counts as lost after a few seconds instead of hours."""

from __future__ import annotations

from typing import Final

from aibox_assets.execution.celery_app import app

VISIBILITY_SECONDS: Final = 5

app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": VISIBILITY_SECONDS,
}
