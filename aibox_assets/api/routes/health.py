"""Whether the API lives, for whatever restarts it. Nobody has to sign in."""

from __future__ import annotations

from fastapi import APIRouter

from aibox_assets.api.answers import Answer

router = APIRouter(tags=["Health"])


@router.get("/health/live")
def live() -> Answer[str]:
    """The process answers."""
    return Answer(data="live")
