"""One asset over some files: what a step works with, and how each of its files ended."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dagster import MetadataValue
from sqlalchemy import Connection

from aibox_assets.domain.errors import AIBoxError, PermanentError, StoreUnavailableError
from aibox_assets.domain.models import Chunk
from aibox_assets.execution.current_step import at
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.fencing import Guard, StepTicket, WorkLostError
from aibox_assets.stores.files import CHUNK_BYTES, CHUNKS, FileRecord, Status
from aibox_assets.stores.lifecycle import AssetResult

Metadata = Mapping[str, MetadataValue]
MAX_DEATHS: Final = 3
"""Workers that may die with a file alone in hand; with the one that died on its batch four."""
PART_FILES: Final = 256
"""Most files of a part: what is in hand is shown as started, and each part has some fifteen transactions."""
TINY_WORK: Final = 0.25
"""The least work of a file, in chunks: what is done for each beside the model."""
PART_BYTES: Final = 256 * 2**10
"""Most bytes of files that are read in one part, but for a larger one that is alone: it may take minutes."""
PART_CHUNKS: Final = 64
"""Enough for the model to find texts of like length among them, and few enough that the stages of a step overlap."""
PACE_CHUNKS: Final = 8
"""Chunks of a part that tells how long one takes; in a smaller one the time is that of the step itself. While nobody
knows the pace, by which batches are cut, steps begin with a part of so many."""
REPORT_SECONDS: Final = 1.0
"""Who watches is told no more often how far a part is: for tiny files it cost more than to read them."""


class WorkerKilledError(PermanentError):
    """The file kills whichever worker works on it.

    :param deaths: workers that died with the file alone in hand.
    """

    def __init__(self, deaths: int) -> None:
        super().__init__(
            f"{deaths} workers died while they worked on it.",
            "Its worker's log says why; memory is the usual reason. Split the file, or 'aibox retry' it.",
        )
        self.attempts = deaths


@dataclass(frozen=True, slots=True)
class Made:
    """What an asset made of one file, and what to show of it."""

    result: AssetResult
    metadata: Metadata


@dataclass(slots=True)
class Outcome:
    """How each file of a step ended, by file.

    :ivar failures: with an error of its own. :ivar faults: what the asset's check found wrong.
    :ivar passed_over: not this run's to make, or not now; why. Nothing is written down against the file.
    """

    made: dict[str, Made] = field(default_factory=dict)
    failures: dict[str, AIBoxError] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)

    def add(self, part: Outcome) -> None:
        """What a further part of the files ended as."""
        self.made |= part.made
        self.failures |= part.failures
        self.faults |= part.faults
        self.passed_over |= part.passed_over


@dataclass(frozen=True, slots=True)
class Step:
    """One asset over some files.

    :ivar ticket: which step of which run this is; every write is made under it.
    """

    platform: Platform
    asset: str
    queue: str
    ticket: StepTicket
    records: Mapping[str, FileRecord]
    outcome: Outcome

    def report(self, ids: Collection[str], percent: float, message: str) -> None:
        """Tell who watches how far files are; *percent* of this step."""
        self.platform.live.report_files(ids, Status.STARTED, self.asset, percent, message)

    def count_chunks(self, first: Chunk, total: int) -> Callable[[Sequence[Chunk]], None]:
        """What is to be told of each part of *total* chunks that the model is done with; who watches hears of it, once
        in a while."""
        done, told = 0, time.monotonic()
        at(first.file_id, f"0 of {total} chunks")

        def count(part: Sequence[Chunk]) -> None:
            nonlocal done, told
            done += len(part)
            message = f"{done} of {total} chunks"
            at(part[-1].file_id, message)
            if time.monotonic() - told > REPORT_SECONDS:
                self.report(self.records, 100 * done / total, message)
                told = time.monotonic()

        return count

    def write(self, ids: Iterable[str], write: Callable[[list[str], Guard], None]) -> list[str]:
        """Call *write* with the files that this step may still write, and the guard for its transaction.

        What was taken away meanwhile, by a person who cancelled it or by another run, is passed over, and the
        write is made again without it. Returns what was written.
        """
        left = list(ids)
        while left:
            chosen = left

            def guard(connection: Connection, chosen: list[str] = chosen) -> None:
                self.platform.fencing.check(connection, self.ticket, chosen)

            try:
                write(chosen, guard)
            except WorkLostError as lost:
                self.outcome.passed_over.update(dict.fromkeys(lost.file_ids, str(lost)))
                left = [id_ for id_ in chosen if id_ not in lost.file_ids]
            else:
                return chosen
        return []

    def token_guard(self, connection: Connection) -> None:
        """The guard of a write that says something of files which need not be ours any more."""
        self.platform.fencing.check(connection, self.ticket, [])

    def of(self, ids: Iterable[str]) -> Step:
        """A part of the step, with an outcome of its own."""
        return replace(self, records={id_: self.records[id_] for id_ in ids}, outcome=Outcome())


def goes_one_by_one(step: Step) -> bool:
    """Whether a worker died on the batch, or the file is alone anyway."""
    return step.ticket.task_id is not None and (step.ticket.submission > 1 or len(step.records) < 2)


def cut_parts(step: Step) -> Iterator[Step]:
    """The step in parts of bounded work, each published when it is done.

    Where it goes file by file, the file in hand is written down, so that the executor can count the workers that died
    with it. It is given up after ``MAX_DEATHS``; the rest goes on.
    """
    fencing, ticket = step.platform.fencing, step.ticket
    if not goes_one_by_one(step):
        first = math.inf if step.asset == CHUNKS or _is_paced(step) else PACE_CHUNKS
        for ids in _cut(step.asset, list(step.records.values()), first):
            yield step.of(ids)
        return
    deaths = fencing.deaths(ticket)
    for id_ in step.records:
        if deaths.get(id_, 0) >= MAX_DEATHS:
            step.outcome.failures[id_] = WorkerKilledError(deaths[id_])
            continue
        fencing.take_in_hand(ticket, id_)
        yield step.of([id_])
    fencing.take_in_hand(ticket, None)


def _is_paced(step: Step) -> bool:
    try:
        return step.platform.live.read_pace(step.asset) is not None
    except StoreUnavailableError:  # the work goes on without it
        return True


def _cut(asset: str, records: list[FileRecord], enough: float) -> Iterator[list[str]]:
    """Parts of at most so many files and so much work; a file that is more than that has a part of its own.

    :param enough: the first part ends with the file with which it has so much work.
    """
    most = PART_BYTES if asset == CHUNKS else PART_CHUNKS
    part: list[str] = []
    total = 0.0
    for record in records:
        weight = record.size if asset == CHUNKS else _work_of(record)
        if part and (total + weight > most or total >= enough or len(part) >= PART_FILES):
            yield part
            part, total, enough = [], 0, math.inf
        part.append(record.id)
        total += weight
    if part:
        yield part


def _work_of(record: FileRecord) -> float:
    """In chunks of the usual length; a file of one sentence is less than one."""
    return record.weight if record.weight > 1 else min(1.0, max(TINY_WORK, record.size / CHUNK_BYTES))
