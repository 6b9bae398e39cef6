"""Keys in a list: how they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aibox_assets.console.pages.keys import state_of
from aibox_assets.stores.accounts import ApiKey, Role

NOW = datetime(2026, 11, 29, tzinfo=UTC)
EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("ends", "revoked", "state"),
    [
        (None, None, "active"),
        (LATER, None, "active"),
        (EARLIER, None, "expired"),
        (EARLIER, EARLIER, "revoked"),
    ],
)
def test_a_key_whose_time_is_over_is_not_active(
    ends: datetime | None, revoked: datetime | None, state: str
) -> None:
    key = ApiKey("1", "eve", "program", Role.READER, ("*",), EARLIER, ends, None, revoked)
    assert state_of(key, NOW) == state
