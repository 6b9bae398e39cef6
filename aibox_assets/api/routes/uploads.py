"""Files that are sent."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from aibox_assets.api.answers import Answer, Problem
from aibox_assets.api.identity import PlatformOf
from aibox_assets.api.problems import ProblemError
from aibox_assets.api.routes.file_actions import JOBS, asked_by
from aibox_assets.api.routes.files import Editor
from aibox_assets.api.uploading import UploadSlots, receive_files
from aibox_assets.resources.platform import Platform
from aibox_assets.services.uploads import FolderHeldError, Uploaded, UploadOutcome
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.files import Status

router = APIRouter(prefix="/files", tags=["Files"])

Folder = Annotated[
    str, Query(max_length=2000, description="Where in the caller's folder, with slashes between folders.")
]
NO_LIMIT: Final = 2**62
"""Of the body: the size of each file is limited while it streams."""
_UPLOAD: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                    "required": ["file"],
                }
            }
        },
    }
}


class UploadedFile(BaseModel):
    """A file that was sent."""

    file_id: str
    path: str
    size: int
    sha256: str
    status: Status
    outcome: UploadOutcome = Field(description="`known`: the same bytes were there already.")
    job_id: int | None


class UploadAnswer(BaseModel):
    """What became of an upload; of the first file also beside the list."""

    file_id: str
    status: Status
    job_id: int | None
    files: list[UploadedFile]


@router.post(
    "",
    status_code=202,
    max_body_size=NO_LIMIT,
    openapi_extra=_UPLOAD,
    responses={
        202: {
            "headers": {"Location": {"schema": {"type": "string"}, "description": "Of the job, or the jobs."}}
        },
        408: {"model": Problem},
        415: {"model": Problem},
    },
)
async def send_files(
    request: Request, response: Response, caller: Editor, platform: PlatformOf, folder: Folder = ""
) -> Answer[UploadAnswer]:
    """Send files, one or several at once; each lands in the caller's folder of the inbox under its own name.

    The same bytes under the same name are the known file; other bytes are its new version. Either all files of a
    request are taken in or none. While they arrive, `upload:progress:{file_id}` in Redis says how much is there.
    """
    slots: UploadSlots = request.app.state.upload_slots
    asked = asked_by(request, caller, JobKind.UPLOAD)
    async with slots.take():
        try:
            uploaded = await receive_files(request, platform, asked, folder)
        except FolderHeldError as error:
            raise ProblemError(409, "folder_held", error.reason, error.remedy) from error
    return await run_in_threadpool(_answer_upload, platform, asked, uploaded, response)


def _answer_upload(
    platform: Platform, asked: Asked, uploaded: list[Uploaded], response: Response
) -> Answer[UploadAnswer]:
    ids = [each.file_id for each in uploaded]
    records, jobs = platform.files.get(ids), platform.asked.last_of(ids, asked.request_id or "")
    files = [
        UploadedFile(
            file_id=each.file_id,
            path=each.path,
            size=each.size,
            sha256=each.sha256,
            status=records[each.file_id].status if each.file_id in records else Status.QUEUED,
            outcome=each.outcome,
            job_id=jobs.get(each.file_id),
        )
        for each in uploaded
    ]
    first = files[0]
    one = len(files) == 1 and first.job_id is not None
    response.headers["Location"] = f"{JOBS}/{first.job_id}" if one else f"{JOBS}?request={asked.request_id}"
    return Answer(
        data=UploadAnswer(file_id=first.file_id, status=first.status, job_id=first.job_id, files=files)
    )
