"""What the three assets have in common: a step over the files of its partitions, each with an end of its own.

A file that fails never fails its neighbours. Dagster knows only whole steps, so a step with failures logs the
materialization of each good file itself and then fails: the good ones end materialized, the others failed,
each with its reason. What lies downstream is skipped in that run; the files' table hands it to the next one.
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetExecutionContext,
    AssetMaterialization,
    Failure,
    MaterializeResult,
    MetadataValue,
)
from dagster._core.execution.context.metadata_logging import AssetMetadataHandle, OutputMetadataAccumulator
from sqlalchemy import Connection

from aibox_assets.domain.errors import AIBoxError, PermanentError
from aibox_assets.execution.current_step import current_ticket
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.claims import ClaimLostError, Guard, StepSupersededError, StepTicket
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.inbox import printable
from aibox_assets.stores.progress import CHUNKS, AssetResult

StepResult = MaterializeResult[Any] | AssetCheckResult
Metadata = Mapping[str, MetadataValue]
_SHOWN: Final = 20
MAX_DEATHS: Final = 3
"""Workers that may die with a file alone in hand; with the one that died on its batch four."""
SUPERSEDED_EXIT: Final = 75


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
    """How each file of a step ended, and what the asset's check found wrong, by file."""

    made: dict[str, Made] = field(default_factory=dict)
    failures: dict[str, AIBoxError] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One asset over some files.

    :ivar ticket: which step of which run this is; every write is made under it.
    """

    platform: Platform
    asset: str
    ticket: StepTicket
    records: Mapping[str, FileRecord]
    outcome: Outcome

    def report(self, ids: Collection[str], percent: float, message: str) -> None:
        """Tell who watches how far files are; *percent* of this step."""
        self.platform.live.report_files(ids, Status.STARTED, self.asset, percent, message)

    def write(self, ids: Iterable[str], write: Callable[[list[str], Guard], None]) -> list[str]:
        """Call *write* with the files that this step may still write, and the guard for its transaction.

        What was taken away meanwhile, by a person who cancelled it or by another run, becomes a failure of its
        own here, and the write is made again without it. Returns what was written.
        """
        left = list(ids)
        while left:
            chosen = left

            def guard(connection: Connection, chosen: list[str] = chosen) -> None:
                self.platform.claims.check(connection, self.ticket, chosen)

            try:
                write(chosen, guard)
            except ClaimLostError as lost:
                self.outcome.failures.update(dict.fromkeys(lost.file_ids, lost))
                left = [id_ for id_ in chosen if id_ not in lost.file_ids]
            else:
                return chosen
        return []

    def token_guard(self, connection: Connection) -> None:
        """The guard of a write that says something of files which need not be ours any more."""
        self.platform.claims.check(connection, self.ticket, [])


def materialize_files(
    context: AssetExecutionContext, platform: Platform, asset: str, check: str, work: Callable[[Step], None]
) -> Iterator[StepResult]:
    """Run *work* over the files of this step's partitions and tell everybody how each ended."""
    ticket = current_ticket(context.run_id, asset)
    try:
        yield from _materialize(context, platform, asset, check, work)
    except AIBoxError as error:
        # A hang is seen as a lost connection first; then the store is asked what it meant.
        if not isinstance(error, StepSupersededError) and (
            ticket.task_id is None or platform.claims.is_current(ticket)
        ):
            raise
        # Whoever was given the step tells how it ends; a word from us would be the event of a zombie.
        context.log.warning(str(error))
        os._exit(SUPERSEDED_EXIT)


def _materialize(
    context: AssetExecutionContext, platform: Platform, asset: str, check: str, work: Callable[[Step], None]
) -> Iterator[StepResult]:
    ids = list(context.partition_keys)
    ticket = current_ticket(context.run_id, asset)
    records = platform.files.get(ids)
    outcome = Outcome()
    for id_ in ids:
        if id_ not in records:
            outcome.failures[id_] = PermanentError(
                f"No file {id_} is known.", "It was deleted; remove the partition in the Dagster UI."
            )
    started = time.monotonic()
    step = Step(platform, asset, ticket, records, outcome)
    begun = step.write(records, lambda ids, guard: platform.progress.start(ids, context.run_id, guard=guard))
    for part in _parts(replace(step, records={id_: records[id_] for id_ in begun})):
        try:
            work(part)
        except StepSupersededError:
            raise
        except AIBoxError as error:  # a store or the configuration: nothing to do with any one file
            context.log.error(traceback.format_exc())
            _fail_rest(outcome, part.records, error)
    _record(step, context.run_id)
    context.log.info(
        f"{asset}: {len(outcome.made)} of {len(ids)} files in {time.monotonic() - started:.1f} s"
    )
    checked = _check(check, outcome)
    if not outcome.failures:
        _attach(context, outcome.made)
        yield MaterializeResult(check_results=[checked])
        return
    for id_, made in outcome.made.items():
        context.log_event(AssetMaterialization(context.asset_key, metadata=made.metadata, partition=id_))
    for failed in list(outcome.failures.values())[:_SHOWN]:
        context.log.error("".join(traceback.format_exception(failed)))
    if asset == CHUNKS:
        platform.progress.hand_on(outcome.made.keys(), context.run_id, guard=step.token_guard)
    if outcome.made:  # a check of nothing has nothing to say
        yield checked
    raise _failure(asset, outcome, records)


