"""What waits, runs and failed on another installation, and what is wanted again there or no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Literal

from rich.console import RenderableType

from aibox_assets.cli.console import clean, coloured, make_table, out, print_json
from aibox_assets.cli.remote import find_file
from aibox_assets.client import AIBox, ApiRefusedError, QueueInfo, QueueJob, WorkerInfo
from aibox_assets.services.queues import QueueView
from aibox_assets.stores.files import FailureKind, Status
from aibox_assets.stores.jobs import Job, QueueStats, Rate
from aibox_assets.stores.pauses import Pause
from aibox_assets.stores.queues import ASSET_OF, QUEUE_OF


def retry(api: AIBox, key: str | None, *, as_json: bool) -> None:
    """As ``aibox retry``; all that failed where no *key* is given."""
    if key is None:
        done = api.act_on_all("retry", state=Status.FAILED.value)
        said: dict[str, Any] = {"queued": done}
    else:
        file = find_file(api, key, as_json)
        api.retry(file.file_id)
        done, said = 1, {"queued": [file.file_id]}
    _say(said, f"{done} files are queued again.", as_json)


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
            None if each.up_seconds is None else f"{each.up_seconds:,.0f} s",
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
    return QueueView(stats, info.slots, info.steps, info.pause and _pause(info.queue, info.pause))


def _pause(queue: str, data: Any) -> Pause:
    since = datetime.fromisoformat(data["since"])
    return Pause(
        queue, data["reason"], data["remedy"], since, 0, since, data["held_by"], draining=data["draining"]
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
