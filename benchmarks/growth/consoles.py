"""What open consoles cost the API: GET routes beside one open page and beside fifty, of a running installation.

``python -m benchmarks.growth.consoles ADDRESS NAME`` (the password is asked for); each page is opened and connected
as a browser does it, but not drawn: browsers of people have machines of their own, and fifty of them here would be
measured instead of the API.
"""

from __future__ import annotations

import ast
import asyncio
import re
import sys
import time
from getpass import getpass
from statistics import median
from typing import Any, Final
from uuid import uuid4

import httpx
import socketio

CONSOLES: Final = 50
TIMES: Final = 100
PAGES: Final = ("/", "/work", "/graph", "/search?q=report", "/health")
ASKED: Final = (
    "/api/v1/files?limit=50",
    "/api/v1/queues/stats",
    "/api/v1/search?q=report",
    "/api/v1/auth/me",
)
_QUERY: Final = re.compile(r"query: (\{[^\n]*\}),")


async def main(address: str, name: str, password: str) -> None:
    """Print p50 and p95 in milliseconds of each route, beside 1 and beside :data:`CONSOLES` open pages."""
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        answer = await client.post(
            "/login", data={"name": name, "password": password}, headers={"Origin": address}
        )
        if answer.status_code != 303:
            sys.exit(f"{address} does not let {name} in: HTTP {answer.status_code}.")
        opened: list[socketio.AsyncClient] = []
        try:
            for many in (1, CONSOLES):
                while len(opened) < many:
                    opened.append(await _open(client, PAGES[len(opened) % len(PAGES)]))
                await asyncio.sleep(10)
                for path in ASKED:
                    walls = sorted([await _wall(client, path) for _ in range(TIMES)])
                    p95 = walls[int(TIMES * 0.95)]
                    alive = sum(each.connected for each in opened)
                    print(
                        f"{alive:3} consoles  p50 {median(walls):6.1f}  p95 {p95:6.1f} ms  {path}", flush=True
                    )
        finally:
            await asyncio.gather(*(each.disconnect() for each in opened))


async def _open(client: httpx.AsyncClient, path: str) -> socketio.AsyncClient:
    """A page's connection, after it was accepted; updates are taken and acknowledged as the page's script does."""
    page = await client.get(path)
    found = _QUERY.search(page.text)
    if page.status_code != 200 or found is None:
        sys.exit(f"{path} is no page of the console: HTTP {page.status_code}.")
    query: dict[str, Any] = ast.literal_eval(found[1])
    query |= {"document_id": str(uuid4()), "tab_id": str(uuid4()), "old_tab_id": None}
    socket = socketio.AsyncClient(reconnection=False)

    async def update(message: dict[str, Any]) -> None:
        query["next_message_id"] = message.get("_id", 0) + 1
        await socket.emit(
            "ack", {"client_id": query["client_id"], "next_message_id": query["next_message_id"]}
        )

    socket.on("update", update)
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = str(client.base_url)
    await socket.connect(
        address, headers={"Cookie": cookies, "Origin": address.rstrip("/")}, transports=["websocket"],
        socketio_path="/_nicegui_ws/socket.io",
    )  # fmt: skip
    if not await socket.call("handshake", query):
        sys.exit(f"{path} did not accept its connection.")
    return socket


async def _wall(client: httpx.AsyncClient, path: str) -> float:
    await asyncio.sleep(0.1)
    started = time.perf_counter()
    answer = await client.get(path)
    answer.raise_for_status()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], getpass()))
