"""Jobs: what people asked for of files, and how it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer, Page
from aibox_assets.api.cursors import Limit, Text
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.problems import not_found
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.asked import AskedJob, JobKind
from aibox_assets.stores.files import Status

router = APIRouter(prefix="/jobs", tags=["Jobs"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "files"))]


class JobView(BaseModel):
    """What somebody asked for of a file."""

    job_id: int
    kind: JobKind
    file_id: str
    owner: str
    asked_by: str
    request: str | None = Field(description="Id of the request, which may have asked for many files.")
    assets: tuple[str, ...] | None = Field(description="To be made again.")
    status: Status
    run_id: str | None = Field(description="Dagster's id of the last run that made something for it.")
    error: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@router.get("")
def list_jobs(
    caller: Reader,
    platform: PlatformOf,
    state: Status | None = None,
    kind: JobKind | None = None,
    file_id: Annotated[Text | None, Query()] = None,
    request: Annotated[Text | None, Query(description="Of one HTTP request.")] = None,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Limit = 50,
) -> Answer[Page[JobView]]:
    """What was asked for, the newest first: by the caller, or of files that it sees."""
    found = platform.asked.select(
        caller.viewer,
        state=state,
        kind=kind,
        file_id=file_id,
        request_id=request,
        before=cursor,
        limit=limit,
    )
    more = str(found[-1].id) if len(found) == limit else None
    return Answer(data=Page(items=[_view(job) for job in found], next=more))


@router.get("/{job_id}")
def read_job(
    job_id: Annotated[int, Path(ge=1, le=2**62)], caller: Reader, platform: PlatformOf
) -> Answer[JobView]:
    """How one stands."""
    job = platform.asked.get(job_id, caller.viewer)
    if job is None:
        raise not_found("job")
    return Answer(data=_view(job))


def _view(job: AskedJob) -> JobView:
    renamed = {
        "job_id": job.id,
        "owner": job.owner_id,
        "request": job.request_id,
        "status": Status(job.state),
    }
    return JobView(
        **{name: getattr(job, name) for name in JobView.model_fields if name not in renamed}, **renamed
    )
