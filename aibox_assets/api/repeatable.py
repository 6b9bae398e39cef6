"""``Idempotency-Key``: a POST that is sent again, since its answer was lost, does nothing twice.

The answer is kept for a day per caller, if something was done: what was refused may be sent again, since a limit, or a
folder that waits for a person, is another matter then. While a process works on the first one it holds an advisory
lock, so that a request whose process died is not in flight for ever.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from typing import Any, Final

import sqlalchemy as sa
from python_multipart.multipart import parse_options_header
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import insert
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aibox_assets.api.identity import identify_connection
from aibox_assets.api.problems import ProblemError, problem_response
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import repeatable_requests

HEADER: Final = "Idempotency-Key"
HOURS: Final = 24
MAX_ANSWER: Final = 2**20
MAX_REPEATED: Final = 2**62
"""Bytes of files that are sent again, and only hashed."""
_KEPT_HEADERS: Final = ("content-type", "location", "retry-after")
_LOCK_CLASS: Final = 0x61_69_72  # "air"


class Fingerprint:
    """What tells one request from another: the method, the address, the body.

    A form with files is sent again with another boundary, which therefore does not count.
    """

    def __init__(self, scope: Scope) -> None:
        self._digest = hashlib.sha256(f"{scope['method']} {scope['path']}?{scope['query_string']!r}".encode())
        kind, options = parse_options_header(Headers(scope=scope).get("content-type"))
        self._boundary = options.get(b"boundary", b"") if kind.startswith(b"multipart/") else b""
        self._rest = b""

    @property
    def is_form(self) -> bool:
        """Whether the body is a form with files."""
        return bool(self._boundary)

    def update(self, data: bytes) -> None:
        """The next bytes of the body."""
        if not self._boundary:
            self._digest.update(data)
            return
        *whole, rest = (self._rest + data).split(self._boundary)
        # The end of what came may be the beginning of a boundary.
        keep = max(0, len(rest) - len(self._boundary) + 1)
        self._digest.update(b"".join([*whole, rest[:keep]]))
        self._rest = rest[keep:]

    def hexdigest(self) -> str:
        """Of all that came."""
        whole = self._digest.copy()
        whole.update(self._rest)
        return whole.hexdigest()


class Requests:
    """The rows of requests that may come again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._instance = secrets.randbits(30)
        self._holder: Connection | None = None
        self._holding = threading.Lock()

    def begin(self, caller: str, key: str) -> sa.Row[Any] | None:
        """Claim a key; None when it is ours to do now, else the row of who had it before."""
        self._hold()
        values = {"caller": caller, "key": key, "instance": self._instance}
        rows = repeatable_requests
        mine = (rows.c.caller == caller) & (rows.c.key == key)
        old = sa.func.now() - sa.func.make_interval(0, 0, 0, 0, HOURS)
        with transaction(self._engine) as connection:
            connection.execute(rows.delete().where(mine, rows.c.created_at < old))
            claim = insert(rows).values(**values).on_conflict_do_nothing().returning(rows.c.key)
            if connection.execute(claim).first() is not None:
                return None
            row = connection.execute(sa.select(rows).where(mine).with_for_update()).one_or_none()
            if row is None or (row.status is None and self._is_dead(connection, row.instance)):
                connection.execute(rows.delete().where(mine))
                connection.execute(insert(rows).values(**values))
                return None
            return row

    def finish(
        self, caller: str, key: str, fingerprint: str, status: int, headers: dict[str, str], body: bytes
    ) -> None:
        """Keep an answer."""
        rows = repeatable_requests
        values = {"fingerprint": fingerprint, "status": status, "headers": headers, "body": body}
        with transaction(self._engine) as connection:
            mine = (rows.c.caller == caller) & (rows.c.key == key)
            connection.execute(rows.update().where(mine).values(**values))

    def abandon(self, caller: str, key: str) -> None:
        """Nothing was done: the key is free again."""
        rows = repeatable_requests
        with transaction(self._engine) as connection:
            connection.execute(
                rows.delete().where(rows.c.caller == caller, rows.c.key == key, rows.c.status.is_(None))
            )

    def _hold(self) -> None:
        """One connection of this process holds its advisory lock for as long as it lives."""
        with self._holding:
            self._hold_alone()

    def _hold_alone(self) -> None:
        if self._holder is not None and not self._holder.invalidated:
            try:
                self._holder.execute(sa.text("SELECT 1")).close()
            except sa.exc.DBAPIError:
                self._holder = None
            else:
                return
        holder = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        holder.execute(sa.select(sa.func.pg_advisory_lock(_LOCK_CLASS, self._instance))).close()
        self._holder = holder

    def _is_dead(self, connection: Connection, instance: int) -> bool:
        if instance == self._instance:
            return False
        query = sa.text(
            "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid = :class AND objid = :instance AND objsubid = 2 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return bool(connection.scalar(query, {"class": _LOCK_CLASS, "instance": instance}))


class RepeatableRequests:
    """Answers a POST that comes again with what the first one was answered."""

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app, self._platform = app, platform
        self._requests: Requests | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        key = headers.get(HEADER)
        if key is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        problem = None
        if not 1 <= len(key) <= 200:
            problem = problem_response(
                scope["path"], scope["state"]["request_id"], status=422, code="malformed",
                reason=f"{HEADER} has 1 to 200 characters.", remedy="Take a UUID, or leave it out.",
            )  # fmt: skip
        caller = None if problem else await run_in_threadpool(self._identify, scope)
        if problem is not None:
            await problem(scope, receive, send)
        elif caller is None:
            await self._app(scope, receive, send)  # which refuses it
        else:
            await self._once(scope, receive, send, caller, key)

    async def _once(self, scope: Scope, receive: Receive, send: Send, caller: str, key: str) -> None:
        if self._requests is None:
            self._requests = Requests(self._platform.engine)
        requests = self._requests
        row = await run_in_threadpool(requests.begin, caller, key)
        digest = Fingerprint(scope)
        if row is not None:
            await self._repeat(scope, receive, send, row, digest)
            return
        kept = bytearray()
        begun: Message | None = None
        ended = False

        async def hashed() -> Message:
            message = await receive()
            digest.update(message.get("body", b""))
            return message

        async def noted(message: Message) -> None:
            nonlocal begun, ended
            if message["type"] == "http.response.start":
                begun = message
            elif message["type"] == "http.response.body" and len(kept) <= MAX_ANSWER:
                kept.extend(message.get("body", b""))
                if not message.get("more_body") and begun is not None and begun["status"] < 400:
                    ended = True
                    names = Headers(raw=begun["headers"])
                    headers = {name: names[name] for name in _KEPT_HEADERS if name in names}
                    # Before the answer goes out: a caller that has it may send the next one at once.
                    await run_in_threadpool(
                        requests.finish,
                        caller,
                        key,
                        digest.hexdigest(),
                        begun["status"],
                        headers,
                        bytes(kept),
                    )
            await send(message)

        try:
            await self._app(scope, hashed, noted)
        finally:
            if not ended:
                await run_in_threadpool(requests.abandon, caller, key)

    async def _repeat(
        self, scope: Scope, receive: Receive, send: Send, row: sa.Row[Any], digest: Fingerprint
    ) -> None:
        request_id = scope["state"]["request_id"]
        if row.status is None:
            response: Any = problem_response(
                scope["path"], request_id, status=409, code="in_flight",
                reason=f"The first request with this {HEADER} is still at work.",
                remedy="Wait for its answer, or ask again soon.", headers={"Retry-After": "1"},
            )  # fmt: skip
            await response(scope, receive, send)
            return

        async def read(_: Scope, receive: Receive, __: Send) -> None:
            more = True
            while more:
                message = await receive()
                digest.update(message.get("body", b""))
                more = message["type"] == "http.request" and bool(message.get("more_body"))

        # Files are of any length; their route, which says so, is not come to.
        unlimited = RequestBodyLimitMiddleware(read, MAX_REPEATED)
        await (unlimited if digest.is_form else read)(scope, receive, send)
        if digest.hexdigest() != row.fingerprint:
            response = problem_response(
                scope["path"], request_id, status=422, code="key_reused",
                reason=f"This {HEADER} was sent with another request before.", remedy="Take a new key.",
            )  # fmt: skip
            await response(scope, receive, send)
            return
        headers = {**row.headers, "idempotency-replayed": "true", "content-length": str(len(row.body))}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": row.status, "headers": raw})
        await send({"type": "http.response.body", "body": row.body})

    def _identify(self, scope: Scope) -> str | None:
        try:
            return identify_connection(self._platform, HTTPConnection(scope)).id
        except (AIBoxError, ProblemError):
            return None
