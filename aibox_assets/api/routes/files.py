"""Files: listed and read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from aibox_assets.api.answers import Answer, Page
from aibox_assets.api.content import OpenFileResponse
from aibox_assets.api.cursors import CursorText, FileId, Limit, Text, read_cursor, write_cursor
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.middleware import is_known
from aibox_assets.api.problems import ProblemError, not_found
from aibox_assets.api.routes.file_views import (
    FileDetail,
    FileView,
    ProgressView,
    view_details,
    view_file,
    view_progress,
)
from aibox_assets.domain.paths import actual
from aibox_assets.resources.platform import Platform
from aibox_assets.services.progress import see_progress
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.documents import open_beneath
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.listing import FileFilter, Position, Sort, StoredChunk

router = APIRouter(prefix="/files", tags=["Files"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "files"))]
Editor = Annotated[Caller, Depends(needs(Role.EDITOR, "files"))]
Order = Literal["arrival", "-arrival", "name", "-name", "size", "-size", "updated", "-updated"]


class FilePage(Page[FileView]):
    """Some of the files, and how many there are in each state."""

    counts: dict[Status, int] | None = Field(
        description="Of all pages; told with the first one. With `text`, at most 1,000 are counted."
    )


@router.get("")
def list_files(
    caller: Reader,
    platform: PlatformOf,
    state: Status | None = None,
    owner: Annotated[Text | None, Query()] = None,
    type: Annotated[Text | None, Query(description="Media type.")] = None,
    name: Annotated[Text | None, Query(description="A part of the path; A to Z in whatever case.")] = None,
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
            counts=platform.listing.count(caller.viewer, chosen) if after is None else None,
        )
    )


@router.get("/{file_id}")
def read_file(file_id: FileId, caller: Reader, platform: PlatformOf) -> Answer[FileDetail]:
    """Everything about a file; its chunks and its history have pages of their own."""
    record = find_file(platform, file_id, caller)
    events = platform.events.recent(file_id, caller.viewer)
    return Answer(data=view_details(record, events, caller.viewer))


@router.get("/{file_id}/status")
def read_status(file_id: FileId, caller: Reader, platform: PlatformOf) -> Answer[ProgressView]:
    """How far the work on a file is, how long the rest will take, and why it waits."""
    record = find_file(platform, file_id, caller)
    return Answer(data=view_progress(record, see_progress(platform, record)))


@router.get(
    "/{file_id}/content",
    response_class=FileResponse,
    responses={
        200: {"content": {"*/*": {}}},
        206: {"description": "Partial Content"},
        304: {"description": "Not Modified"},
        416: {"description": "Range Not Satisfiable"},
    },
)
def read_content(file_id: FileId, request: Request, caller: Reader, platform: PlatformOf) -> Response:
    """The original, or a range of its bytes."""
    record = find_file(platform, file_id, caller)
    path = actual(record.path)
    try:
        descriptor = open_beneath(platform.locate_folder(record.folder), path)
    except OSError as error:
        raise not_found("original of this file") from error
    answer = OpenFileResponse(descriptor, path.rpartition("/")[2])
    if is_known(answer.headers["etag"], request.headers.get("if-none-match", "")):
        answer.close()
        return Response(None, 304, {name: answer.headers[name] for name in ("etag", "cache-control")})
    return answer


@router.get("/{file_id}/chunks")
def read_chunks(
    file_id: FileId, caller: Reader, platform: PlatformOf, cursor: CursorText = None, limit: Limit = 100
) -> Answer[Page[StoredChunk]]:
    """The passages that a file was split into, in its order."""
    find_file(platform, file_id, caller)
    after = -1 if cursor is None else read_cursor(cursor, int)[0]
    if not -1 <= after < 2**31:
        raise ProblemError(422, "malformed", "The cursor is none of ours.", "Begin with the first page.")
    found = platform.listing.chunks(file_id, caller.viewer, after=after, limit=limit)
    more = write_cursor(found[-1].ordinal) if len(found) == limit else None
    return Answer(data=Page(items=found, next=more))


def find_file(platform: Platform, file_id: str, caller: Caller) -> FileRecord:
    """A file that the caller sees.

    :raises ProblemError: 404, there is none.
    """
    record = platform.listing.get(file_id, caller.viewer)
    if record is None:
        raise not_found("file")
    return record


def find_own_file(platform: Platform, file_id: str, caller: Caller) -> FileRecord:
    """A file that the caller may change.

    :raises ProblemError: 404, there is none; 403, it is another's.
    """
    record = find_file(platform, file_id, caller)
    if not (caller.viewer.sees_all or record.user_id == caller.account):
        raise ProblemError(
            403, "not_yours", "The file is another's, and only shared with you.", "Ask its owner."
        )
    return record


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
