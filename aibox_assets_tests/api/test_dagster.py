"""Dagster behind the login of the API: a real web server, its pages, GraphQL and web sockets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from aibox_assets.api import dagster
from aibox_assets.api.identity import SESSION_COOKIE
from aibox_assets.local import probes
from aibox_assets.local.process import free_port
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.services.signing_in import start_session
from aibox_assets.settings import Settings
from aibox_assets.stores.accounts import Role
from aibox_assets_tests.api.conftest import PASSWORD
from aibox_assets_tests.api.serving import serving

pytestmark = pytest.mark.integration

QUERY = {"query": "{ version }"}
GRAPHQL_WS = Subprotocol("graphql-ws")


@pytest.fixture(scope="module")
def webserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Dagster's web server without any assets."""
    home, port = tmp_path_factory.mktemp("dagster"), free_port()
    argv = (
        "-m",
        "aibox_assets.dagster_patches.webserver",
        "--empty-workspace",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    )
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *argv, "--path-prefix", dagster.PATH],
            env={**os.environ, "DAGSTER_HOME": str(home), "DO_NOT_TRACK": "1"}, stdout=log, stderr=log,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}{dagster.PATH}"
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                probes.ping_webserver(address)
                break
            except httpx.HTTPError:
                assert process.poll() is None, (home / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def settings(settings: Settings, webserver: str) -> Settings:
    return settings.model_copy(update={"dagster_url": webserver})


def key_of(platform: Platform, name: str, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_key(platform, name, 'test', scopes=scopes or ('*',))[0]}"}


def cookie_of(platform: Platform, name: str) -> dict[str, str]:
    return {"Cookie": f"{SESSION_COOKIE}={start_session(platform, name, PASSWORD)}"}


def test_an_admin_asks_graphql(api: str, platform: Platform) -> None:
    answer = httpx.post(
        f"{api}/dagster/graphql", json=QUERY, headers=key_of(platform, "ada"), trust_env=False, timeout=60
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["version"].startswith("1.")


def test_an_admin_has_the_pages_with_all_that_they_load(api: str, platform: Platform) -> None:
    session = {SESSION_COOKIE: start_session(platform, "ada", PASSWORD)}
    headers = {"Accept": "text/html"}
    with httpx.Client(base_url=api, headers=headers, cookies=session, trust_env=False, timeout=60) as client:
        page = client.get("/dagster", follow_redirects=True)
        assert page.status_code == 200
        assert '"/dagster"' in page.text
        assert page.headers["content-security-policy"]
        assets = {part.split('"')[0] for part in page.text.split('src="')[1:] if part.startswith("/dagster/")}
        assert assets
        for asset in assets:
            plain = client.get(asset, headers={"Accept-Encoding": "identity"})
            assert plain.status_code == 200
            assert client.get(asset, headers={"Accept-Encoding": "gzip"}).content == plain.content


@pytest.mark.parametrize("path", ["/dagster/", "/dagster/graphql", "/dagster/server_info", "/dagster/runs/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_nobody_else_comes_in(api: str, platform: Platform, path: str, method: str) -> None:
    with httpx.Client(base_url=api, trust_env=False, timeout=60) as client:
        assert client.request(method, path).status_code == 401
        assert client.request(method, path, headers={"Authorization": "Bearer no"}).status_code == 401
        assert (
            client.request(
                method, path, headers={"Cookie": f"{SESSION_COOKIE}=no", "Origin": api}
            ).status_code
            == 401
        )
        for headers in (
            key_of(platform, "eve"),
            key_of(platform, "rae"),
            key_of(platform, "ada", "files"),
            cookie_of(platform, "eve") | {"Origin": api},
        ):
            assert client.request(method, path, headers=headers).status_code == 403


def test_a_browser_that_is_not_signed_in_is_led_to_the_login(api: str) -> None:
    answer = httpx.get(
        f"{api}/dagster/runs?x=1", headers={"Accept": "text/html"}, trust_env=False, timeout=60
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fdagster%2Fruns%3Fx%3D1")


def test_editors_come_in_where_a_setting_says_so(settings: Settings, people: dict[str, Role]) -> None:
    platform = Platform(settings.model_copy(update={"dagster_editors": True}))
    with serving(platform) as api, httpx.Client(base_url=api, trust_env=False, timeout=60) as client:
        for name, status in (("eve", 200), ("rae", 403)):
            answer = client.post("/dagster/graphql", json=QUERY, headers=key_of(platform, name))
            assert answer.status_code == status
    platform.engine.dispose()


def test_another_page_cannot_use_the_cookie(api: str, platform: Platform) -> None:
    foreign = cookie_of(platform, "ada") | {"Origin": "https://evil.example"}
    with httpx.Client(base_url=api, trust_env=False, timeout=60) as client:
        assert client.post("/dagster/graphql", json=QUERY, headers=foreign).status_code == 403
        # Dagster would take a mutation from the address, to which any link can lead.
        linked = client.get("/dagster/graphql", params=QUERY, headers=cookie_of(platform, "ada"))
        assert linked.status_code == 403
        own = client.get("/dagster/graphql", params=QUERY, headers=foreign | {"Origin": api})
        assert own.status_code == 200
        assert (
            client.get("/dagster/graphql", params=QUERY, headers=key_of(platform, "ada")).status_code == 200
        )
    with pytest.raises(InvalidStatus) as refused:
        connect(socket_of(api), additional_headers=foreign, subprotocols=[GRAPHQL_WS], proxy=None)
    assert refused.value.response.status_code == 403


def socket_of(api: str) -> str:
    return f"{api.replace('http', 'ws', 1)}/dagster/graphql"


@pytest.mark.parametrize("way", ["cookie", "key"])
def test_a_web_socket_is_handed_on(api: str, platform: Platform, way: str) -> None:
    headers = key_of(platform, "ada") if way == "key" else cookie_of(platform, "ada") | {"Origin": api}
    with connect(socket_of(api), additional_headers=headers, subprotocols=[GRAPHQL_WS], proxy=None) as socket:
        assert socket.subprotocol == GRAPHQL_WS
        socket.send(json.dumps({"type": "connection_init", "payload": {}}))
        assert json.loads(socket.recv(20)) == {"type": "connection_ack"}
        # A subscription: the parser's answer shows that it was understood on the other side.
        payload = {"query": "subscription { nothing }", "variables": {}}
        socket.send(json.dumps({"id": "1", "type": "start", "payload": payload}))
        answer = json.loads(socket.recv(20))
        assert (answer["id"], answer["type"]) == ("1", "error")
        assert "nothing" in str(answer)


@pytest.mark.parametrize("who", ["nobody", "eve", "rae"])
def test_a_web_socket_is_refused_to_others(api: str, platform: Platform, who: str) -> None:
    headers = {} if who == "nobody" else key_of(platform, who)
    with pytest.raises(InvalidStatus) as refused:
        connect(socket_of(api), additional_headers=headers, subprotocols=[GRAPHQL_WS], proxy=None)
    assert refused.value.response.status_code == (401 if who == "nobody" else 403)


def test_a_web_socket_ends_with_the_right_to_it(
    api: str, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dagster, "LOOK_SECONDS", 0.2)
    headers = key_of(platform, "ada")
    with connect(socket_of(api), additional_headers=headers, subprotocols=[GRAPHQL_WS], proxy=None) as socket:
        socket.send(json.dumps({"type": "connection_init"}))
        socket.recv(20)
        for key in platform.accounts.keys("ada"):
            platform.accounts.revoke_key(key.id)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_a_web_server_that_is_away_is_a_problem_and_no_address(
    settings: Settings, people: dict[str, Role]
) -> None:
    away = f"http://127.0.0.1:{free_port()}/dagster"
    platform = Platform(settings.model_copy(update={"dagster_url": away}))
    with serving(platform) as api:
        answer = httpx.get(f"{api}/dagster/", headers=key_of(platform, "ada"), trust_env=False, timeout=60)
        assert (answer.status_code, answer.json()["code"]) == (503, "dagster_unavailable")
        assert away not in answer.text
        with pytest.raises(InvalidStatus) as refused:
            connect(socket_of(api), additional_headers=key_of(platform, "ada"), proxy=None)
        assert refused.value.response.status_code == 503
    platform.engine.dispose()
