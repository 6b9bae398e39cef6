"""A home of its own for each fault on the whole stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aibox_assets_tests.integration.real_home import RealHome


@pytest.fixture
def fresh_home() -> Iterator[RealHome]:
    """A running home without a file. Small batches, so that a fault hits some of many steps."""
    made = RealHome(AIBOX_SETTLE_SECONDS="0.5", AIBOX_BATCH_FILES="16")
    try:
        made.up()
        yield made
    finally:
        made.destroy()
