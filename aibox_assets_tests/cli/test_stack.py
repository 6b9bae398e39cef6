"""What 'aibox up' says."""

from __future__ import annotations

import pytest

from aibox_assets.cli.starting import _tell_upgrade


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [(None, "0007", False), ("0007", "0007", False), ("0006", "0007", True), ("", "0007", True)],
)
def test_an_upgrade_is_told_once(
    before: str | None, after: str | None, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    _tell_upgrade(before, after)
    assert ("of an older release" in capsys.readouterr().out) == told
