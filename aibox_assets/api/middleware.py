"""What holds for every request: an id, an address without a slash at its end, headers of security, ETags, answers
without their bodies, a line in the log."""

from __future__ import annotations

import hashlib
import logging
import re
import time
import uuid
from collections.abc import MutableMapping
from typing import Any, Final

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aibox_assets.api.problems import too_large

_log = logging.getLogger("aibox.api")
_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_OURS: Final = ("/api/", "/mcp/", "/docs/", "/health/", "/metrics/", "/login/")
_ANY_END: Final = "/entities/"
"""What is behind it is an entity's key, which may end with a slash."""


class PlainAddresses:
    """Takes an address with a slash at its end for the one without: a redirect would cost some clients their body.

    Dagster's pages and the console's own parts, which are not ours to name, keep theirs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith(_OURS) and path.endswith("/") and _ANY_END not in path:
            scope["path"] = path.rstrip("/")  # in place: the line in the log and the figures read it, too
            scope["raw_path"] = scope.get("raw_path", b"").rstrip(b"/")
        await self._app(scope, receive, send)


class EachRequest:
    """Gives each request an id and a line in the log, and its answer the headers of security."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            seconds = time.perf_counter() - started
            _note(scope, status, seconds, request_id)


class LimitedBodies:
    """Refuses bodies of more bytes than *most*, with a problem: Starlette's own limit answers in plain text."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = RequestBodyLimitMiddleware(app, most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def answer(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] == 413:
                refused = Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")
            if not refused:
                await send(message)
            elif message["type"] == "http.response.start":
                await too_large(scope)(scope, receive, send)

        await self._app(scope, receive, answer)


def template_of(scope: Scope) -> str | None:
    """The route as it is written in the code; what was asked for may hold names of files. None where it is no route."""
    # FastAPI's own note of the route has the prefixes of the routers around it, `route` has not.
    context = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    path = getattr(context, "path_format", None) or getattr(context, "path", None)
    return None if path is None else str(path)


def _note(scope: Scope, status: int, seconds: float, request_id: str) -> None:
    caller = scope["state"].get("caller")
    _log.info(
        "%s %s %d %.1f ms %s %s",
        scope["method"],
        scope["path"],
        status,
        seconds * 1000,
        caller.id if caller else "-",
        request_id,
    )


class BodilessAnswers:
    """HEAD is answered as GET is, without the body; what would be sent in parts ends before the first one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        over = False
        with anyio.CancelScope() as answering:

            async def answer(message: Message) -> None:
                nonlocal over
                if message["type"] == "http.response.start":
                    await send(message)
                elif not over:
                    over = True
                    await send({"type": "http.response.body", "body": b""})
                    if message.get("more_body"):
                        answering.cancel()

            asked = {**scope, "method": "GET"}  # the server writes by its own scope
            try:
                await self._app(asked, receive, answer)
            finally:
                scope.update(asked | {"method": "HEAD"})  # the figures read the route


class EntityTags:
    """Answers of JSON that are read get an ETag, and 304 where the caller has them already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        start: MutableMapping[str, Any] | None = None

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_json(message):
                start = message
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            begun, start = start, None
            if message.get("more_body"):
                await send(begun)
                await send(message)
                return
            headers = MutableHeaders(scope=begun)
            tag = headers.get("etag") or f'W/"{hashlib.sha256(message["body"]).hexdigest()[:32]}"'
            headers["ETag"] = tag
            headers["Cache-Control"] = "private, no-cache"
            if is_known(tag, known):
                begun["status"] = 304
                del headers["content-length"]
                await send(begun)
                await send({"type": "http.response.body", "body": b""})
                return
            await send(begun)
            await send(message)

        await self._app(scope, receive, tagged)


def is_known(tag: str, known: str) -> bool:
    """Whether a header ``If-None-Match`` names an ETag; a proxy may have made it a weak one, which is as good."""
    return any(
        part == "*" or part.removeprefix("W/") == tag.removeprefix("W/")
        for part in (each.strip() for each in known.split(","))
    )


def _is_json(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return bool(message["status"] == 200 and kind.startswith("application/json"))
