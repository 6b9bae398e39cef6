"""What is kept for a while only: one list of rules, each of which counts what is too old, and removes it.

``retention_sensor`` applies those that cost little all the time; ``clean_job`` applies all each night, and ``aibox
clean`` when a person wants it. Beside them the indexes of vectors are built, which is upkeep as well.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from dagster import DagsterInstance, RunsFilter

from aibox_assets.automation.settle import OVER
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.database import transaction
from aibox_assets.stores.vector_indexes import ensure_indexes

RUNS_PER_LOOK: Final = 200
_BUILDER: Final = "vector-indexes"
_DAY: Final = 86_400
# What uploads, copies, writers of tables, backups and probes leave beside the files when they are killed.
_LEFTOVER: Final = re.compile(
    r"\.[^/]+\.part|\.aibox-inbox\.[0-9a-f]+\.part|\.aibox-(backup|probe)-[0-9a-f]+|backup-[^/]+"
)
_ROTATED: Final = re.compile(r".+\.log\.\d+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing that is kept for a while only.

    :ivar days: how long, by the settings; None where each says itself when it ends.
    :ivar sweep: counts what is too old, and removes it unless it is only to be counted.
    :ivar quick: costs nothing worth mentioning when there is nothing to do.
    """

    name: str
    days: Callable[[Settings], float | None]
    sweep: Callable[[Platform, DagsterInstance, float, bool], int]
    quick: bool = True


@dataclass(frozen=True, slots=True)
class Swept:
    """What a rule removed, or would. :ivar days: after which it does."""

    name: str
    count: int
    days: float | None


def build_indexes(platform: Platform) -> None:
    """Build indexes of vectors that are missing, in a thread: it may take longer than a sensor's look."""
    if not any(thread.name == _BUILDER for thread in threading.enumerate()):
        threading.Thread(target=_build, args=(platform,), name=_BUILDER, daemon=True).start()


def _build(platform: Platform) -> None:
    try:
        ensure_indexes(platform.engine)
    except AIBoxError as error:
        logging.getLogger(__name__).warning("%s", error)


def clean(
    platform: Platform, instance: DagsterInstance, *, dry_run: bool = False, quick: bool = False
) -> list[Swept]:
    """Apply the rules.

    :param dry_run: only count. :param quick: only those that may run all the time.
    """
    swept = []
    for rule in RULES:
        if rule.quick or not quick:
            days = rule.days(platform.settings)
            swept.append(Swept(rule.name, rule.sweep(platform, instance, days or 0.0, dry_run), days))
    return swept


def forget_old(platform: Platform, instance: DagsterInstance) -> str:
    """Apply the quick rules; what went, in a sentence."""
    swept = clean(platform, instance, quick=True)
    return f"Forgot {', '.join(f'{each.count} {each.name}' for each in swept)}."


def _rows(table: str, condition: str) -> Callable[[Platform, DagsterInstance, float, bool], int]:
    """A sweep over rows of one of our tables.

    :param condition: SQL, in which ``:days`` is the age.
    """
    count, delete = f"SELECT count(*) FROM aibox.{table}", f"DELETE FROM aibox.{table}"  # noqa: S608  # our own names

    def sweep(platform: Platform, _: DagsterInstance, days: float, dry_run: bool) -> int:
        with transaction(platform.engine) as connection:
            if dry_run:
                return int(connection.scalar(sa.text(f"{count} WHERE {condition}"), {"days": days}) or 0)
            return connection.execute(sa.text(f"{delete} WHERE {condition}"), {"days": days}).rowcount

    return sweep


def _sweep_spaces(platform: Platform, _: DagsterInstance, days: float, dry_run: bool) -> int:
    """Vectors of encoders that another one took over from so long ago that nobody goes back."""
    return platform.spaces.drop_retired(days, dry_run=dry_run)


def _sweep_runs(platform: Platform, instance: DagsterInstance, days: float, dry_run: bool) -> int:
    """Runs that are over, at most so many at once.

    A run stays as long as something that is there was made by it: with the run Dagster would forget the
    materialization.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    old = instance.get_run_records(
        RunsFilter(statuses=list(OVER), updated_before=before), limit=RUNS_PER_LOOK, ascending=True
    )
    ids = {record.dagster_run.run_id for record in old}
    free = ids - _makers(platform, list(ids))
    for run_id in () if dry_run else free:
        instance.delete_run(run_id)
    return len(free)


def _makers(platform: Platform, run_ids: list[str]) -> set[str]:
    """Those of the runs that made something which is there."""
    query = sa.text("SELECT DISTINCT made_by FROM aibox.work WHERE made_by = ANY(:ids)")
    with transaction(platform.engine) as connection:
        return set(connection.scalars(query, {"ids": run_ids}))


def _sweep_leftovers(platform: Platform, _: DagsterInstance, days: float, dry_run: bool) -> int:
    """Parts of uploads and copies that were killed, in watched folders, in the home and beside the tables."""
    settings = platform.settings
    places = [(folder, True) for folder in settings.watched_folders]
    places += [(settings.home / "run", False)]
    if "://" not in settings.storage_url:
        places.append((Path(settings.storage_url), True))
    found = [path for place, deep in places for path in _old(place, days, _LEFTOVER, deep=deep)]
    for path in () if dry_run else found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def _sweep_logs(platform: Platform, _: DagsterInstance, days: float, dry_run: bool) -> int:
    """Logs that moved aside; those that are written to are bounded by their rotation."""
    found = list(_old(platform.settings.home / "logs", days, _ROTATED, deep=False))
    for path in () if dry_run else found:
        path.unlink(missing_ok=True)
    return len(found)


def _old(place: Path, days: float, name: re.Pattern[str], *, deep: bool) -> Iterator[Path]:
    """What is called like that and was not touched for so long; no link is followed."""
    before = time.time() - days * _DAY
    for parent, folders, names in os.walk(place):
        found = [each for each in (*folders, *names) if name.fullmatch(each)]
        staged = Path(parent).name == ".staged"
        for each in names if staged else found:
            path = Path(parent) / each
            if path.lstat().st_mtime < before:
                yield path
        folders[:] = [each for each in folders if deep and (not each.startswith(".") or each == ".staged")]


RULES: Final = (
    Rule("events", lambda s: s.keep_days, _rows("file_events", "at < now() - make_interval(days => :days)")),
    Rule(
        "extractions",
        lambda s: s.keep_days,
        _rows("extractions", "used_at < now() - make_interval(days => :days)"),
    ),
    Rule("spaces", lambda s: s.keep_days, _sweep_spaces),
    Rule("requests", lambda s: s.keep_days, _rows("jobs", "ended_at < now() - make_interval(days => :days)")),
    Rule("runs", lambda s: s.keep_days, _sweep_runs),
    Rule("logins", lambda _: None, _rows("refresh_tokens", "expires_at < now()")),
    Rule(
        "answers",
        lambda _: 1.0,
        _rows("repeatable_requests", "created_at < now() - interval '1 day'"),
    ),
    Rule(
        "audit entries",
        lambda s: s.keep_audit_days,
        _rows("audit_log", "at < now() - make_interval(days => :days)"),
    ),
    Rule("leftovers", lambda s: s.keep_upload_hours / 24, _sweep_leftovers, quick=False),
    Rule("logs", lambda s: s.keep_days, _sweep_logs, quick=False),
)
