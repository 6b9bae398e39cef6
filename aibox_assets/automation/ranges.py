"""Batches as ranges of partitions. Pure.

A Dagster run takes one partition or a range in the order in which the keys were added, so a batch is a
stretch of that order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

ONE_BY_ONE: Final = 3
FEW_RANGES: Final = 3
MAX_GAP: Final = 8


@dataclass(frozen=True, slots=True)
class PartitionRange:
    """Files of one run: *keys* are wanted; what else lies between *first* and *last* may be done again."""

    first: str
    last: str
    keys: tuple[str, ...]


def group_ranges(
    wanted: Sequence[str],
    order: Mapping[str, int],
    bridges: Collection[str],
    max_files: int,
    *,
    ramp: bool = False,
) -> list[PartitionRange]:
    """Cut *wanted* into ranges for runs.

    A few files get a run each, so that each answers soon. More share runs, in stretches that hold nothing
    else. Where that makes many short stretches, short gaps of files at rest (*bridges*) are bridged.

    :param order: position of every partition key. Keys that have none are left out.
    :param bridges: keys that a run may take along without harm.
    :param ramp: no run is under way: the first one is small, so that the workers behind it start early.
    """
    keys = sorted((key for key in wanted if key in order), key=order.__getitem__)
    if len(keys) <= ONE_BY_ONE:
        return [PartitionRange(key, key, (key,)) for key in keys]
    sizes = [max(1, max_files // 4), max(1, max_files // 2)] if ramp else []
    exact = _cut(keys, order, max_files, frozenset(), sizes)
    if len(exact) <= max(FEW_RANGES, -(-len(keys) // max_files) + 1 + len(sizes)):
        return exact
    at = {order[key] for key in bridges if key in order}
    return _cut(keys, order, max_files, frozenset(at), sizes)


def _cut(
    keys: Sequence[str],
    order: Mapping[str, int],
    max_files: int,
    bridges: frozenset[int],
    sizes: Sequence[int],
) -> list[PartitionRange]:
    ranges: list[list[str]] = []
    for key in keys:
        if ranges:
            first, last = order[ranges[-1][0]], order[ranges[-1][-1]]
            gap = range(last + 1, order[key])
            near = len(gap) <= MAX_GAP and all(position in bridges for position in gap)
            limit = sizes[len(ranges) - 1] if len(ranges) <= len(sizes) else max_files
            if near and order[key] - first < limit:
                ranges[-1].append(key)
                continue
        ranges.append([key])
    return [PartitionRange(stretch[0], stretch[-1], tuple(stretch)) for stretch in ranges]
