"""Upkeep: indexes of vectors; history, cached extractions and runs that are kept for a while only."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from dagster import DagsterInstance, RunsFilter

from aibox_assets.automation.settle import OVER
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.database import transaction
from aibox_assets.stores.vector_indexes import ensure_indexes

RUNS_PER_LOOK: Final = 200
_BUILDER: Final = "vector-indexes"


def build_indexes(platform: Platform) -> None:
    """Build indexes of vectors that are missing, in a thread: it may take longer than a sensor's look."""
    if not any(thread.name == _BUILDER for thread in threading.enumerate()):
        threading.Thread(target=_build, args=(platform,), name=_BUILDER, daemon=True).start()


def _build(platform: Platform) -> None:
    try:
        ensure_indexes(platform.engine)
    except AIBoxError as error:
        logging.getLogger(__name__).warning("%s", error)


def forget_old(platform: Platform, instance: DagsterInstance) -> str:
    """Delete what is older than ``AIBOX_KEEP_DAYS``; what went, in a sentence.

    A run stays as long as something that is there was made by it: with the run Dagster would forget the
    materialization.
    """
    days = platform.settings.keep_days
    events = platform.events.forget(days)
    extractions = platform.extractions.forget_unused(days)
    dropped = platform.spaces.drop_retired(days)
    before = datetime.now(UTC) - timedelta(days=days)
    old = instance.get_run_records(
        RunsFilter(statuses=list(OVER), updated_before=before), limit=RUNS_PER_LOOK, ascending=True
    )
    ids = [record.dagster_run.run_id for record in old]
    needed = _makers(platform, ids)
    for run_id in ids:
        if run_id not in needed:
            instance.delete_run(run_id)
    return f"Forgot {events} events, {extractions} extractions, {dropped} spaces and {len(set(ids) - needed)} runs."


def _makers(platform: Platform, run_ids: list[str]) -> set[str]:
    """Those of the runs that made something which is there."""
    query = sa.text("SELECT DISTINCT made_by FROM aibox.work WHERE made_by = ANY(:ids)")
    with transaction(platform.engine) as connection:
        return set(connection.scalars(query, {"ids": run_ids}))
