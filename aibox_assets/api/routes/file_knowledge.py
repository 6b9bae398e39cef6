"""What a file says, and whom it is shown to."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request

from aibox_assets.api.answers import Answer, Page
from aibox_assets.api.cursors import CursorText, FileId, Limit, Text
from aibox_assets.api.identity import PlatformOf, note
from aibox_assets.api.problems import ProblemError
from aibox_assets.api.routes.files import Editor, Reader, find_file, find_own_file
from aibox_assets.api.routes.graph import RelationView, stated_view
from aibox_assets.domain.viewer import EVERYONE
from aibox_assets.services.graph import stated_by
from aibox_assets.services.sharing import CannotShareError, share_file, unshare_file

router = APIRouter(prefix="/files/{file_id}", tags=["Files"])

ALL: Final = "*"
Grantee = Annotated[Text, Path(description="An account, or `*` for all of them.")]


@router.get("/triples")
def read_triples(
    file_id: FileId, caller: Reader, platform: PlatformOf, cursor: CursorText = None, limit: Limit = 100
) -> Answer[Page[RelationView]]:
    """The relations that a file states, each with its evidence."""
    find_file(platform, file_id, caller)
    found = stated_by(platform, caller.viewer, file_id, limit, cursor)
    return Answer(data=Page(items=[stated_view(each) for each in found.items], next=found.next))


@router.get("/grants")
def list_grants(file_id: FileId, caller: Reader, platform: PlatformOf) -> Answer[list[str]]:
    """With whom a file of the caller's is shared."""
    find_own_file(platform, file_id, caller)
    found = platform.grants.readers([file_id]).get(file_id, ())
    return Answer(data=[ALL if grantee == EVERYONE else grantee for grantee in found])


@router.put("/grants/{account}")
def share(
    file_id: FileId, account: Grantee, request: Request, caller: Editor, platform: PlatformOf
) -> Answer[None]:
    """Let an account see a file, with what was made of it, and no more."""
    find_own_file(platform, file_id, caller)
    try:
        share_file(platform, file_id, _grantee(account), caller.account)
    except CannotShareError as error:
        raise ProblemError(404, "not_found", error.reason, "Check the name.") from error
    note(request, caller, platform, "file.share", file_id, account=account)
    return Answer(data=None)


@router.delete("/grants/{account}")
def unshare(
    file_id: FileId, account: Grantee, request: Request, caller: Editor, platform: PlatformOf
) -> Answer[None]:
    """Take that back."""
    find_own_file(platform, file_id, caller)
    unshare_file(platform, file_id, _grantee(account))
    note(request, caller, platform, "file.unshare", file_id, account=account)
    return Answer(data=None)


def _grantee(account: str) -> str:
    return EVERYONE if account == ALL else account
