"""Dagster's web server, which answers its own pages only: ``python -m aibox_assets.dagster_patches.webserver …``.

Takes the arguments of ``dagster-webserver``. That one (dagster 1.13) has no login and asks no request where it comes
from, so any page that somebody opens in a browser on the same machine could start and delete runs. It can go when
upstream looks at the header ``Origin``.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final
from urllib.parse import urlsplit

from dagster_webserver import cli
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from aibox_assets.settings import load_settings

_REFUSED: Final = "This request comes from a page of another place.\n"


class OwnPagesOnly:
    """Refuses what pages of other places send, and hosts that no address of ours has.

    Programs send neither ``Origin`` nor ``Sec-Fetch-Site``, and are let through.

    :param known: a name with dots under which it is reached, besides addresses and names of one word.
    """

    def __init__(self, app: ASGIApp, known: str | None) -> None:
        self._app, self._known = app, known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._is_foreign(scope):
            refused = PlainTextResponse(_REFUSED, 403) if scope["type"] == "http" else WebSocketClose(1008)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._is_ours(urlsplit(f"//{host}").hostname or ""):
            return True
        if origin is not None and urlsplit(origin).netloc != host:
            return True
        # A link from elsewhere opens a page, and asks for nothing else; GraphQL would change things by a GET, too.
        opens_page = headers.get("sec-fetch-mode") == "navigate" and not scope["path"].endswith("/graphql")
        return headers.get("sec-fetch-site") in ("cross-site", "same-site") and not opens_page

    def _is_ours(self, name: str) -> bool:
        """Whether a host can be meant: not a name that anybody could let lead here."""
        if "." not in name and ":" not in name:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name == self._known
        return True


def check_origins(known: str | None) -> None:
    """Put the check in front of the application that is served."""
    patched: Any = cli
    make = patched.create_app_from_workspace_process_context

    def make_checked(*given: Any, **named: Any) -> ASGIApp:
        return OwnPagesOnly(make(*given, **named), known)

    patched.create_app_from_workspace_process_context = make_checked


def main() -> None:
    """Serve until told to stop."""
    url = load_settings().dagster_url
    check_origins(urlsplit(url).hostname if url else None)
    cli.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
