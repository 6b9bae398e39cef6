"""Batches as ranges of partitions, of bounded work. Pure.

A Dagster run takes one partition or a range in the order in which the keys were added, so a batch is a
stretch of that order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

from aibox_assets.stores.files import estimate_chunks

ONE_BY_ONE: Final = 3
FEW_RANGES: Final = 3
FIRST_FILES: Final = 32
"""Most files of the first batch, and half of the most of the second, so that all workers have work soon."""
MAX_GAP: Final = 8
BATCH_CHUNKS: Final = 2000
"""Most chunks of a batch, however fast the models are."""
BATCH_SECONDS: Final = 60.0
"""Most work of a batch at the measured pace, so that nobody waits much longer for a turn."""
SHARE_SECONDS: Final = 20.0
"""Of work for each worker: less is handed out at once, an equal share for each."""
ROUNDS: Final = 3
"""So many equal shares for each worker end a load; before them batches are larger, since each run has its price."""
LEAST_SECONDS: Final = 3.0
"""Less work is not worth a run of its own, also where workers would be idle without it."""
LEAST_CHUNKS: Final = 32
"""The same where no pace was measured yet."""
START_SECONDS: Final = 0.15
"""Between the beginnings of two runs that are requested together, which begin one after the other."""
SHARES: Final = 2
"""A batch is at most this part of what a worker's share of the waiting work is: the last batches are small."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that waits. :ivar size: in bytes. :ivar chunks: how many, once they are made."""

    id: str
    size: int
    chunks: int | None = None

    @property
    def work(self) -> int:
        """Estimated, in chunks."""
        return estimate_chunks(self.size) if self.chunks is None else max(1, self.chunks)


@dataclass(frozen=True, slots=True)
class Width:
    """What the batches are cut for.

    :ivar workers: steps of the same queue that run at once.
    :ivar chunk_seconds: of the slowest asset, as lately measured; None where nothing was.
    """

    workers: int = 1
    chunk_seconds: float | None = None

    @property
    def batches(self) -> int:
        """Runs under way that keep all workers busy: one at each, half as many that wait, three in other steps."""
        return self.workers + self.workers // 2 + 3

    @property
    def most(self) -> int:
        """Most chunks of any batch."""
        if self.chunk_seconds is None:
            return BATCH_CHUNKS
        return max(1, min(BATCH_CHUNKS, int(BATCH_SECONDS / self.chunk_seconds)))


class Shares:
    """How large the next batch is to be, again and again while what waits becomes less.

    Where no worker has anything in hand, what they do in a few short rounds is cut into equal shares, as many for each,
    so that all begin at once and end together. Else batches shrink with what is left (guided self-scheduling,
    Polychronopoulos and Kuck 1987), since each worker is done with its own at another time.

    :param idle: no run is under way.
    """

    def __init__(self, width: Width, *, idle: bool = False) -> None:
        self._width, self._idle = width, idle
        self._last: int | None = None

    def next(self, left: int) -> float:
        """Chunks of the next batch, with *left* chunks that wait."""
        most, workers, pace = self._width.most, self._width.workers, self._width.chunk_seconds
        if workers < 2:
            return most
        if self._idle and self._last is None and pace is not None:
            rounds = ceil(left * pace / workers / SHARE_SECONDS)
            if rounds <= ROUNDS:
                self._last = max(1, min(rounds * workers, int(left * pace / LEAST_SECONDS)))
        if self._last is not None and pace is not None:
            share = left / self._last
            if (
                self._last <= workers
            ):  # of the last round, who begins later has less, so that all end together
                share += (self._last - 1) / 2 * START_SECONDS / pace
            self._last = max(1, self._last - 1)
            return min(most, max(1.0, share))
        least = LEAST_CHUNKS if pace is None else LEAST_SECONDS / pace
        return min(most, max(1.0, least, left / (SHARES * workers)))

    def has_room(self, work: int, more: int, share: float) -> bool:
        """Whether a batch of *work* chunks takes a file of *more*: in equal shares the nearer end counts."""
        if self._last is None:
            return work + more <= share
        return work + more / 2 <= share and work + more <= self._width.most


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
    width: Width = Width(),
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
    sizes = [max(1, min(n * FIRST_FILES, n * max_files // 4)) for n in (1, 2)] if ramp else []
    ranges = _cut(files, order, max_files, {}, sizes, Shares(width, idle=ramp))
    if _stretches(files, order) > max(FEW_RANGES, -(-len(files) // max_files) + 1):
        at = {order[key]: key for key in bridges if key in order}
        ranges = _cut(files, order, max_files, at, sizes, Shares(width, idle=ramp))
    return sorted(ranges, key=lambda each: min(turn[key] for key in each.keys if key in turn))


def _stretches(files: Sequence[Wanted], order: Mapping[str, int]) -> int:
    """Stretches of the order that hold nothing but *files*, which are sorted by it."""
    return 1 + sum(order[after.id] != order[before.id] + 1 for before, after in pairwise(files))


def _cut(
    files: Sequence[Wanted],
    order: Mapping[str, int],
    max_files: int,
    bridges: Mapping[int, str],
    sizes: Sequence[int],
    shares: Shares,
) -> list[FileRange]:
    ranges: list[list[str]] = []
    work, left = 0, sum(file.work for file in files)
    share = 0.0
    for file in files:
        if ranges:
            first, last = order[ranges[-1][0]], order[ranges[-1][-1]]
            gap = range(last + 1, order[file.id])
            near = len(gap) <= MAX_GAP and all(position in bridges for position in gap)
            limit = sizes[len(ranges) - 1] if len(ranges) <= len(sizes) else max_files
            if near and order[file.id] - first < limit and shares.has_room(work, file.work, share):
                ranges[-1] += [*(bridges[position] for position in gap), file.id]
                work += file.work
                continue
        ranges.append([file.id])
        left -= work
        work, share = file.work, shares.next(left)
    return [FileRange(stretch[0], stretch[-1], tuple(stretch)) for stretch in ranges]
