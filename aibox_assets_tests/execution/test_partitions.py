"""Whether a run is for any file, and what is said where it is for none."""

from __future__ import annotations

import pytest

from aibox_assets.execution.partitions import BATCH_TAG, describe_no_partition, names_files


@pytest.mark.parametrize("tag", ["dagster/partition", "dagster/asset_partition_range_start", BATCH_TAG])
def test_a_run_of_files_says_so_by_its_tags(tag: str) -> None:
    assert names_files({tag: "a.txt-12345678", "user": "amy"})


def test_a_run_of_none_is_told_how_to_name_one() -> None:
    assert not names_files({"user": "amy"})
    assert "dagster/partition" in (describe_no_partition("embeddings").description or "")
