"""``GET /metrics``, for Prometheus."""

from __future__ import annotations

from ipaddress import ip_address
from typing import cast

from fastapi import APIRouter, Request
from prometheus_client.exposition import choose_encoder
from starlette.responses import Response

from aibox_assets.api.answers import Problem
from aibox_assets.api.identity import BearerOf, PlatformOf, the_caller
from aibox_assets.api.metrics import Metrics
from aibox_assets.api.problems import ProblemError
from aibox_assets.stores.accounts import Role

router = APIRouter(tags=["Health"])

AREA = "work"


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, 401: {"model": Problem}, 403: {"model": Problem}},
)
def metrics(request: Request, platform: PlatformOf, bearer: BearerOf) -> Response:
    """Figures of the whole installation, without names of files or people.

    For admins and for keys with the scope `work`; with `AIBOX_METRICS_OPEN` for everybody on the same machine.
    """
    if not (platform.settings.metrics_open and _is_near(request)):
        caller = the_caller(request, platform, bearer)
        if not (caller.role is Role.ADMIN and caller.may(Role.ADMIN, AREA)) and AREA not in caller.scopes:
            raise ProblemError(403, "forbidden", f"This needs a key with the scope {AREA}.", "Make one.")
    encode, kind = choose_encoder(request.headers.get("accept", ""))
    registry = cast("Metrics", request.app.state.metrics).registry
    return Response(encode(registry), headers={"Content-Type": kind})


def _is_near(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
