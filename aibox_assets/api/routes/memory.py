"""Agents' short-term memory: notes of the caller's account, which end by themselves."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from aibox_assets.api.answers import Answer
from aibox_assets.api.bodies import Body
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.problems import not_found
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.status import MEMORY_SECONDS

router = APIRouter(prefix="/memory", tags=["Agents' memory"])

MAX_NOTE: Final = 100_000
MAX_SECONDS: Final = 24 * 60 * 60

# A note is the account's: readers of files may keep some, too.
Agent = Annotated[Caller, Depends(needs(Role.READER, "memory"))]
Key = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._:-]+$")]


class Note(Body):
    """A note to keep."""

    value: str = Field(max_length=MAX_NOTE)
    seconds: int = Field(MEMORY_SECONDS, ge=1, le=MAX_SECONDS, description="For which it is kept.")


@router.put("/{key}")
def remember(key: Key, note: Note, caller: Agent, platform: PlatformOf) -> Answer[None]:
    """Keep a note, for an hour unless it says otherwise; one of the same key is replaced."""
    platform.live.remember(_own(caller, key), note.value, note.seconds)
    return Answer(data=None)


@router.get("/{key}")
def recall(key: Key, caller: Agent, platform: PlatformOf) -> Answer[str]:
    """A note that is still kept."""
    value = platform.live.recall(_own(caller, key))
    if value is None:
        raise not_found("note")
    return Answer(data=value)


@router.delete("/{key}")
def forget(key: Key, caller: Agent, platform: PlatformOf) -> Answer[None]:
    """Remove a note."""
    if not platform.live.forget(_own(caller, key)):
        raise not_found("note")
    return Answer(data=None)


def _own(caller: Caller, key: str) -> str:
    """Two accounts never have the same note: the name of an account holds no slash."""
    return f"{caller.account}/{key}"
