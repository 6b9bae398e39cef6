"""What the three assets have in common: a step over the files of its partitions, each with an end of its own.

A file that fails never fails its neighbours. Dagster knows only whole steps, so a step with failures logs the
materialization of each good file itself and then fails: the good ones end materialized, the others failed,
each with its reason. What lies downstream is skipped in that run, and given back for the next one.
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    MaterializeResult,
)

from aibox_assets.assets.materializations import attach, log_together
from aibox_assets.assets.reports import SHOWN, check_made, describe_failure
from aibox_assets.assets.stages import Stages, run_in_turn, run_overlapping
from aibox_assets.assets.step import PACE_CHUNKS, Outcome, Step, cut_parts, goes_one_by_one
from aibox_assets.domain.errors import AIBoxError, ConfigurationError, InstallationError, PermanentError
from aibox_assets.domain.installation import REMEDY, find_installation_fault
from aibox_assets.execution.current_step import current_ticket
from aibox_assets.execution.partitions import BATCH_TAG, describe_no_partition
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.fencing import Guard, StepSupersededError, StepTicket
from aibox_assets.stores.files import ASSETS, CHUNKS, FileRecord, Status
from aibox_assets.workers.queues import QUEUE_OF

StepResult = MaterializeResult[Any] | AssetCheckResult
Prepare = Callable[[], Stages[Any, Any]]
SUPERSEDED_EXIT: Final = 75
TURN_SECONDS: Final = 60.0
"""After so long a step ends behind its part when another owner waits; one that nobody waits for does when any waits."""
_OTHERS_FIRST: Final = "Others wait, who come first by now: it goes on in another run."
_HELD: Final = "A person paused its queue: it goes on when the queue does."


def materialize_files(
    context: AssetExecutionContext, platform: Platform, asset: str, check: str, prepare: Prepare
) -> Iterator[StepResult]:
    """Take the files of this step's partitions through the stages that *prepare* makes, once, and tell everybody how
    each ended."""
    if not (context.has_partition_key or context.has_partition_key_range):
        raise describe_no_partition(asset)
    ticket = current_ticket(context.run_id, asset, context.run.tags.get(BATCH_TAG))
    try:
        yield from _materialize(context, platform, ticket, check, prepare)
    except AIBoxError as error:
        # A hang is seen as a lost connection first; then the store is asked what it meant.
        if not isinstance(error, StepSupersededError) and (
            ticket.task_id is None or platform.fencing.is_current(ticket)
        ):
            raise
        # The step belongs to another task, which tells how it ends: no event of this one may reach the run.
        context.log.warning(str(error))
        os._exit(SUPERSEDED_EXIT)


def _materialize(
    context: AssetExecutionContext,
    platform: Platform,
    ticket: StepTicket,
    check: str,
    prepare: Prepare,
) -> Iterator[StepResult]:
    asset, ids, started = ticket.step_key, list(context.partition_keys), time.monotonic()
    records = platform.files.get(ids)
    step = Step(platform, asset, QUEUE_OF[asset], ticket, _mine(platform, ticket, records), Outcome())
    for id_ in ids:
        if id_ not in records:
            step.outcome.failures[id_] = PermanentError(
                f"No file {id_} is known.", "It was deleted; remove the partition in the Dagster UI."
            )
        elif id_ not in step.records:
            step.outcome.passed_over[id_] = _why_not(records[id_])
    _work_in_parts(context, step, prepare)
    outcome = step.outcome
    context.log.info(
        f"{asset}: {len(outcome.made)} of {len(ids)} files in {time.monotonic() - started:.1f} s"
    )
    checked = check_made(check, outcome)
    if not outcome.failures and not outcome.passed_over:
        attach(context, outcome.made)
        yield MaterializeResult(check_results=[checked])
        return
    log_together(context, outcome.made)
    for failed in list(outcome.failures.values())[:SHOWN]:
        context.log.error("".join(traceback.format_exception(failed)))
    if asset == CHUNKS:
        platform.lifecycle.give_back(outcome.made.keys(), ASSETS, ticket.run, guard=step.token_guard)
    if outcome.made:  # a check of nothing has nothing to say
        yield checked
    raise describe_failure(asset, outcome, records)


def _mine(platform: Platform, ticket: StepTicket, records: Mapping[str, FileRecord]) -> dict[str, FileRecord]:
    """Those of the files that the run has. Without an executor nobody took them for it."""
    taken = (
        [id_ for id_, record in records.items() if record.work[ticket.step_key].run in (None, ticket.run)]
        if ticket.task_id is None
        else platform.lifecycle.taken(ticket.run, ticket.step_key, records.keys())
    )
    return {id_: records[id_] for id_ in taken}


def _work_in_parts(context: AssetExecutionContext, step: Step, prepare: Prepare) -> None:
    """Work on the files part by part; how those of each ended is written down as soon as it is published.

    An error of ours that names no file is one of the installation: it pauses the queue, and the rest is given back. So
    is any error before the first file, and any that a broken installation raises.
    """
    parts = _Parts(step)
    run = run_in_turn if goes_one_by_one(step) else run_overlapping
    try:
        _require_recipe(step)
        parts.stages = prepare()
        run(parts.cut(), parts.load, parts.compute, parts.publish)
        rest = step.records.keys() - parts.done - step.outcome.failures.keys()
        step.platform.lifecycle.give_back(rest, [step.asset], step.ticket.run, guard=step.token_guard)
        step.outcome.passed_over.update(dict.fromkeys(rest, parts.why_not_all))
    except StepSupersededError:
        raise
    except Exception as raised:
        error = raised if isinstance(raised, AIBoxError) else find_installation_fault(raised)
        if error is None and not parts.begun:
            error = InstallationError(f"The step cannot begin: {type(raised).__name__}: {raised}.", REMEDY)
        if error is None:
            raise
        error.__cause__ = error.__cause__ or (None if error is raised else raised)
        context.log.error(traceback.format_exc())
        ended = parts.done | step.outcome.failures.keys()
        left = [id_ for id_ in step.records if id_ not in ended]
        step.platform.lifecycle.pause(
            step.asset, step.queue, left, error, step.ticket.run, guard=step.token_guard
        )
        step.platform.live.report_files(left, Status.QUEUED, step.asset, 0, str(error))
        step.outcome.passed_over.update(dict.fromkeys(left, str(error)))
    _fail(step, step.outcome)  # what workers died of, which no part saw


def _must_make_room(step: Step, started: float) -> bool:
    """Whether files come first that wait for this worker: any at all, where nobody waits for the step's own; of other
    owners, where it took its turn."""
    background = all(record.work[step.asset].background for record in step.records.values())
    if not background and time.monotonic() - started < TURN_SECONDS:
        return False
    owners = set() if background else {record.user_id for record in step.records.values()}
    return step.platform.lifecycle.others_wait(step.asset, owners)


@dataclass(frozen=True, slots=True)
class _InHand:
    """A part on its way. :ivar chosen: those of its files that were still this step's. :ivar got: by its last stage."""

    part: Step
    chosen: Step
    begun: float
    got: Any


