"""What is done with files: one of them, or all that a filter names."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import APIRouter, BackgroundTasks, Request, Response
from pydantic import BaseModel, Field, model_validator

from aibox_assets.api.answers import Answer
from aibox_assets.api.bodies import Body
from aibox_assets.api.cursors import FileId, Text
from aibox_assets.api.identity import PlatformOf, note
from aibox_assets.api.problems import ProblemError
from aibox_assets.api.routes.files import Editor, find_own_file
from aibox_assets.resources.platform import Platform
from aibox_assets.services.actions import NotInInboxError, Wish, act, act_on_all, end_runs_of
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.files import Status
from aibox_assets.stores.listing import FileFilter

router = APIRouter(prefix="/files", tags=["Files"])

JOBS: Final = "/api/v1/jobs"


class Regeneration(Body):
    """What to make again."""

    type: Literal["vectors", "graph", "all"] = "all"
    force_rechunk: bool = Field(False, description="Read and split the file again, too.")


_BOTH: Final = Regeneration()
"""What a request without a body asks for, as the command does without an option."""


class Chosen(Body):
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


class BulkAction(Body):
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


@router.post("/actions", status_code=202)
def act_on_files(
    body: BulkAction, request: Request, caller: Editor, platform: PlatformOf
) -> Answer[BulkAnswer]:
    """Delete, make again, cancel or retry all files that a filter names, as far as the caller may change them."""
    wish = Wish(JobKind(body.action), body.type, body.force_rechunk)
    asked = asked_by(request, caller, wish.kind)
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


@router.delete("/{file_id}", status_code=202)
def delete_file(
    file_id: FileId, request: Request, response: Response, caller: Editor, platform: PlatformOf
) -> Answer[ActionAnswer]:
    """Remove a file from the inbox, and all that was made of it. In other folders files are their owners' to delete."""
    return _act(platform, file_id, Wish(JobKind.DELETE), request, response, caller)


@router.post("/{file_id}/regenerate", status_code=202)
def regenerate(
    file_id: FileId,
    request: Request,
    response: Response,
    caller: Editor,
    platform: PlatformOf,
    body: Regeneration = _BOTH,
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
    record = find_own_file(platform, file_id, caller)
    asked = asked_by(request, caller, wish.kind)
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


def asked_by(request: Request, caller: Caller, kind: JobKind) -> Asked:
    """What a request asks for."""
    return Asked(caller.account, kind, request.state.request_id)
