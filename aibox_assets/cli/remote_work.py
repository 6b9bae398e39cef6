"""What waits, runs and failed on another installation, and what is wanted again there or no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Literal

import typer
from rich.console import RenderableType

from aibox_assets.cli.console import (
    clean,
    clean_lines,
    coloured,
    counted,
    err,
    make_table,
    out,
    print_json,
    print_table,
    stretch,
)
from aibox_assets.cli.remote import find_file
from aibox_assets.client import AIBox, ApiRefusedError, FileInfo, QueueInfo, QueueJob, WorkerInfo
from aibox_assets.services.queues import QueueView
from aibox_assets.stores.failures import DeadLetter
from aibox_assets.stores.files import ASSETS, FailureKind, Status
from aibox_assets.stores.jobs import Job
from aibox_assets.stores.pauses import Pause
from aibox_assets.stores.queue_figures import QueueStats, Rate
from aibox_assets.stores.queues import ASSET_OF, QUEUE_OF


def status(api: AIBox, *, as_json: bool) -> None:
    """As ``aibox status``: whether everything works there, and how far the files are; exit 1 where it does not."""
    health = api.health()
    shown: dict[str, Any] = {"api": api.url, "console": f"{api.url}/", "ui": f"{api.url}/dagster"}
    pauses: list[Pause] = []
    if health.ready:
        me = api.me()
        pauses = [view.pause for view in queues(api) if view.pause is not None]
        shown |= {"account": me["name"], "role": me["role"], "files": api.count_files()}
    if as_json:
        print_json({**shown, "ready": health.ready, "parts": health.parts, "paused": pauses})
    else:
        out.print(f"[bold]Installation[/]  {clean(api.url)}", highlight=False)
        if health.ready:
            out.print(f"[bold]Signed in as[/]  {clean(shown['account'])} ({shown['role']})", highlight=False)
            counts = ", ".join(f"{count:,} {state}" for state, count in shown["files"].items() if count)
            out.print(f"[bold]Your files[/]    {counts or 'none yet'}", highlight=False)
        rows = [(clean(part.name), coloured(part.state), clean(part.reason) or None) for part in health.parts]
        print_table("Parts", ("part", "state", "why"), rows, "")
        for pause in pauses:
            err.print(f"Queue {pause.queue} is paused: {clean_lines(f'{pause.reason} {pause.remedy}')}")
    if not health.well:
        raise typer.Exit(1)


def dead_letters(api: AIBox) -> list[DeadLetter]:
    """The files of the caller that failed for good, the last to fail first, without their traces."""
    failed = {file.file_id for file in api.files(state=Status.FAILED.value)}
    letters: dict[str, DeadLetter] = {}
    for asset in ASSETS:  # of a file's failed work the first explains the rest
        for each in api.queue_jobs(QUEUE_OF[asset], Status.FAILED.value):
            if each.file_id in failed:
                letters.setdefault(each.file_id, _letter(each))
    return sorted(letters.values(), key=lambda letter: letter.failed_at, reverse=True)


def dead_letter(api: AIBox, file: FileInfo) -> DeadLetter | None:
    """One with its trace; None where it did not fail."""
    if file.status != Status.FAILED:
        return None
    jobs_of = (api.queue_job(QUEUE_OF[asset], f"{asset}.{file.file_id}") for asset in ASSETS)
    return next((_letter(each) for each in jobs_of if each.status == Status.FAILED), None)


def retry(api: AIBox, key: str | None, *, as_json: bool) -> None:
    """As ``aibox retry``; all that failed where no *key* is given."""
    if key is None:
        done = api.act_on_all("retry", state=Status.FAILED.value)
        said: dict[str, Any] = {"queued": done}
    else:
        file = find_file(api, key, as_json)
        api.retry(file.file_id)
        done, said = 1, {"queued": [file.file_id]}
    _say(said, f"{counted(done, 'file', ('is', 'are'))} queued again.", as_json)


def regenerate(
    api: AIBox, key: str, what: Literal["vectors", "graph", "all"], *, force_rechunk: bool, as_json: bool
) -> None:
    """As ``aibox regenerate``."""
    file = find_file(api, key, as_json)
    api.regenerate(file.file_id, what, force_rechunk=force_rechunk)
    said = {"file_id": file.file_id, "status": Status.QUEUED, "type": what}
    _say(said, f"{clean(file.path)} is queued again: {what}.", as_json)


def cancel(api: AIBox, key: str, *, as_json: bool) -> None:
    """As ``aibox cancel``; its runs are ended there, in the background."""
    file = find_file(api, key, as_json)
    api.cancel(file.file_id)
    text = f"[green]Cancelled[/] {clean(file.path)}. 'aibox retry' it when it is wanted after all."
    _say({"file_id": file.file_id, "path": file.path}, text, as_json)


def delete(api: AIBox, key: str, *, as_json: bool) -> None:
    """As ``aibox delete``, without waiting until all is gone."""
    file = find_file(api, key, as_json)
    job = api.delete(file.file_id)
    text = f"{clean(file.path)} is removed from the inbox; what was made of it goes now."
    _say({"file_id": file.file_id, "path": file.path, "job_id": job}, text, as_json)


def queues(api: AIBox) -> list[QueueView]:
    """As they are seen on the installation itself."""
    return [_queue(each) for each in api.queues()]


def jobs(api: AIBox, chosen: Sequence[str], status: Status | None, limit: int) -> list[Job]:
    """Of each queue so many."""
    wanted = None if status is None else status.value
    return [_job(each) for queue in chosen for each in api.queue_jobs(queue, wanted, limit)]


def job(api: AIBox, key: str) -> Job | None:
    """One with its traceback; None where there is none."""
    queue = QUEUE_OF.get(key.partition(".")[0])
    if queue is None:
        return None
    try:
        return _job(api.queue_job(queue, key))
    except ApiRefusedError as error:
        if error.status == 404:
            return None
        raise


def workers_table(workers: Sequence[WorkerInfo]) -> RenderableType:
    """As ``aibox workers status`` shows them."""
    rows = [
        (
            clean(each.name),
            clean(", ".join(each.queues)),
            coloured(each.state),
            None if each.up_seconds is None else stretch(each.up_seconds),
            clean(each.current_job) if each.current_job else None,
        )
        for each in workers
    ]
    return make_table("Workers", ("worker", "queues", "state", "up", "at"), rows, "No worker answers there.")


def _queue(info: QueueInfo) -> QueueView:
    data = asdict(info)
    names = {field.name for field in fields(QueueStats)} & set(data)
    rates = tuple(Rate(each["minutes"], each["made"], each["failed"]) for each in info.rates)
    stats = QueueStats(asset=ASSET_OF[info.queue], **{n: data[n] for n in names if n != "rates"}, rates=rates)
    return QueueView(stats, info.slots, info.steps, _pause(info.queue, info.pause))


def _pause(queue: str, data: Mapping[str, Any] | None) -> Pause | None:
    if data is None:
        return None
    since = datetime.fromisoformat(data["since"])
    return Pause(
        queue, data["reason"], data["remedy"], since, 0, since, data["held_by"], draining=data["draining"]
    )


def _letter(job: QueueJob) -> DeadLetter:
    return DeadLetter(
        file_id=job.file_id,
        path=job.path,
        user_id=job.owner,
        asset=job.asset,
        reason=job.error or "",
        remedy=job.remedy or "",
        permanent=job.failure in (FailureKind.PERMANENT, FailureKind.CANCELLED),
        attempts=job.attempts + job.interruptions,
        failed_at=job.ended_at or job.queued_at,
        trace=job.traceback,
    )


def _job(found: QueueJob) -> Job:
    data = asdict(found)
    for name, other in (("job_id", "id"), ("status", "state"), ("traceback", "trace"), ("count", "items")):
        data[other] = data.pop(name)
    failure = None if found.failure is None else FailureKind(found.failure)
    return Job(**{**data, "state": Status(found.status), "failure": failure, "seq": 0, "batch": None})


def _say(said: dict[str, Any], text: str, as_json: bool) -> None:
    if as_json:
        print_json(said)
    else:
        out.print(text)
