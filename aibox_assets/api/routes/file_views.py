"""How files, their work and their history are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from aibox_assets.domain.viewer import Viewer
from aibox_assets.services.progress import FileProgress
from aibox_assets.stores.events import EventKind, FileEvent
from aibox_assets.stores.files import FailureKind, FileRecord, Status, Work


class FileView(BaseModel):
    """A file in a list."""

    file_id: str
    name: str
    path: str = Field(description="In the inbox; the whole path where it lies in another folder.")
    owner: str
    type: str | None = Field(description="Detected from the content, once it was read.")
    size: int
    sha256: str | None
    status: Status
    counts: dict[str, int] = Field(
        description="What was made, by asset: chunks, vectors of `embeddings`, triples of `kg_triples`."
    )
    error: str | None
    remedy: str | None
    permanent: bool | None = Field(description="Whether the same bytes would fail again.")
    shared: bool = Field(description="It is another's, and only shown.")
    created_at: datetime
    updated_at: datetime
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class WorkView(BaseModel):
    """One asset of a file."""

    asset: str
    status: Status
    wanted: str | None = Field(description="The version that should be; null while it is not known.")
    made: str | None = Field(description="The version that is.")
    current: bool
    run_id: str | None = Field(description="Of the run that made it.")
    count: int | None
    seconds: float | None
    attempts: int
    interruptions: int
    not_before: datetime | None = Field(description="It is not tried again before this.")
    failure: FailureKind | None
    error: str | None
    remedy: str | None
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class EventView(BaseModel):
    """One transition of a file."""

    seq: int = Field(description="Of no two events the same.")
    file_id: str
    asset: str | None = Field(description="Null where the whole file is meant.")
    kind: EventKind
    at: datetime
    data: Mapping[str, Any]


class FileDetail(FileView):
    """Everything about a file."""

    versions: list[WorkView] = Field(description="Of each asset the version that should be, and that is.")
    runs: list[str] = Field(description="Dagster's ids of the runs that worked on it, the last one first.")
    events: list[EventView] = Field(description="The last 200, the oldest first.")


class ProgressView(BaseModel):
    """How far the work on a file is."""

    file_id: str
    status: Status
    percent: float = Field(description="Of all of its work.")
    step: str | None = Field(description="The asset that is being made, or is next.")
    message: str
    seconds_left: float | None = Field(description="An estimate; null where nobody can say.")
    before: int = Field(description="Files that wait before it.")
    waits: str | None = Field(description="Why it waits, in a sentence.")


def view_file(record: FileRecord, viewer: Viewer) -> FileView:
    """A file as *viewer* is shown it."""
    return FileView(**_values(record, viewer))


def view_details(record: FileRecord, events: list[FileEvent], viewer: Viewer) -> FileDetail:
    """A file with its work and history."""
    runs = [str(event.data["run_id"]) for event in reversed(events) if event.data.get("run_id")]
    made_by = [each.made_by for each in record.work.values() if each.made_by]
    return FileDetail(
        **_values(record, viewer),
        versions=[_work(each) for each in record.work.values()],
        runs=list(dict.fromkeys([*runs, *made_by])),
        events=[view_event(event) for event in events],
    )


def view_event(event: FileEvent) -> EventView:
    """An event as it is sent; whose file it is goes without saying."""
    return EventView(**{name: getattr(event, name) for name in EventView.model_fields})


def view_progress(record: FileRecord, progress: FileProgress) -> ProgressView:
    """Progress as it is sent."""
    values = asdict(progress)
    return ProgressView(file_id=record.id, status=values.pop("state"), **values)


def _values(record: FileRecord, viewer: Viewer) -> dict[str, Any]:
    return {
        "file_id": record.id,
        "name": record.path.rpartition("/")[2],
        "path": record.display_path,
        "owner": record.user_id,
        "type": record.media_type,
        "shared": record.user_id != viewer.name,
        **{
            name: getattr(record, name)
            for name in (
                "size", "sha256", "status", "counts", "error", "remedy", "permanent", "created_at", "updated_at",
                "queued_at", "started_at", "finished_at",
            )
        },
    }  # fmt: skip


def _work(work: Work) -> WorkView:
    renamed = {"status": work.state, "current": work.is_current, "run_id": work.made_by, "count": work.items}
    same = {name: getattr(work, name) for name in WorkView.model_fields if name not in renamed}
    return WorkView(**same, **renamed)
