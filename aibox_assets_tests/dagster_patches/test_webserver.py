"""Dagster's web server lets programs and its own pages in, and no page of another place."""

from __future__ import annotations

import pytest
from dagster_webserver import cli
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from aibox_assets.dagster_patches.webserver import OwnPagesOnly, check_origins

HERE = "127.0.0.1:3000"


def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse("shown")


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


ROUTES = [
    Route("/dagster/graphql", page, methods=["GET", "POST"]),
    Route("/dagster/runs", page),
    WebSocketRoute("/dagster/graphql", socket),
]


def client(known: str | None = None) -> TestClient:
    return TestClient(OwnPagesOnly(Starlette(routes=ROUTES), known), base_url=f"http://{HERE}")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": f"http://{HERE}", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Host": "webserver:3000"}, 200),
        ({"Host": "localhost:3000", "Origin": "http://localhost:3000"}, 200),
        ({"Host": "[::1]:3000"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:3001"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ({"Host": "evil.example:3000", "Origin": "http://evil.example:3000"}, 403),
    ],
)
def test_graphql_is_for_programs_and_own_pages(headers: dict[str, str], status: int) -> None:
    for method in ("GET", "POST"):
        assert client().request(method, "/dagster/graphql", headers=headers).status_code == status


def test_a_link_opens_a_page_and_a_known_name_is_let_in() -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client().get("/dagster/runs", headers=link).text == "shown"
    named = {"Host": "dagster.example.org"}
    assert client().get("/dagster/runs", headers=named).status_code == 403
    assert client("dagster.example.org").get("/dagster/runs", headers=named).status_code == 200


def test_a_web_socket_of_another_page_is_closed() -> None:
    with client().websocket_connect(f"ws://{HERE}/dagster/graphql"):
        pass
    with (
        pytest.raises(WebSocketDisconnect),
        client().websocket_connect(f"ws://{HERE}/dagster/graphql", headers={"Origin": "http://evil.example"}),
    ):
        pass


def test_it_is_before_dagster_s_own_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "create_app_from_workspace_process_context", lambda *_, **__: Starlette())
    check_origins(None)
    made = cli.create_app_from_workspace_process_context(None)  # type: ignore[arg-type]
    assert isinstance(made, OwnPagesOnly)
