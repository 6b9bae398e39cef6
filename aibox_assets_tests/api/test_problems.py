"""The page of documentation, which requests are compared with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from fastapi import FastAPI

from aibox_assets.api.problems import document_problems

READERS = 8


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("switching")
def test_the_first_requests_may_all_come_at_once() -> None:
    app = FastAPI(responses={422: {"model": dict[str, str]}})
    for number in range(300):
        app.add_api_route(f"/{number}", lambda: None)
    document_problems(app)
    together = Barrier(READERS)

    def read(_: int) -> dict[str, Any]:
        together.wait()
        return app.openapi()

    with ThreadPoolExecutor(READERS) as pool:
        pages = list(pool.map(read, range(READERS)))
    assert all(page is pages[0] for page in pages), "it is made once"
    kinds = {
        kind for each in pages[0]["paths"].values() for kind in each["get"]["responses"]["422"]["content"]
    }
    assert kinds == {"application/problem+json"}
