"""Batches as ranges of partitions, of bounded work. Pure.

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
CHUNK_BYTES: Final = 1000
"""Bytes of a document that make about one chunk: what a file whose chunks are not made yet is estimated by."""
BATCH_CHUNKS: Final = 2000
"""Most chunks of a batch: about half a minute of a worker, so that nobody waits much longer for a turn."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that waits. :ivar size: in bytes. :ivar chunks: how many, once they are made."""

    id: str
    size: int
    chunks: int | None = None

    @property
    def work(self) -> int:
        """Estimated, in chunks."""
        return max(1, self.size // CHUNK_BYTES if self.chunks is None else self.chunks)


@dataclass(frozen=True, slots=True)
class FileRange:
    """Files of one run: all between *first* and *last*, of which *keys* are the run's to make."""

    first: str
    last: str
    keys: tuple[str, ...]


def group_ranges(
    wanted: Sequence[Wanted],
    order: Mapping[str, int],
    bridges: Collection[str],
    max_files: int,
    *,
    ramp: bool = False,
) -> list[FileRange]:
    """Cut *wanted* into ranges for runs, in the order in which they were wanted.

    A few files get a run each, so that each answers soon. More share runs, in stretches that hold nothing
    else. Where that makes many short stretches, short gaps of files at rest (*bridges*) are bridged.

    :param order: position of every partition key. Keys that have none are left out.
    :param bridges: keys that a run may take along without harm.
    :param ramp: no run is under way: the first one is small, so that the workers behind it start early.
    """
    turn = {file.id: place for place, file in enumerate(wanted)}
    files = sorted((file for file in wanted if file.id in order), key=lambda file: order[file.id])
    if len(files) <= ONE_BY_ONE:
        return [FileRange(file.id, file.id, (file.id,)) for file in files]
    sizes = [max(1, max_files // 4), max(1, max_files // 2)] if ramp else []
    ranges = _cut(files, order, max_files, {}, sizes)
    if len(ranges) > max(FEW_RANGES, -(-len(files) // max_files) + 1 + len(sizes)):
        at = {order[key]: key for key in bridges if key in order}
        ranges = _cut(files, order, max_files, at, sizes)
    return sorted(ranges, key=lambda each: min(turn[key] for key in each.keys if key in turn))


def _cut(
    files: Sequence[Wanted],
    order: Mapping[str, int],
    max_files: int,
    bridges: Mapping[int, str],
    sizes: Sequence[int],
) -> list[FileRange]:
    ranges: list[list[str]] = []
    work = 0
    for file in files:
        if ranges:
            first, last = order[ranges[-1][0]], order[ranges[-1][-1]]
            gap = range(last + 1, order[file.id])
            near = len(gap) <= MAX_GAP and all(position in bridges for position in gap)
            limit = sizes[len(ranges) - 1] if len(ranges) <= len(sizes) else max_files
            if near and order[file.id] - first < limit and work + file.work <= BATCH_CHUNKS:
                ranges[-1] += [*(bridges[position] for position in gap), file.id]
                work += file.work
                continue
        ranges.append([file.id])
        work = file.work
    return [FileRange(stretch[0], stretch[-1], tuple(stretch)) for stretch in ranges]
