"""What Dagster changes in the process that runs a step is put back."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def kept_sigterm() -> Iterator[None]:
    """Dagster has SIGTERM do what SIGINT does: nothing, where the tests run in a shell's background, and so in the
    children of all tests behind these."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)
