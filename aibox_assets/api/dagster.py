"""Dagster's web server under the API's address and login: its pages, GraphQL, and web sockets, as they come.

Dagster shows every file to whoever it lets in, so the way is for admins, and for editors where a setting says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from functools import cached_property
from typing import Final
from urllib.parse import quote, urlencode

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from aibox_assets.api.identity import identify_connection, limit_rate, require_own_page
from aibox_assets.api.problems import ProblemError, problem_of
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.signing_in import Caller, NotSignedInError
from aibox_assets.stores.accounts import Role

PATH: Final = "/dagster"
AREA: Final = "dagster"
MAX_REQUEST: Final = 32 * 2**20
"""Bytes: a backfill names its partitions."""
LOOK_SECONDS: Final = 30.0
"""How often it is looked whether who opened a web socket may still have it."""

_TIMEOUT: Final = httpx.Timeout(10, read=None)
_log = logging.getLogger(__name__)
_HOP: Final = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
    }
)
_OURS: Final = frozenset({"authorization", "cookie", "host", "origin", "idempotency-key"})
"""Headers that are none of Dagster's business."""


def dagster_app(platform: Platform) -> ASGIApp:
    """What is mounted at :data:`PATH`."""
    return RequestBodyLimitMiddleware(_Dagster(platform), max_body_size=MAX_REQUEST)


class _Dagster:
    """Lets in who may come in, and hands everything on."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._least = Role.EDITOR if platform.settings.dagster_editors else Role.ADMIN

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        """Made at the first request: it reads the certificates of all authorities, 40 ms of CPU."""
        return httpx.AsyncClient(limits=httpx.Limits(max_connections=200), trust_env=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(WebSocket(scope, receive, send))
            return
        request = Request(scope, receive)
        try:
            request.state.caller = await run_in_threadpool(self._admit, request)
            response = await self._ask(request)
        except NotSignedInError as error:
            response = self._sign_in(request) if _is_page(request) else problem_of(request, error)
        except (AIBoxError, ProblemError) as error:
            response = problem_of(request, error)
        await response(scope, receive, send)

    def _admit(self, connection: HTTPConnection) -> Caller:
        caller = identify_connection(self._platform, connection)
        if "authorization" not in connection.headers and connection.url.query and _is_graphql(connection):
            require_own_page(connection)  # Dagster takes a mutation in a GET, too, which a link could be
        if not caller.may(self._least, AREA):
            raise ProblemError(
                403,
                "forbidden",
                f"The Dagster UI shows the files of all: it is for the role {self._least} and the scope {AREA}.",
                "Ask an admin for it.",
            )
        limit_rate(self._platform, f"{AREA}:{caller.id}", 10 * self._platform.settings.rate_limit)
        return caller

    def _sign_in(self, request: Request) -> Response:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?{urlencode({'next': asked})}", 303)

    def _address(self, connection: HTTPConnection) -> str:
        base = self._platform.settings.dagster_url
        if base is None:
            raise ProblemError(
                503,
                "no_dagster",
                "AIBOX_DAGSTER_URL is not set.",
                "Set it, or start the API with 'aibox up'.",
            )
        path = connection.scope["path"].removeprefix(PATH)
        query = connection.scope["query_string"].decode("latin-1")
        return base.rstrip("/") + quote(path, safe="/:@!$&'()*+,;=~-._") + (f"?{query}" if query else "")

    async def _ask(self, request: Request) -> Response:
        headers = _handed_on(
            request.headers.raw, _OURS | ({"if-none-match"} if _is_graphql(request) else set())
        )
        body = request.stream() if _has_body(request) else None
        # Not by the client, which would add headers of its own, such as which encodings it understands.
        asked = httpx.Request(
            request.method,
            self._address(request),
            headers=headers,
            content=body,
            extensions={"timeout": _TIMEOUT.as_dict()},
        )
        try:
            answer = await self._http.send(asked, stream=True)
        except httpx.HTTPError as error:
            _log.warning("Dagster's web server did not answer: %s", error)
            raise ProblemError(
                503, "dagster_unavailable", "Dagster's web server did not answer.", "See 'aibox status'."
            ) from error
        response = StreamingResponse(_body_of(answer), answer.status_code)
        response.raw_headers = _handed_on(answer.headers.raw, frozenset({"server", "date"}))
        return response

    # Web sockets

    async def _socket(self, browser: WebSocket) -> None:
        try:
            await run_in_threadpool(self._admit, browser)
            address = self._address(browser).replace("http", "ws", 1)
        except (AIBoxError, ProblemError) as error:
            await browser.send_denial_response(problem_of(browser, error))
            return
        asked = [Subprotocol(name) for name in browser.scope.get("subprotocols", [])]
        try:
            upstream = await connect(address, subprotocols=asked or None, max_size=None, proxy=None)
        except (OSError, TimeoutError, WebSocketException) as error:
            _log.warning("Dagster's web server did not answer: %s", error)
            problem = ProblemError(
                503, "dagster_unavailable", "Dagster's web server did not answer.", "See 'aibox status'."
            )
            await browser.send_denial_response(problem_of(browser, problem))
            return
        async with upstream:
            await browser.accept(upstream.subprotocol)
            code = await self._relay(browser, upstream)
            if code is not None:
                await browser.close(code)

    async def _relay(self, browser: WebSocket, upstream: ClientConnection) -> int | None:
        """Hand messages on in both directions until one side ends; with which code ours is closed, if it is open."""
        ways = {
            asyncio.ensure_future(_to_upstream(browser, upstream)),
            asyncio.ensure_future(_to_browser(browser, upstream)),
            asyncio.ensure_future(self._watch(browser)),
        }
        done, others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        return next(iter(done)).result()

    async def _watch(self, browser: WebSocket) -> int:
        """Return when who opened it may not have it any more: signed out, disabled, made a reader."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await run_in_threadpool(self._admit, browser)
            except (AIBoxError, ProblemError):
                return 1008


async def _to_upstream(browser: WebSocket, upstream: ClientConnection) -> int | None:
    try:
        while True:
            message = await browser.receive()
            if message["type"] == "websocket.disconnect":
                return None
            text = message.get("text")
            await upstream.send(text if text is not None else message["bytes"])
    except (ConnectionClosed, WebSocketDisconnect):
        return 1001


async def _to_browser(browser: WebSocket, upstream: ClientConnection) -> int | None:
    try:
        async for message in upstream:
            if isinstance(message, str):
                await browser.send_text(message)
            else:
                await browser.send_bytes(message)
    except (ConnectionClosed, WebSocketDisconnect):
        return 1001
    return 1000


async def _body_of(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_raw():
            yield part
    finally:
        await answer.aclose()


def _handed_on(headers: Iterable[tuple[bytes, bytes]], without: Iterable[str]) -> list[tuple[bytes, bytes]]:
    left = _HOP.union(without)
    return [(name.lower(), value) for name, value in headers if name.decode("latin-1").lower() not in left]


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _is_graphql(connection: HTTPConnection) -> bool:
    return bool(connection.scope["path"].removeprefix(PATH).rstrip("/") == "/graphql")


def _is_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")
