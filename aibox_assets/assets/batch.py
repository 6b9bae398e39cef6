"""What the three assets have in common: a step over the files of its partitions, each with an end of its own.

A file that fails never fails its neighbours. Dagster knows only whole steps, so a step with failures logs the
materialization of each good file itself and then fails: the good ones end materialized, the others failed,
each with its reason. What lies downstream is skipped in that run; the files' table hands it to the next one.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetExecutionContext,
    AssetMaterialization,
    Failure,
    MaterializeResult,
    MetadataValue,
)

from aibox_assets.domain.errors import AIBoxError, PermanentError
from aibox_assets.execution.platform import Platform
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.inbox import printable
from aibox_assets.stores.progress import CHUNKS, AssetResult

StepResult = MaterializeResult[Any] | AssetCheckResult
Metadata = Mapping[str, MetadataValue]
_SHOWN = 20


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

    :ivar report: tells who watches how far a file is: file id, percent of this step, message.
    """

    records: Mapping[str, FileRecord]
    run_id: str
    report: Callable[[str, float, str], None]


def materialize_files(
    context: AssetExecutionContext,
    platform: Platform,
    asset: str,
    check: str,
    work: Callable[[Platform, Step, Outcome], None],
) -> Iterator[StepResult]:
    """Run *work* over the files of this step's partitions and tell everybody how each ended."""
    ids = list(context.partition_keys)
    records = platform.files.get(ids)
    outcome = Outcome()
    for id_ in ids:
        if id_ not in records:
            outcome.failures[id_] = PermanentError(
                f"No file {id_} is known.", "It was deleted; remove the partition in the Dagster UI."
            )
    started = time.monotonic()
    platform.progress.start(records.keys(), context.run_id)

    def report(id_: str, percent: float, message: str) -> None:
        platform.live.report_progress(id_, Status.STARTED, asset, percent, message)

    try:
        work(platform, Step(records, context.run_id, report), outcome)
    except AIBoxError as error:  # a store or the configuration: nothing to do with any one file
        context.log.error(traceback.format_exc())
        _fail_rest(outcome, records, error)
    context.log.info(
        f"{asset}: {len(outcome.made)} of {len(ids)} files in {time.monotonic() - started:.1f} s"
    )
    platform.progress.complete(asset, {i: made.result for i, made in outcome.made.items()}, context.run_id)
    platform.progress.fail(outcome.failures, context.run_id)
    for id_, record in platform.files.get(records.keys()).items():
        message = str(outcome.failures[id_]) if id_ in outcome.failures else f"{asset} done"
        platform.live.report_progress(id_, record.status, asset, 100, message)
    checked = _check(check, outcome)
    if not outcome.failures:
        for id_, made in outcome.made.items():
            context.add_asset_metadata(made.metadata, partition_key=id_)
        yield MaterializeResult(check_results=[checked])
        return
    for id_, made in outcome.made.items():
        context.log_event(AssetMaterialization(context.asset_key, metadata=made.metadata, partition=id_))
    if asset == CHUNKS:
        platform.progress.hand_on(outcome.made.keys(), context.run_id)
    if outcome.made:  # a check of nothing has nothing to say
        yield checked
    raise _failure(asset, outcome, records)


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
