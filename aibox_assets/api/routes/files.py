"""Files: sent, listed, read, and what is done with them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, model_validator
from starlette.concurrency import run_in_threadpool

from aibox_assets.api.answers import Answer, Page, Problem
from aibox_assets.api.content import OpenFileResponse
from aibox_assets.api.cursors import CursorText, FileId, Limit, Text, read_cursor, write_cursor
from aibox_assets.api.identity import PlatformOf, needs, note
from aibox_assets.api.problems import ProblemError, not_found
from aibox_assets.api.routes.file_views import (
    FileDetail,
    FileView,
    ProgressView,
    view_details,
    view_file,
    view_progress,
)
from aibox_assets.api.uploading import UploadSlots, receive_files
from aibox_assets.domain.paths import actual
from aibox_assets.resources.platform import Platform
from aibox_assets.services.accounts import Caller
from aibox_assets.services.actions import NotInInboxError, Wish, act, act_on_all, end_runs_of
from aibox_assets.services.progress import see_progress
from aibox_assets.services.uploads import FolderHeldError, Uploaded, UploadOutcome
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.documents import open_beneath
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.listing import FileFilter, Position, Sort, StoredChunk

router = APIRouter(prefix="/files", tags=["Files"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "files"))]
Editor = Annotated[Caller, Depends(needs(Role.EDITOR, "files"))]
Order = Literal["arrival", "-arrival", "name", "-name", "size", "-size", "updated", "-updated"]
NO_LIMIT: Final = 2**62
"""Of the body: the size of each file is limited while it streams."""
JOBS: Final = "/api/v1/jobs"
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


class FilePage(Page[FileView]):
    """Some of the files, and how many there are in each state."""

    counts: dict[Status, int] = Field(description="Of all pages.")


class Regeneration(BaseModel):
    """What to make again."""

    type: Literal["vectors", "graph", "all"] = "all"
    force_rechunk: bool = Field(False, description="Read and split the file again, too.")


class Chosen(BaseModel):
    """Which files are meant: those for which all of it holds. Something must be given; `all` for every file."""

    all: Literal[True] | None = None
    state: Status | None = None
    owner: Text | None = None
    type: Text | None = None
    name: Text | None = None
    text: Text | None = None
    ids: list[Text] | None = Field(None, min_length=1, max_length=1000)

    @model_validator(mode="after")
    def _not_empty(self) -> Chosen:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("an empty filter; say all: true to mean every file")
        return self

    def as_filter(self) -> FileFilter:
        """For the list."""
        ids = None if self.ids is None else tuple(self.ids)
        return FileFilter(self.state, self.owner, self.type, self.name, self.text, ids)


class BulkAction(BaseModel):
    """One action for many files."""

    action: Literal["delete", "regenerate", "cancel", "retry"]
    filter: Chosen
    dry_run: bool = Field(False, description="Count only.")
    type: Literal["vectors", "graph", "all"] = "all"
    force_rechunk: bool = False


class BulkAnswer(BaseModel):
    """What came of it."""

    dry_run: bool
    matched: int = Field(description="Files that the filter names and you may change.")
    possible: int = Field(description="Of these, with which it can be done.")
    changed: int = Field(description="With which it was done.")
    jobs: str | None = Field(description="Where the jobs are.")


class ActionAnswer(BaseModel):
    """A file on which something is done from now on."""

    file_id: str
    status: Status
    job_id: int | None


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
    request: Request, response: Response, caller: Editor, platform: PlatformOf
) -> Answer[UploadAnswer]:
    """Send files, one or several at once; each lands in the caller's folder of the inbox under its own name.

    The same bytes under the same name are the known file; other bytes are its new version. Either all files of a
    request are taken in or none. While they arrive, `upload:progress:{file_id}` in Redis says how much is there.
    """
    slots: UploadSlots = request.app.state.upload_slots
    asked = _asked(request, caller, JobKind.UPLOAD)
    async with slots.take():
        try:
            uploaded = await receive_files(request, platform, asked)
        except FolderHeldError as error:
            raise ProblemError(409, "folder_held", error.reason, error.remedy) from error
    return await run_in_threadpool(_answer_upload, platform, asked, uploaded, response)


@router.get("")
def list_files(
    caller: Reader,
    platform: PlatformOf,
    state: Status | None = None,
    owner: Annotated[Text | None, Query()] = None,
    type: Annotated[Text | None, Query(description="Media type.")] = None,
    name: Annotated[Text | None, Query(description="A part of the path, in whatever case.")] = None,
    text: Annotated[Text | None, Query(description="Words that are in it.")] = None,
    sort: Order = "-arrival",
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Answer[FilePage]:
    """The files that the caller sees."""
    chosen = FileFilter(state, owner, type, name, text)
    order, descending = Sort(sort.removeprefix("-")), sort.startswith("-")
    after = None if cursor is None else _position(cursor, sort, order)
    records, last = platform.listing.page(
        caller.viewer, chosen, order, descending=descending, after=after, limit=limit
    )
    value = last.value.isoformat() if last and isinstance(last.value, datetime) else last and last.value
    return Answer(
        data=FilePage(
            items=[view_file(record, caller.viewer) for record in records],
            next=write_cursor(sort, value, last.seq) if last else None,
            counts=platform.listing.count(caller.viewer, chosen),
        )
    )


@router.post("/actions", status_code=202)
def act_on_files(
    body: BulkAction, request: Request, caller: Editor, platform: PlatformOf
) -> Answer[BulkAnswer]:
    """Delete, make again, cancel or retry all files that a filter names, as far as the caller may change them."""
    wish = Wish(JobKind(body.action), body.type, body.force_rechunk)
    asked = _asked(request, caller, wish.kind)
    done = act_on_all(platform, caller.viewer, body.filter.as_filter(), wish, asked, dry_run=body.dry_run)
    if not body.dry_run:
        note(request, caller, platform, f"files.{body.action}", None, changed=done.changed)
    jobs = f"{JOBS}?request={asked.request_id}" if done.changed else None
    return Answer(
        data=BulkAnswer(
            dry_run=body.dry_run,
            matched=done.matched,
            possible=done.possible,
            changed=done.changed,
            jobs=jobs,
        )
    )


@router.get("/{file_id}")
def read_file(file_id: FileId, caller: Reader, platform: PlatformOf) -> Answer[FileDetail]:
    """Everything about a file; its chunks and its history have pages of their own."""
    record = _find(platform, file_id, caller)
    events = platform.events.recent(file_id, caller.viewer)
    return Answer(data=view_details(record, events, caller.viewer))


@router.get("/{file_id}/status")
def read_status(file_id: FileId, caller: Reader, platform: PlatformOf) -> Answer[ProgressView]:
    """How far the work on a file is, how long the rest will take, and why it waits."""
    record = _find(platform, file_id, caller)
    return Answer(data=view_progress(record, see_progress(platform, record)))


@router.get(
    "/{file_id}/content",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        206: {"description": "Partial Content"},
        416: {"description": "Range Not Satisfiable"},
    },
)
def read_content(file_id: FileId, caller: Reader, platform: PlatformOf) -> Response:
    """The original, or a range of its bytes."""
    record = _find(platform, file_id, caller)
    path = actual(record.path)
    try:
        descriptor = open_beneath(platform.locate_folder(record.folder), path)
    except OSError as error:
        raise not_found("original of this file") from error
    return OpenFileResponse(descriptor, path.rpartition("/")[2])


@router.get("/{file_id}/chunks")
def read_chunks(
    file_id: FileId, caller: Reader, platform: PlatformOf, cursor: CursorText = None, limit: Limit = 100
) -> Answer[Page[StoredChunk]]:
    """The passages that a file was split into, in its order."""
    _find(platform, file_id, caller)
    after = -1 if cursor is None else read_cursor(cursor, int)[0]
    if not -1 <= after < 2**31:
        raise ProblemError(422, "malformed", "The cursor is none of ours.", "Begin with the first page.")
    found = platform.listing.chunks(file_id, caller.viewer, after=after, limit=limit)
    more = write_cursor(found[-1].ordinal) if len(found) == limit else None
    return Answer(data=Page(items=found, next=more))


@router.delete("/{file_id}", status_code=202)
def delete_file(
    file_id: FileId, request: Request, response: Response, caller: Editor, platform: PlatformOf
) -> Answer[ActionAnswer]:
    """Remove a file from the inbox, and all that was made of it. In other folders files are their owners' to delete."""
    return _act(platform, file_id, Wish(JobKind.DELETE), request, response, caller)


