"""``aibox flower``: Celery's own dashboard, for as long as somebody looks at it."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Final

import typer

from aibox_assets.cli.console import out, reported_errors
from aibox_assets.settings import load_settings

_HERE: Final = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command()(flower)


def flower(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: a free one.")] = None,
) -> None:
    """Show Flower on this machine only, until Ctrl-C: what Celery itself says of workers and steps."""
    from aibox_assets.local.process import free_port
    from aibox_assets.workers.command import step_environment

    with reported_errors(as_json=False):
        settings = load_settings()
        settings.require_redis_url()
        given = {name: value for name, value in step_environment(settings).items() if value is not None}
    chosen = port or free_port()
    out.print(f"Flower: http://{_HERE}:{chosen}   (ends with Ctrl-C)", highlight=False)
    # It has no login here: without one its own API, by which it would end workers and tasks, stays off.
    command = ("-m", "celery", "-A", "aibox_assets.execution.celery_app", "flower", "--logging=warning")
    options = (f"--address={_HERE}", f"--port={chosen}", "--enable_events", "--inspect_timeout=3000")
    environment = {**os.environ, **given, "FLOWER_UNAUTHENTICATED_API": "false"}
    sys.stdout.flush()
    # In place of this process: whoever ends the command ends Flower.
    os.execve(sys.executable, [sys.executable, *command, *options], environment)  # noqa: S606
