"""Whether the API lives and can work, for whatever restarts it or leads people to it. Nobody has to sign in."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from aibox_assets.api.answers import Answer, Problem
from aibox_assets.api.problems import problem_response
from aibox_assets.api.readiness import Part, Readiness

router = APIRouter(tags=["Health"])


class PartView(BaseModel):
    """A part of the installation."""

    name: str
    state: str = Field(description="`ok`, `unavailable`, or `paused`.")
    needed: bool = Field(description="Whether the API can do nothing without it.")
    reason: str


def the_readiness(request: Request) -> Readiness:
    """What this process knows of the parts."""
    return cast("Readiness", request.app.state.readiness)


@router.get("/health/live")
def live() -> Answer[str]:
    """The process answers."""
    return Answer(data="live")


@router.get(
    "/health/ready",
    responses={503: {"model": Problem, "description": "A part that is needed does not answer."}},
)
def ready(
    request: Request, readiness: Annotated[Readiness, Depends(the_readiness)]
) -> Answer[list[PartView]]:
    """Each part, and why not. 503 where one is away without which nobody can sign in."""
    parts = readiness.look()
    away = [part for part in parts if part.needed and part.state != "ok"]
    if away:
        return _not_ready(request, parts, away)  # type: ignore[return-value]  # a response goes out as it is
    waiting = [part.reason for part in parts if part.reason]
    return Answer(data=[PartView(**_fields(part)) for part in parts], message=" ".join(waiting))


def _not_ready(request: Request, parts: tuple[Part, ...], away: list[Part]) -> JSONResponse:
    return problem_response(
        request.url.path,
        request.state.request_id,
        status=503,
        code="not_ready",
        reason=" ".join(part.reason for part in away),
        remedy="It is tried again by itself; an operator asks 'aibox status'.",
        headers={"Retry-After": "5"},
        errors=[{"at": part.name, "state": part.state, "reason": part.reason} for part in parts],
    )


def _fields(part: Part) -> dict[str, object]:
    return {name: getattr(part, name) for name in PartView.model_fields}
