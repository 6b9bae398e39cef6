"""HTTP as its own rules have it: HEAD, ranges, kinds of bodies, and what stands at which address."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from aibox_assets.api.app import MAX_BODY, create_app
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.accounts import Role
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import sent
from aibox_assets_tests.api.serving import serving

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    "path", ["/auth/me", "/files", "/files/{}", "/files/{}/status", "/files/nobody", "/no"]
)
def test_head_is_answered_as_get_without_the_body(signed_in: Client, path: str) -> None:
    ada = signed_in("ada")
    path = path.format(sent(ada, "a.txt"))
    whole, head = ada.get(path), ada.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    for name in ("content-type", "content-length", "etag"):
        assert name == "content-length" or head.headers.get(name) == whole.headers.get(name), name
    assert abs(int(head.headers["content-length"]) - len(whole.content)) < 20, "times in it may differ"


def test_head_asks_for_rights_and_for_known_parameters(signed_in: Client, stranger: httpx.Client) -> None:
    assert stranger.head("/files").status_code == 401
    assert signed_in("ada").head("/files?limt=1").status_code == 422
    known = signed_in("ada").head("/auth/me").headers["etag"]
    assert signed_in("ada").head("/auth/me", headers={"If-None-Match": known}).status_code in (200, 304)


def test_head_of_a_stream_ends(signed_in: Client, api: str) -> None:
    ada = signed_in("ada")
    assert ada.head("/events", timeout=10).headers["content-type"].startswith("text/event-stream")
    assert ada.head("/export/triples", timeout=10).status_code == 200
    for path in ("/docs", "/login", "/health/live"):
        assert httpx.head(f"{api}{path}", trust_env=False, timeout=10).status_code == 200, path


def test_a_parameter_of_one_value_is_not_sent_twice(signed_in: Client) -> None:
    """The last one would count: a filter by failed files would mean those that are finished."""
    ada = signed_in("ada")
    refused = ada.get("/files?state=failed&state=finished")
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")
    assert refused.json()["message"].startswith("query.state: It is there more than once.")
    assert ada.get("/export/chunks?file_id=a&file_id=b").status_code == 200


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_body_that_is_not_said_to_be_json_is_told_how(signed_in: Client, kind: str) -> None:
    """As 'curl -d' sends it."""
    ada = signed_in("ada")
    answer = ada.post("/keys", content=b'{"name": "program"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "'Content-Type: application/json'" in answer.json()["remedy"]


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"name": ' + b"9" * 5_000 + b"}", b"\xff\xfe{"])
def test_a_body_that_no_parser_takes_has_a_remedy(signed_in: Client, body: bytes) -> None:
    answer = signed_in("ada").post("/keys", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["remedy"]


def test_what_no_database_takes_breaks_no_answer_that_has_begun(signed_in: Client) -> None:
    for name in ("chunks", "triples"):
        answer = signed_in("ada").get(f"/export/{name}", params={"file_id": "a\0b"})
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_range_that_is_not_understood_is_passed_over(signed_in: Client, inbox: Path) -> None:
    ada = signed_in("ada")
    path = f"/files/{sent(ada, 'a.txt', b'0123456789')}/content"
    for text in ("bytes=5-1", "bytes=abc", "items=0-1", "bytes="):
        whole = ada.get(path, headers={"Range": text})
        assert (whole.status_code, whole.content) == (200, b"0123456789"), text
    beyond = ada.get(path, headers={"Range": "bytes=10-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */10")
    assert (beyond.json()["code"], beyond.json()["detail"]) == ("no_such_range", "The file has 10 bytes.")


def test_a_page_of_another_host_reads_why_it_is_refused(settings: Settings, people: dict[str, Role]) -> None:
    platform = Platform(settings.model_copy(update={"cors_origins": "https://app.example.org"}))
    page = {"Origin": "https://app.example.org"}
    with serving(platform) as api, httpx.Client(base_url=api, trust_env=False, timeout=60) as client:
        large = client.post("/api/v1/auth/login", content=b"x" * (MAX_BODY + 1), headers=page)
        for answer, status in ((large, 413), (client.get("/api/v1/nothing", headers=page), 404)):
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == page["Origin"]
            shown = answer.headers["access-control-expose-headers"]
            assert {"Retry-After", "Content-Disposition"} <= set(shown.split(", "))
    platform.engine.dispose()


def test_the_address_of_dagster_is_not_taken_for_a_page_of_the_console(platform: Platform) -> None:
    """The console stands behind all other routes, and takes every address that none of them does."""
    app = create_app(platform)
    app.mount("/", PlainTextResponse("There is no such page.", 404))

    answer = asyncio.run(_ask(app, "GET", "/dagster"))
    assert (answer.status_code, answer.headers["location"]) == (307, "/dagster/")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/files/"),
        ("GET", "/api/v1/queues/stats/"),
        ("POST", "/api/v1/files/nobody/regenerate/"),
        ("POST", "/mcp/"),
        ("GET", "/docs/"),
        ("GET", "/health/live/"),
        ("GET", "/metrics/"),
        ("GET", "/login/"),
        ("GET", "/api/v1/nothing/"),
    ],
)
def test_a_slash_at_the_end_of_an_address_changes_nothing(platform: Platform, method: str, path: str) -> None:
    app = create_app(platform)
    app.mount("/", PlainTextResponse("There is no such page.", 404))
    plain, slashed = (asyncio.run(_ask(app, method, each)) for each in (path.rstrip("/"), path))
    assert slashed.status_code == plain.status_code
    assert (slashed.status_code == 404) == (path == "/api/v1/nothing/")


async def _ask(app: FastAPI, method: str, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        return await client.request(method, path)
