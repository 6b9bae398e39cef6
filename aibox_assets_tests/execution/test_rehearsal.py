"""What is asked before run workers are forked: in a process of its own, as the code server's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.settings import with_driver

ROOT = Path(__file__).parents[2]
_LOOK = """
import logging
import psutil
logging.basicConfig(level=logging.WARNING)
import aibox_assets.execution.rehearsal
from aibox_assets.dagster_patches import instance_storage
from aibox_assets.dagster_patches.bells import BELLS
opened = [each for each in psutil.Process().net_connections() if each.status == "ESTABLISHED"]
print(len(opened), len(instance_storage._FOUND) > 0, BELLS.engine is not None)
"""


def look(folder: Path, dagster: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "dagster").mkdir()
    (folder / "dagster" / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    ours = {
        "AIBOX_HOME": str(folder),
        "DAGSTER_HOME": str(folder / "dagster"),
        "AIBOX_DAGSTER_DATABASE_URL": with_driver(dagster, "psycopg2"),
        "AIBOX_MAX_RUNS": "4",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-c", _LOOK],
        env={**os.environ, **ours},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


@pytest.mark.integration
def test_a_run_is_forked_with_answers_and_without_connections(
    engine: Engine, new_database_url: Callable[[], str], clean_redis_url: str, tmp_path: Path
) -> None:
    ours = engine.url.render_as_string(hide_password=False)
    done = look(tmp_path, new_database_url(), DATABASE_URL=ours, REDIS_URL=clean_redis_url)
    assert done.stdout.split() == ["0", "True", "True"], done.stderr
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM aibox.steps")) == 0


def test_without_a_database_it_goes_on(tmp_path: Path) -> None:
    away = "postgresql://nobody:x@127.0.0.1:1/none"
    done = look(tmp_path, away, DATABASE_URL=away, REDIS_URL="redis://127.0.0.1:1/0")
    assert done.stdout.split()[-1] == "False"
    assert "Nothing could be asked before the first run" in done.stderr
