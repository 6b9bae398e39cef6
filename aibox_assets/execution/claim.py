"""The files of a run. A requested one has them since it was requested; one that a person launched takes them before
its first step, or waits for the runs that have them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from dagster import DagsterInstance, DagsterRun, RunsFilter
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

from aibox_assets.execution.partitions import BATCH_TAG, FILES
from aibox_assets.stores.lifecycle import Lifecycle


class Claim:
    """What one run does to have its files.

    :ivar is_made: it has them; of a requested one these are not all of its range.
    """

    def __init__(
        self, instance: DagsterInstance, run: DagsterRun, assets: Sequence[str], lifecycle: Lifecycle
    ) -> None:
        self._instance, self._run, self._assets, self._lifecycle = instance, run, assets, lifecycle
        self._waits_for = frozenset[str]()
        self.is_made = BATCH_TAG in run.tags
        self._files = [] if self.is_made else self._list_files()
        self._launched = datetime.now(UTC) if self.is_made else self._launched_at()

    def make(self) -> frozenset[str]:
        """Take the files, or none where other runs have some of them.

        :returns: those runs, where one is among them that was not at the try before.
        :raises StoreUnavailableError: Postgres did not answer, or another transition takes long.
        """
        before = self._waits_for
        self._waits_for = self._lifecycle.take(
            self._run.run_id, self._files, self._assets, self._find_over, self._launched
        )
        self.is_made = not self._waits_for
        return self._waits_for if self._waits_for - before else frozenset()

    def _list_files(self) -> list[str]:
        """The files of the run's partitions."""
        tags = self._run.tags
        first = tags.get(ASSET_PARTITION_RANGE_START_TAG)
        if first is None:
            return [key] if (key := tags.get(PARTITION_NAME_TAG)) else []
        keys = list(self._instance.get_dynamic_partitions(FILES))
        last = tags[ASSET_PARTITION_RANGE_END_TAG]
        if first not in keys or last not in keys:
            return []  # deleted meanwhile; Dagster says so
        return keys[keys.index(first) : keys.index(last) + 1]

    def _launched_at(self) -> datetime:
        record = self._instance.get_run_record_by_id(self._run.run_id)
        return record.create_timestamp.replace(tzinfo=UTC) if record else datetime.now(UTC)

    def _find_over(self, run_ids: Collection[str]) -> set[str]:
        """Those of the runs, by id or as they were requested, that are over or unknown."""
        if not run_ids:
            return set()
        names = list(run_ids)
        by_id = self._instance.get_runs(RunsFilter(run_ids=names, statuses=NOT_FINISHED_STATUSES))
        requested = self._instance.get_runs(
            RunsFilter(tags={BATCH_TAG: names}, statuses=NOT_FINISHED_STATUSES)
        )
        living = {run.run_id for run in by_id} | {run.tags[BATCH_TAG] for run in requested}
        return set(run_ids) - living