def _parts(step: Step) -> Iterator[Step]:
    """The step whole; or file by file, where a worker died on the batch or the file is alone anyway.

    The file in hand is written down, so that the executor can count the workers that died with it: it is
    given up after ``MAX_DEATHS``, and its neighbours go on.
    """
    claims, ticket = step.platform.claims, step.ticket
    if ticket.task_id is None or (ticket.submission == 1 and len(step.records) > 1):
        yield step
        return
    deaths = claims.deaths(ticket)
    for id_, record in step.records.items():
        if deaths.get(id_, 0) >= MAX_DEATHS:
            step.outcome.failures[id_] = WorkerKilledError(deaths[id_])
            continue
        claims.take_in_hand(ticket, id_)
        yield replace(step, records={id_: record})
    claims.take_in_hand(ticket, None)


def _record(step: Step, run_id: str) -> None:
    """Write down how each file ended."""
    platform, asset, outcome = step.platform, step.asset, step.outcome

    def complete(ids: list[str], guard: Guard) -> None:
        results = {id_: outcome.made[id_].result for id_ in ids}
        platform.progress.complete(asset, results, run_id, guard=guard)

    done = step.write(outcome.made, complete)
    outcome.made = {id_: outcome.made[id_] for id_ in done}
    platform.progress.fail(outcome.failures, run_id, guard=step.token_guard)
    for id_, error in outcome.failures.items():
        platform.live.report_progress(id_, Status.FAILED, asset, 100, str(error))
    by_status: dict[Status, list[str]] = {}
    for id_, record in platform.files.get(done).items():
        by_status.setdefault(record.status, []).append(id_)
    for status, ids in by_status.items():
        platform.live.report_files(ids, status, asset, 100, f"{asset} done")


def _attach(context: AssetExecutionContext, made: Mapping[str, Made]) -> None:
    """The metadata of each file's materialization.

    What ``context.add_asset_metadata`` does for one partition; there (dagster 1.13) each call reads the keys of
    all partitions from the database again, which took longer than the work itself.
    """
    step = context.get_step_execution_context()
    handles: dict[Any, Mapping[str, Any]] = {
        AssetMetadataHandle(asset_key=context.asset_key, partition_key=id_): each.metadata
        for id_, each in made.items()
    }
    before = step._metadata_accumulator.per_output_metadata
    step._metadata_accumulator = OutputMetadataAccumulator(per_output_metadata={**before, **handles})


def describe_file(record: FileRecord) -> dict[str, MetadataValue]:
    """What every materialization says of its file."""
    return {
        "file": MetadataValue.text(printable(record.display_path)),
        "user_id": MetadataValue.text(record.user_id),
    }


def _fail_rest(outcome: Outcome, records: Mapping[str, FileRecord], error: AIBoxError) -> None:
    for id_ in records:
        if id_ not in outcome.made:
            outcome.failures.setdefault(id_, error)


def _check(name: str, outcome: Outcome) -> AssetCheckResult:
    return AssetCheckResult(
        check_name=name,
        passed=not outcome.faults,
        severity=AssetCheckSeverity.ERROR,
        metadata={"files": len(outcome.made), **dict(list(outcome.faults.items())[:_SHOWN])},
    )


def _failure(asset: str, outcome: Outcome, records: Mapping[str, FileRecord]) -> Failure:
    names = {id_: printable(records[id_].display_path) if id_ in records else id_ for id_ in outcome.failures}
    total = len(outcome.failures) + len(outcome.made)
    lines = [f"{names[id_]}: {error}" for id_, error in outcome.failures.items()]
    more = f"\n… and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    head = (
        ""
        if total == 1
        else f"{len(lines)} of {total} files failed in {asset}; the others are materialized.\n"
    )
    return Failure(
        description=head + "\n".join(lines[:_SHOWN]) + more,
        metadata={names[id_]: str(error) for id_, error in list(outcome.failures.items())[:_SHOWN]},
        # A retry of the step would do the good files again; the files' table retries each file by itself.
        allow_retries=False,
    )
