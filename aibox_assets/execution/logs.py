"""Logs as JSON lines, with the run, the step and the file that a process is at: ``AIBOX_LOG_FORMAT=json``.

For the processes of our own code. Dagster's others have a format of that name themselves; Postgres, Redis and the graph
server write as they do.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aibox_assets.execution.current_step import describe_current

if TYPE_CHECKING:  # the API writes logs, too, and is 50 MB smaller without Dagster
    from dagster import InitLoggerContext


class JsonFormatter(logging.Formatter):
    """One JSON object per record: ``at``, ``level``, ``logger``, ``process``, ``message``, and where they are known
    ``run``, ``step``, ``file``, ``part`` and ``exception``."""

    def format(self, record: logging.LogRecord) -> str:
        """As a line without line feeds, whatever the message holds."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **_of_dagster(record),
            **describe_current(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def write_json(logger: logging.Logger) -> None:
    """Let what a logger prints be JSON from now on."""
    for handler in logger.handlers:
        handler.setFormatter(JsonFormatter())


def console_logger(context: InitLoggerContext) -> logging.Logger:
    """A run's own logger, for Dagster."""
    made = logging.getLogger("aibox.run")
    made.setLevel(logging.INFO)
    made.propagate = False
    if not made.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter())
        made.addHandler(handler)
    return made


def _of_dagster(record: logging.LogRecord) -> dict[str, str]:
    """What Dagster knows of a record that is its own."""
    known = getattr(record, "dagster_meta", None) or {}
    return {
        name: str(value)
        for name, value in (("run", known.get("run_id")), ("step", known.get("step_key")))
        if value
    }
