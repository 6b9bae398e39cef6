"""``aibox flower``: Celery's dashboard on loopback, over a real Redis, ended with the command."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from aibox_assets.local.process import free_port
from aibox_assets_tests.commands import outer_environment

pytestmark = [pytest.mark.integration, pytest.mark.timeout(280)]


def ended(process: subprocess.Popen[str]) -> str:
    """What *process* said, after it was asked to end, as a person would ask: until it does.

    Flower leaves by an exception from its signal handler, which is lost where Python runs a weak reference's callback.
    """
    for _ in range(10):
        process.send_signal(signal.SIGTERM)
        try:
            return process.communicate(timeout=10)[0]
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    raise AssertionError("Flower has not ended.")


def test_it_is_there_for_this_machine_until_it_is_ended(
    postgres_url: str, clean_redis_url: str, tmp_path: Path
) -> None:
    port = free_port()
    servers = {"AIBOX_HOME": str(tmp_path), "DATABASE_URL": postgres_url, "REDIS_URL": clean_redis_url}
    process = subprocess.Popen(
        [sys.executable, "-m", "aibox_assets.cli.main", "flower", "--port", str(port)],
        env={**outer_environment(), **servers}, cwd=tmp_path, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 200
        while True:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/workers", trust_env=False, timeout=10)
                break
            except httpx.TransportError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
        assert answer.status_code == 200
        assert "Flower" in answer.text
        listening = [
            each for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"
        ]
        assert {each.laddr.ip for each in listening} == {"127.0.0.1"}
        end = httpx.post(f"http://127.0.0.1:{port}/api/worker/shutdown/x", trust_env=False, timeout=10)
        assert end.status_code in (401, 403)
    finally:
        said = ended(process)
    assert f"http://127.0.0.1:{port}" in said
