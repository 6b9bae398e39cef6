"""Batches as ranges of partitions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.automation.batches import (
    BATCH_CHUNKS,
    SHARE_SECONDS,
    START_SECONDS,
    Shares,
    Wanted,
    Width,
    group_ranges,
)

ORDER = {f"k{n}": n for n in range(300)}


def keys(*numbers: int) -> list[str]:
    return [f"k{n}" for n in numbers]


def files(*numbers: int, chunks: int = 1) -> list[Wanted]:
    return [Wanted(f"k{n}", 100, chunks) for n in numbers]


def test_a_few_files_have_a_run_each() -> None:
    assert [r.keys for r in group_ranges(files(4, 5), ORDER, (), 64)] == [("k4",), ("k5",)]


def test_many_files_share_runs_of_bounded_size() -> None:
    ranges = group_ranges(files(*range(130)), ORDER, (), 64)
    assert [len(r.keys) for r in ranges] == [64, 64, 2]
    assert (ranges[0].first, ranges[0].last) == ("k0", "k63")


def test_a_gap_ends_a_range() -> None:
    assert [r.keys for r in group_ranges(files(0, 1, 5, 6), ORDER, (), 64)] == [("k0", "k1"), ("k5", "k6")]


def test_many_short_stretches_are_bridged_over_files_at_rest() -> None:
    (whole,) = group_ranges(files(*range(0, 40, 2)), ORDER, keys(*range(1, 40, 2)), 64)
    assert (whole.first, whole.last) == ("k0", "k38")
    assert whole.keys == tuple(keys(*range(39))), "what is bridged is the run's as well"


def test_files_that_are_not_at_rest_are_never_bridged() -> None:
    ranges = group_ranges(files(*range(0, 40, 2)), ORDER, (), 64)
    assert all(r.first == r.last for r in ranges)


def test_a_key_without_a_partition_is_left_out() -> None:
    assert group_ranges([Wanted("stranger", 1)], ORDER, (), 64) == []


@given(st.sets(st.integers(0, 299)), st.sets(st.integers(0, 299)), st.integers(1, 70))
def test_every_wanted_key_is_in_exactly_one_range_and_strangers_are_at_rest(
    wanted: set[int], rest: set[int], most: int
) -> None:
    rest -= wanted
    ranges = group_ranges(files(*wanted), ORDER, keys(*rest), most)
    mine = [key for r in ranges for key in r.keys]
    assert len(mine) == len(set(mine))
    assert set(keys(*wanted)) <= set(mine) <= set(keys(*wanted | rest))
    for found in ranges:
        span = set(range(ORDER[found.first], ORDER[found.last] + 1))
        assert len(span) <= most
        assert span <= wanted | rest
        assert len(found.keys) == len(span)


def test_the_first_runs_are_small_when_nothing_is_under_way() -> None:
    sizes = [len(each.keys) for each in group_ranges(files(*range(100)), ORDER, (), 32, ramp=True)]
    assert sizes == [8, 16, 32, 32, 12]
    assert [len(each.keys) for each in group_ranges(files(*range(100)), ORDER, (), 32)] == [32, 32, 32, 4]


def test_a_run_has_bounded_work_and_a_large_file_one_of_its_own() -> None:
    large = Wanted("k10", 10**9)
    ranges = group_ranges([*files(*range(10), chunks=500), large, *files(*range(11, 20))], ORDER, (), 64)
    assert ("k10",) in [each.keys for each in ranges]
    assert max(len(each.keys) for each in ranges[:3]) == BATCH_CHUNKS // 500


def test_runs_come_in_the_order_in_which_their_files_were_wanted() -> None:
    ranges = group_ranges([*files(200), *files(*range(100))], ORDER, (), 32)
    assert ranges[0].keys == ("k200",)


def test_batches_shrink_in_the_end_so_that_all_workers_end_together() -> None:
    width = Width(workers=8, chunk_seconds=0.2)
    ranges = group_ranges(files(*range(300), chunks=4), ORDER, (), 128, width=width)
    work = [4 * len(each.keys) for each in ranges]
    assert work[0] <= 1200 / 16 + 4, "no worker has more than half of its share in hand"
    assert min(work) >= 12, "a run is worth three seconds"
    assert max(_loads(work, 8)) <= 1.1 * sum(work) / 8


def test_what_is_done_in_one_short_round_is_cut_into_equal_shares_for_all_workers() -> None:
    sizes = [5 + n % 5 for n in range(192)]
    wanted = [Wanted(f"k{n}", 100, size) for n, size in enumerate(sizes)]
    width = Width(workers=16, chunk_seconds=0.2)
    ranges = group_ranges(wanted, ORDER, (), 128, ramp=True, width=width)
    assert sum(sizes) * 0.2 / 16 < SHARE_SECONDS
    assert len(ranges) == 16
    work = [sum(sizes[ORDER[key]] for key in each.keys) for each in ranges]
    ends = [START_SECONDS * place + 0.2 * chunks for place, chunks in enumerate(work)]
    assert max(ends) - min(ends) <= 9 * 0.2, "they differ by less than one file"
    assert work[0] > work[-1]


def test_little_work_is_not_cut_into_more_runs_than_it_is_worth() -> None:
    width = Width(workers=16, chunk_seconds=0.2)
    ranges = group_ranges(files(*range(40)), ORDER, (), 160, ramp=True, width=width)
    assert len(ranges) == 2, "eight seconds of work"


def test_a_batch_never_has_more_than_a_turn_of_work() -> None:
    width = Width(workers=2, chunk_seconds=0.2)
    ranges = group_ranges(files(*range(300), chunks=40), ORDER, (), 128, width=width)
    assert max(40 * len(each.keys) for each in ranges) * 0.2 <= 60


def test_batches_for_one_worker_are_as_large_as_its_pace_allows() -> None:
    assert Shares(Width(1, 0.02)).next(50_000) == BATCH_CHUNKS
    assert Shares(Width(1, 0.2)).next(50_000) == 300
    assert Shares(Width(1, 100.0)).next(50_000) == 1


def test_runs_under_way_follow_the_workers() -> None:
    assert [Width(workers).batches for workers in (1, 2, 4, 16)] == [4, 6, 9, 27]


def _loads(work: list[int], workers: int) -> list[int]:
    """What each worker has done when each takes the next batch as soon as it is free."""
    loads = [0] * workers
    for each in work:
        loads[loads.index(min(loads))] += each
    return loads