class _Parts:
    """The parts of a step, each through the asset's stages between its start and its end.

    :ivar done: files of which it is written down how they ended.
    :ivar why_not_all: why no more parts were cut, if files are left. :ivar begun: whether a first one was.
    """

    stages: Stages[Any, Any]

    def __init__(self, step: Step) -> None:
        self.begun = False
        self.done: set[str] = set()
        self.why_not_all = _OTHERS_FIRST
        self._step = step
        self._started = self._last = time.monotonic()

    def cut(self) -> Iterator[Step]:
        """Parts, until somebody wants the rest to wait."""
        for part in cut_parts(self._step):
            first, self.begun = not self.begun, True
            if self._step.platform.pauses.is_stopped(self._step.queue):
                self.why_not_all = _HELD
                return
            if not first and _must_make_room(self._step, self._started):
                return
            yield part

    def load(self, part: Step) -> _InHand:
        """Show its files as started, and read them."""

        def start(ids: list[str], guard: Guard) -> None:
            part.platform.lifecycle.start(part.asset, ids, part.ticket.run_id, guard=guard)

        begun = time.monotonic()
        chosen = part.of(part.write(part.records, start))
        return _InHand(part, chosen, begun, self.stages.load(chosen))

    def compute(self, hand: _InHand) -> _InHand:
        """The model."""
        return replace(hand, got=self.stages.compute(hand.chosen, hand.got))

    def publish(self, hand: _InHand) -> None:
        """Write what was made, and how each file ended."""
        self.stages.publish(hand.chosen, hand.got)
        hand.part.outcome.add(hand.chosen.outcome)
        self._report_pace(hand)
        _end(hand.part)
        self._step.outcome.add(hand.part.outcome)
        self.done |= hand.part.records.keys()

    def _report_pace(self, hand: _InHand) -> None:
        # From the end of the part before it: the stages of the two overlapped.
        begun, self._last = max(hand.begun, self._last), time.monotonic()
        chunks = sum(record.weight for record in hand.chosen.records.values())
        if chunks >= PACE_CHUNKS:
            hand.part.platform.live.report_pace(hand.part.asset, (self._last - begun) / chunks)


def _end(part: Step) -> None:
    """Write down how each file of the part ended."""

    def complete(ids: list[str], guard: Guard) -> None:
        results = {id_: part.outcome.made[id_].result for id_ in ids}
        part.platform.lifecycle.complete(part.asset, part.queue, results, part.ticket.run_id, guard=guard)

    done = part.write(part.outcome.made, complete)
    part.outcome.made = {id_: part.outcome.made[id_] for id_ in done}
    _fail(part, part.outcome)
    if part.outcome.passed_over:
        part.platform.lifecycle.give_back(
            part.outcome.passed_over.keys(), [part.asset], part.ticket.run, guard=part.token_guard
        )
    by_status: dict[Status, list[str]] = {}
    for id_, status in part.platform.files.statuses(done).items():
        by_status.setdefault(status, []).append(id_)
    for status, ids in by_status.items():
        part.platform.live.report_files(ids, status, part.asset, 100, f"{part.asset} done")


def _fail(step: Step, outcome: Outcome) -> None:
    step.platform.lifecycle.fail(step.asset, outcome.failures, step.ticket.run, guard=step.token_guard)
    for id_, error in outcome.failures.items():
        step.platform.live.report_progress(id_, Status.FAILED, step.asset, 100, str(error))


def _require_recipe(step: Step) -> None:
    wanted = step.platform.lifecycle.recipes().get(step.asset)
    if wanted not in (None, step.platform.models.recipe(step.asset)):
        raise ConfigurationError(
            f"This worker makes {step.asset} by another configuration than the one that is wanted now.",
            "It starts again by itself; a worker on another machine needs the same settings and releases.",
        )


def _why_not(record: FileRecord) -> str:
    return record.error or (f"Run {record.run} works on it." if record.run else "Its work was taken away.")
