"""The application: routes, and what holds for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi_offline import FastAPIOffline
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import RedirectResponse

from aibox_assets.api.agents import mount_agents
from aibox_assets.api.beside import Beside
from aibox_assets.api.bodies import refuse_unknown_parameters
from aibox_assets.api.dagster import PATH, dagster_app
from aibox_assets.api.deliverer import Deliverer
from aibox_assets.api.following import EventHub
from aibox_assets.api.metrics import MeasuredRequests, Metrics
from aibox_assets.api.middleware import (
    BodilessAnswers,
    EachRequest,
    EntityTags,
    LimitedBodies,
    PlainAddresses,
)
from aibox_assets.api.problems import DOCUMENTED, document_problems, handle_problems
from aibox_assets.api.readiness import Readiness
from aibox_assets.api.repeatable import HEADER, RepeatableRequests
from aibox_assets.api.routes import (
    accounts,
    auth,
    events,
    exports,
    file_actions,
    file_knowledge,
    files,
    graph,
    health,
    jobs,
    login,
    memory,
    metrics,
    queues,
    search,
    steering,
    uploads,
    webhooks,
)
from aibox_assets.api.uploading import UploadSlots
from aibox_assets.resources.platform import Platform

PREFIX: Final = "/api/v1"
MAX_BODY: Final = 2**20
"""Bytes of a request's body; a route that takes uploads says its own limit."""
_ROUTERS: Final = (
    auth.router,
    accounts.router,
    uploads.router,
    files.router,
    file_actions.router,
    file_knowledge.router,
    events.router,
    jobs.router,
    steering.router,
    queues.router,
    queues.former,
    memory.router,
    exports.router,
    search.router,
    graph.router,
    webhooks.router,
)

DESCRIPTION: Final = """
Every answer is `{"success": true, "data": …, "message": …}`, every problem `application/problem+json` with a stable
`code`, the reason, and what to do about it. Send a token of `POST /api/v1/auth/login`, or a key of
`aibox keys create`, as `Authorization: Bearer …`. Any POST takes an `Idempotency-Key`: sent again within a day it is
answered as before, and nothing is done twice. Reads answer with an `ETag`.
"""


def create_app(platform: Platform) -> FastAPI:
    """The API over *platform*."""
    origins = [origin.strip() for origin in platform.settings.cors_origins.split(",") if origin.strip()]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["*"],
        allow_headers=["Authorization", "Content-Type", HEADER, "If-None-Match", "Last-Event-ID"],
        expose_headers=[
            "Allow",
            "Content-Disposition",
            "Content-Range",
            "ETag",
            "Location",
            "Retry-After",
            "X-Request-ID",
        ],
    )
    readiness = Readiness(platform)
    measured = Metrics(platform, readiness)
    described = _described()
    app: FastAPI = FastAPIOffline(  # its page of documentation loads nothing from another host
        title=described.title,
        lifespan=_lifespan,
        openapi_url=f"{PREFIX}/openapi.json",
        middleware=[
            Middleware(PlainAddresses),
            Middleware(EachRequest),
            *([cors] if origins else []),
            Middleware(LimitedBodies, most=MAX_BODY),
            Middleware(MeasuredRequests, metrics=measured),
            Middleware(BodilessAnswers),
            Middleware(EntityTags),
            Middleware(RepeatableRequests, platform=platform),
        ],
    )
    app.state.platform, app.state.readiness, app.state.metrics = platform, readiness, measured
    app.state.event_hub = EventHub(platform.feed)
    app.state.upload_slots = UploadSlots(platform.settings.max_uploads)
    handle_problems(app)
    app.openapi = described.openapi  # type: ignore[method-assign]  # FastAPI's own way to set the page
    app.router.routes.extend(described.routes)
    mount_agents(app, platform)
    app.mount(PATH, dagster_app(platform))
    app.add_route(PATH, lambda _: RedirectResponse(f"{PATH}/"))  # which the mount does not take
    return app


@cache
def _described() -> FastAPI:
    """The routes and their page of documentation. They are the same over every platform, and what each route takes and
    answers is worked out once in a process: it takes half a second."""
    described = FastAPI(title="AI-Box assets", version="1", description=DESCRIPTION, openapi_url=None)
    document_problems(described)
    api = APIRouter(prefix=PREFIX, responses=DOCUMENTED, dependencies=[Depends(refuse_unknown_parameters)])
    for router in _ROUTERS:
        api.include_router(router)
    described.include_router(api)
    described.include_router(health.router)
    described.include_router(metrics.router)
    described.include_router(login.router, include_in_schema=False)
    return described


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What works beside the requests."""
    platform: Platform = app.state.platform
    working: list[Beside] = [Deliverer(platform)]
    if platform.settings.traces_endpoint:
        from aibox_assets.api.tracing import TraceSender  # which takes half a second to import

        working.append(TraceSender(platform, platform.settings.traces_endpoint))
    for each in working:
        each.start()
    yield
    for each in working:
        await run_in_threadpool(each.stop)