@router.post("/{file_id}/regenerate", status_code=202)
def regenerate(
    file_id: FileId,
    body: Regeneration,
    request: Request,
    response: Response,
    caller: Editor,
    platform: PlatformOf,
) -> Answer[ActionAnswer]:
    """Make vectors, graph or both again; what is there stays until the new one is whole."""
    wish = Wish(JobKind.REGENERATE, body.type, body.force_rechunk)
    return _act(platform, file_id, wish, request, response, caller)


@router.post("/{file_id}/cancel", status_code=202)
def cancel(
    file_id: FileId,
    request: Request,
    response: Response,
    background: BackgroundTasks,
    caller: Editor,
    platform: PlatformOf,
) -> Answer[ActionAnswer]:
    """Leave a file alone: nothing more is written of it, until it is retried or its bytes change."""
    answer = _act(platform, file_id, Wish(JobKind.CANCEL), request, response, caller)
    background.add_task(end_runs_of, platform, file_id)
    return answer


@router.post("/{file_id}/retry", status_code=202)
def retry(
    file_id: FileId, request: Request, response: Response, caller: Editor, platform: PlatformOf
) -> Answer[ActionAnswer]:
    """Try failed or cancelled work again, with all attempts before it."""
    return _act(platform, file_id, Wish(JobKind.RETRY), request, response, caller)


