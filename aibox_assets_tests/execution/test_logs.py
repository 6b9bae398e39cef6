"""Lines of logs are JSON whatever they hold, and name the run, the step and the file."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from aibox_assets.execution.current_step import at, working_on
from aibox_assets.execution.leases import HeldLease, Lease
from aibox_assets.execution.logs import console_logger, write_json
from aibox_assets.stores.fencing import StepTicket


@pytest.fixture
def written() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    logger = logging.Logger("test")
    logger.addHandler(logging.StreamHandler(stream))
    write_json(logger)
    return logger, stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_what_the_process_is_at(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    logger.warning("before")
    with working_on(StepTicket("r1", "chunks", "t"), HeldLease(Lease("w@here", "r1", "chunks"))):
        logger.info("in %s", "general")
        at("f0", "page 3")
        logger.error("line\nfeeds \x1b[31m and 漢")
    before, general, file = lines(stream)
    assert (before["level"], before["message"], "run" in before) == ("WARNING", "before", False)
    assert (general["message"], general["run"], general["step"]) == ("in general", "r1", "chunks")
    assert (file["file"], file["part"], file["message"]) == ("f0", "page 3", "line\nfeeds \x1b[31m and 漢")


def test_an_exception_is_one_line(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        logger.exception("no")
    (line,) = lines(stream)
    assert "ZeroDivisionError" in line["exception"]


def test_dagsters_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logger = console_logger(None)  # type: ignore[arg-type]  # it asks nothing of it
    stream = io.StringIO()
    logger.handlers[0].setStream(stream)  # type: ignore[attr-defined]
    logger.info("made", extra={"dagster_meta": {"run_id": "r9", "step_key": "embeddings"}})
    (line,) = lines(stream)
    assert (line["run"], line["step"], line["message"]) == ("r9", "embeddings", "made")
    assert console_logger(None) is logger  # type: ignore[arg-type]
    assert len(logger.handlers) == 1


@pytest.mark.integration
def test_a_worker_writes_json(clean_redis_url: str, postgres_url: str, tmp_path: Any) -> None:
    script = (
        "import logging\n"
        "from aibox_assets.execution.celery_app import app\n"
        "app.log.setup(loglevel='INFO', logfile=None)\n"
        "logging.getLogger('some.package').warning('said')\n"
        "app.log.get_default_logger().warning('too')\n"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "AIBOX_HOME": str(tmp_path),
        "AIBOX_LOG_FORMAT": "json",
        "REDIS_URL": clean_redis_url,
        "DATABASE_URL": postgres_url,
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    said = [json.loads(line)["message"] for line in done.stderr.splitlines() if line.startswith("{")]
    assert "said" in said
    assert "too" in said


def test_the_process_of_api_and_console_has_no_dagster_in_memory() -> None:
    program = "import sys, aibox_assets.web; sys.exit('dagster' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
