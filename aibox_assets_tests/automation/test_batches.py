"""Batches as ranges of partitions."""

from __future__ import annotations

from aibox_assets.automation.ranges import group_ranges
from hypothesis import given
from hypothesis import strategies as st

ORDER = {f"k{n}": n for n in range(300)}


def keys(*numbers: int) -> list[str]:
    return [f"k{n}" for n in numbers]


def test_a_few_files_have_a_run_each() -> None:
    assert [r.keys for r in group_ranges(keys(4, 5), ORDER, (), 64)] == [("k4",), ("k5",)]


def test_many_files_share_runs_of_bounded_size() -> None:
    ranges = group_ranges(keys(*range(130)), ORDER, (), 64)
    assert [len(r.keys) for r in ranges] == [64, 64, 2]
    assert (ranges[0].first, ranges[0].last) == ("k0", "k63")


def test_a_gap_ends_a_range() -> None:
    assert [r.keys for r in group_ranges(keys(0, 1, 5, 6), ORDER, (), 64)] == [("k0", "k1"), ("k5", "k6")]


def test_many_short_stretches_are_bridged_over_files_at_rest() -> None:
    wanted = keys(*range(0, 40, 2))
    (whole,) = group_ranges(wanted, ORDER, keys(*range(1, 40, 2)), 64)
    assert (whole.first, whole.last) == ("k0", "k38")
    assert whole.keys == tuple(wanted)


def test_files_that_are_not_at_rest_are_never_bridged() -> None:
    ranges = group_ranges(keys(*range(0, 40, 2)), ORDER, (), 64)
    assert all(r.first == r.last for r in ranges)


def test_a_key_without_a_partition_is_left_out() -> None:
    assert group_ranges(["stranger"], ORDER, (), 64) == []


@given(st.sets(st.integers(0, 299)), st.sets(st.integers(0, 299)), st.integers(1, 70))
def test_every_wanted_key_is_in_exactly_one_range_and_strangers_are_at_rest(
    wanted: set[int], rest: set[int], most: int
) -> None:
    rest -= wanted
    ranges = group_ranges(keys(*wanted), ORDER, keys(*rest), most)
    assert sorted(key for r in ranges for key in r.keys) == sorted(keys(*wanted))
    for found in ranges:
        span = set(range(ORDER[found.first], ORDER[found.last] + 1))
        assert len(span) <= most
        assert span <= wanted | rest


def test_the_first_runs_are_small_when_nothing_is_under_way() -> None:
    keys = [f"k{number}" for number in range(100)]
    order = {key: position for position, key in enumerate(keys)}
    sizes = [len(each.keys) for each in group_ranges(keys, order, (), 32, ramp=True)]
    assert sizes == [8, 16, 32, 32, 12]
    assert [len(each.keys) for each in group_ranges(keys, order, (), 32)] == [32, 32, 32, 4]