def _act(
    platform: Platform, file_id: str, wish: Wish, request: Request, response: Response, caller: Caller
) -> Answer[ActionAnswer]:
    record = _find(platform, file_id, caller)
    if not (caller.viewer.sees_all or record.user_id == caller.account):
        raise ProblemError(
            403, "not_yours", "The file is another's, and only shared with you.", "Ask its owner."
        )
    asked = _asked(request, caller, wish.kind)
    try:
        done = act(platform, file_id, wish, asked)
    except NotInInboxError as error:
        raise ProblemError(409, "not_in_inbox", error.reason, error.remedy) from error
    if not done:
        raise ProblemError(
            409,
            "nothing_to_do",
            f"There is nothing to {wish.kind}: the file is {record.status}.",
            "Cancel what is queued or started, retry what failed; a cancelled file is retried first.",
        )
    note(request, caller, platform, f"file.{wish.kind}", file_id)
    job = platform.asked.last_of([file_id], asked.request_id or "").get(file_id)
    if job is not None:
        response.headers["Location"] = f"{JOBS}/{job}"
    now = platform.files.get([file_id]).get(file_id)
    status = now.status if now is not None else Status.FINISHED
    return Answer(data=ActionAnswer(file_id=file_id, status=status, job_id=job))


def _find(platform: Platform, file_id: str, caller: Caller) -> FileRecord:
    record = platform.listing.get(file_id, caller.viewer)
    if record is None:
        raise not_found("file")
    return record


def _asked(request: Request, caller: Caller, kind: JobKind) -> Asked:
    return Asked(caller.account, kind, request.state.request_id)


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


def _position(cursor: str, sort: str, order: Sort) -> Position:
    kind = int if order in (Sort.ARRIVAL, Sort.SIZE) else str
    made_for, value, seq = read_cursor(cursor, str, kind, int)
    try:
        value = datetime.fromisoformat(value) if order is Sort.UPDATED else value
    except ValueError:
        made_for = None
    whole = [number for number in (value, seq) if isinstance(number, int)]
    if made_for != sort or "\0" in str(value) or not all(0 <= number < 2**63 for number in whole):
        raise ProblemError(
            422, "malformed", "The cursor is none of this list's.", "Begin with the first page."
        )
    return Position(value, seq)
