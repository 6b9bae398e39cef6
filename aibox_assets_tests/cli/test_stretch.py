"""A stretch of time is told in one unit that a person can picture."""

from __future__ import annotations

import pytest

from aibox_assets.cli.console import stretch


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-3.0, "0 s"),
        (119.4, "119 s"),
        (120.0, "2 min"),
        (7_199.0, "120 min"),
        (7_200.0, "2 h"),
        (172_800.0, "2 d"),
        (86_400_000.0, "1,000 d"),
    ],
)
def test_one_unit(seconds: float, told: str) -> None:
    assert stretch(seconds) == told
