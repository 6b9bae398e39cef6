"""The API is killed while 200 uploads arrive: clients that try again with their key lose none, and double none."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from aibox_assets.local.process import free_port
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.settings import Settings
from aibox_assets_tests.api.conftest import SECRET

pytestmark = [pytest.mark.integration, pytest.mark.alone]

UPLOADS = 200
SECONDS = 240
"""Until all have arrived, on a machine that has other things to do."""


@contextmanager
def process(settings: Settings, port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The API as a process of its own, until the end of the block."""
    given = {
        "AIBOX_HOME": str(settings.home),
        "DATABASE_URL": settings.require_database_url(),
        "REDIS_URL": settings.require_redis_url(),
        "AIBOX_SECRET_KEY": SECRET,
        "AIBOX_API_PORT": str(port),
        "AIBOX_RATE_LIMIT": "100000",
        "AIBOX_SETTLE_SECONDS": "0",
        **more,
    }
    started = subprocess.Popen(
        [sys.executable, "-m", "aibox_assets.web"],
        env={**os.environ, **given},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health/live", trust_env=False, timeout=60)
                break
            except httpx.TransportError:
                assert started.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield started
    finally:
        started.kill()
        started.wait(30)


@pytest.mark.usefixtures("people")
def test_200_uploads_lose_none_when_the_api_is_killed(
    settings: Settings, platform: Platform, inbox: Path
) -> None:
    key, port = make_key(platform, "eve", "uploads")[0], free_port()
    answered, lock, half = 0, threading.Lock(), threading.Event()
    end = time.monotonic() + SECONDS

    def send(number: int, client: httpx.Client) -> tuple[str, int]:
        """As a client should: the same request with the same key, until there is an answer."""
        nonlocal answered
        tries = 0
        body = b"%d " % number * 20_000
        headers = {
            "Idempotency-Key": f"upload-{number}",
            "Content-Type": "multipart/form-data; boundary=between",
        }
        content = (
            b'--between\r\nContent-Disposition: form-data; name="file"; filename="%d.txt"\r\n\r\n' % number
            + body
            + b"\r\n--between--\r\n"
        )
        while True:
            assert time.monotonic() < end
            tries += 1
            try:
                answer = client.post("/files", content=content, headers=headers)
            except httpx.TransportError:
                time.sleep(0.2)
                continue
            if answer.status_code == 202:
                with lock:
                    answered += 1
                    if answered >= UPLOADS // 2:
                        half.set()
                return str(answer.json()["data"]["file_id"]), tries
            assert answer.status_code in (409, 429, 503), answer.text
            time.sleep(0.2)

    base = f"http://127.0.0.1:{port}/api/v1"
    with (
        httpx.Client(
            base_url=base,
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
            timeout=60,
            limits=httpx.Limits(max_connections=UPLOADS),
        ) as client,
        ThreadPoolExecutor(UPLOADS) as pool,
    ):
        with process(settings, port):
            sent = [pool.submit(send, number, client) for number in range(UPLOADS)]
            assert half.wait(SECONDS)
        with process(settings, port):
            results = [each.result() for each in sent]
    ids = {id_ for id_, _ in results}
    assert len(ids) == UPLOADS
    assert any(tries > 1 for _, tries in results)  # else it was not killed in the middle
    # What the killed process had begun is cleaned up after AIBOX_KEEP_UPLOAD_HOURS.
    assert {path.name for path in (inbox / "eve").glob("[!.]*")} == {f"{n}.txt" for n in range(UPLOADS)}
    for number in range(UPLOADS):
        assert (inbox / f"eve/{number}.txt").read_bytes() == b"%d " % number * 20_000
    with platform.engine.connect() as connection:
        rows = connection.scalar(sa.text("SELECT count(*) FROM aibox.files WHERE owner_id = 'eve'"))
    assert rows == UPLOADS
