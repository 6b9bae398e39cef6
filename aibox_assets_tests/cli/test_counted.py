"""How commands count things."""

from __future__ import annotations

import pytest

from aibox_assets.cli.console import counted


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 files are"), (1, "1 file is"), (2, "2 files are"), (12_345, "12,345 files are")],
)
def test_one_is_no_plural(count: int, said: str) -> None:
    assert counted(count, "file", ("is", "are")) == said
    assert counted(count, "file") == said.rpartition(" ")[0]


def test_parts_of_a_day() -> None:
    assert (counted(1.0, "day"), counted(0.5, "day"), counted(30.0, "day")) == (
        "1 day",
        "0.5 days",
        "30 days",
    )
