"""What a search is narrowed to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aibox_assets.domain.filters import Filters, well_formed


@pytest.mark.parametrize("moment", [datetime.min, datetime.max, datetime.min.replace(tzinfo=UTC)])
def test_a_moment_before_or_after_all_files_can_be_reckoned_with(moment: datetime) -> None:
    found = well_formed(Filters(since=moment, before=moment))
    assert found.since is not None
    assert found.since == found.before
    assert found.since.astimezone().year in range(1969, 2263)
    assert abs(found.since.timestamp()) * 10**9 < 2**63


def test_other_moments_stay_as_they_are() -> None:
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    assert well_formed(Filters(since=new_year)) == Filters(since=new_year)
