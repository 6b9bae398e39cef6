"""One whole home for all integration tests; each test drops files of its own names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aibox_assets_tests.integration.real_home import RealHome


@pytest.fixture(scope="session")
def home() -> Iterator[RealHome]:
    """A running home. Files settle fast, to keep the tests short."""
    made = RealHome(AIBOX_SETTLE_SECONDS="0.5")
    try:
        made.up()
        yield made
    finally:
        made.destroy()
