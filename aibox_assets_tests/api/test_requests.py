"""What holds for every request: ids, ETags, limits, repeated requests."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.api.app import create_app
from aibox_assets.api.problems import methods_at
from aibox_assets.api.repeatable import Requests
from aibox_assets.resources.platform import Platform
from aibox_assets.services.accounts import change_account
from aibox_assets.services.api_keys import make_key
from aibox_assets.settings import Settings
from aibox_assets.stores.accounts import Role
from aibox_assets_tests.api.conftest import PASSWORD, Client, ended_key
from aibox_assets_tests.api.serving import serving
from aibox_assets_tests.api.test_signing_in import forged

pytestmark = pytest.mark.integration


def test_each_answer_has_an_id_and_no_more_than_it_should(stranger: httpx.Client) -> None:
    answer = stranger.get("/auth/me", headers={"X-Request-ID": "my-request-1"})
    assert answer.headers["x-request-id"] == "my-request-1"
    assert "server" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    hostile = stranger.get("/auth/me", headers={"X-Request-ID": "x\t y"})
    assert hostile.headers["x-request-id"] != "x\t y"


def test_what_is_not_there_and_what_is_malformed_are_problems(signed_in: Client) -> None:
    ada = signed_in("ada")
    assert ada.get("/nothing").json()["code"] == "not_found"
    malformed = ada.post("/users", json={"name": "x"})
    assert malformed.status_code == 422
    assert malformed.json()["errors"][0]["at"] == "body.password"
    assert PASSWORD not in malformed.text


def test_a_read_is_not_sent_twice(signed_in: Client) -> None:
    ada = signed_in("ada")
    first = ada.get("/auth/me")
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = ada.get("/auth/me", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert ada.get("/auth/me", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_what_is_not_known_is_not_passed_over(signed_in: Client) -> None:
    ada = signed_in("ada")
    wrong = ada.get("/files?status=failed")
    assert wrong.status_code == 422
    assert wrong.json()["message"].startswith(
        "query.status: There is no such parameter here. There are: state,"
    )
    assert ada.get("/search?q=mill&owners=eve").json()["code"] == "malformed"
    assert ada.get("/auth/me?x=1").json()["remedy"] == "It takes none."
    assert ada.get("/search?q=%20&file_id=a&file_id=b").json()["code"] == "invalid_question"
    assert "no moment" in ada.get("/search?q=mill&since=2026").json()["message"]
    user = {"name": "zoe", "password": PASSWORD, "rule": "reader"}
    assert ada.post("/users", json=user).json()["errors"][0]["at"] == "body.rule"


def test_the_methods_of_a_path_are_known(platform: Platform, stranger: httpx.Client) -> None:
    app = create_app(platform)
    assert methods_at(app, "/api/v1/files") == ["GET", "POST"]
    assert methods_at(app, "/api/v1/files/x/content") == ["GET"]
    assert methods_at(app, "/api/v1/nothing") == methods_at(app, "/work") == []
    root = str(stranger.base_url).partition("/api")[0]
    alive = httpx.head(f"{root}/health/live", trust_env=False, timeout=60)
    assert (alive.status_code, alive.content) == (200, b"")


def test_a_body_has_a_limit_also_without_a_length(signed_in: Client) -> None:
    ada = signed_in("ada")
    whole = ada.post("/users", content=b" " * (2**20 + 1))
    chunks = ada.post("/users", content=(b" " * 2**16 for _ in range(20)))
    for answer in (whole, chunks):
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-request-id"] == answer.json()["request_id"]
        assert (answer.json()["code"], "/files" in answer.json()["remedy"]) == ("limit_exceeded", True)


def test_a_post_that_comes_again_does_nothing_again(signed_in: Client) -> None:
    ada, key = signed_in("ada"), {"Idempotency-Key": str(uuid.uuid4())}
    body = {"name": "zoe", "password": PASSWORD}
    first, second = (ada.post("/users", json=body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert ada.post("/users", json=body | {"name": "yan"}, headers=key).json()["code"] == "key_reused"
    # Another caller's key is another key.
    assert signed_in("ada").post("/users", json=body, headers=key).status_code == 400


def test_what_was_refused_may_come_again(signed_in: Client) -> None:
    ada, key = signed_in("ada"), {"Idempotency-Key": "once"}
    made = {"name": "program", "account": "zoe"}
    assert ada.post("/keys", json=made, headers=key).status_code == 400  # there is no such account
    assert ada.post("/users", json={"name": "zoe", "password": PASSWORD}).status_code == 201
    assert ada.post("/keys", json=made, headers=key).status_code == 201


def test_two_at_once_are_one(signed_in: Client) -> None:
    ada, key = signed_in("ada"), {"Idempotency-Key": "both"}
    answers: list[httpx.Response] = []

    def ask() -> None:
        answers.append(ada.post("/users", json={"name": "zoe", "password": PASSWORD}, headers=key))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert (
        sum(answer.status_code == 201 and "idempotency-replayed" not in answer.headers for answer in answers)
        == 1
    )


def test_what_a_dead_process_had_in_flight_can_be_asked_again(engine: Engine) -> None:
    first, other = Requests(engine), Requests(engine)
    assert first.begin("key:1", "k") is None
    found = other.begin("key:1", "k")
    assert found is not None
    assert found.status is None
    assert first._holder is not None
    first._holder.invalidate()  # as its process' end closes the connection
    deadline = 50
    while other.begin("key:1", "k") is not None:
        deadline -= 1
        assert deadline
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_sleep(0.1)"))


OPEN = {"/api/v1/auth/login", "/api/v1/auth/refresh", "/health/live", "/health/ready"}


ANY_AREA = {"/api/v1/auth/me", "/api/v1/auth/logout"}
"""For everybody who is signed in, whatever a key is confined to."""


def each_operation(platform: Platform) -> Iterator[tuple[str, str]]:
    """Method and path of every route that is not open, with something in the place of each parameter."""
    paths = create_app(platform).openapi()["paths"]
    assert "/api/v1/users" in paths
    for path, operations in paths.items():
        for method in operations if path not in OPEN else ():
            yield method, re.sub(r"{.*?}", "x", path)


def test_each_route_refuses_a_stranger(api: str, platform: Platform) -> None:
    """A route is open on purpose, or it asks who calls: a new one cannot be forgotten."""
    now = datetime.now(UTC)
    revoked, key = make_key(platform, "ada", "revoked")
    assert platform.accounts.revoke_key(key.id)
    ended = ended_key(platform, "ada")
    disabled = make_key(platform, "bob", "disabled")[0]
    change_account(platform, "bob", disabled=True)
    claims = {"sub": "ada", "aud": "aibox-api", "iat": 1, "exp": 2**40, "jti": "1"}
    tokens = {
        "wrong": "nonsense",
        "expired": forged(exp=now - timedelta(seconds=5)),
        "unsigned": jwt.encode(claims, None, algorithm="none"),
        "signed by another": forged(key="another secret that is long enough for it"),
        "for another": forged(aud="another"),
        "revoked": revoked,
        "ended": ended,
        "disabled": disabled,
    }
    with httpx.Client(base_url=api, trust_env=False, timeout=30) as client:
        for method, path in each_operation(platform):
            assert client.request(method, path).status_code == 401, (method, path)
            for kind, token in tokens.items():
                answer = client.request(method, path, headers={"Authorization": f"Bearer {token}"})
                assert answer.status_code == 401, (kind, method, path, answer.text)


def test_each_route_refuses_a_key_of_another_area(api: str, platform: Platform) -> None:
    """An admin's key that is for notes only opens nothing else."""
    headers = {"Authorization": f"Bearer {make_key(platform, 'ada', 'notes', scopes=('memory',))[0]}"}
    with httpx.Client(base_url=api, trust_env=False, headers=headers, timeout=30) as client:
        for method, path in each_operation(platform):
            if path not in ANY_AREA and not path.startswith("/api/v1/memory/"):
                answer = client.request(method, path)
                assert answer.status_code == 403, (method, path, answer.text)
        assert client.put("/api/v1/memory/x", json={"value": "1"}).status_code == 200


def test_a_key_that_asks_too_often_waits(settings: Settings, people: dict[str, Role]) -> None:
    platform = Platform(settings.model_copy(update={"rate_limit": 5}))
    with (
        serving(platform) as api,
        httpx.Client(base_url=f"{api}/api/v1", trust_env=False, timeout=60) as client,
    ):
        one, other = (make_key(platform, "eve", name)[0] for name in ("one", "other"))
        answers = [client.get("/auth/me", headers={"Authorization": f"Bearer {one}"}) for _ in range(12)]
        assert [answer.status_code for answer in answers[:5]] == [200] * 5
        late = answers[-1]
        assert (late.status_code, late.json()["code"]) == (429, "too_many_requests"), late.text
        assert int(late.headers["Retry-After"]) > 0
        assert client.get("/auth/me", headers={"Authorization": f"Bearer {other}"}).status_code == 200
    platform.engine.dispose()


def test_other_pages_may_ask_only_where_a_setting_says_so(
    settings: Settings, people: dict[str, Role]
) -> None:
    page = {"Origin": "https://app.example.org"}
    asked = {
        **page,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "Authorization",
    }
    for origins, allowed in (("", None), ("https://app.example.org", "https://app.example.org")):
        platform = Platform(settings.model_copy(update={"cors_origins": origins}))
        with serving(platform) as api, httpx.Client(base_url=api, trust_env=False, timeout=60) as client:
            for answer in (
                client.get("/health/live", headers=page),
                client.options("/api/v1/files", headers=asked),
            ):
                assert answer.headers.get("access-control-allow-origin") == allowed
            stranger = client.get("/health/live", headers={"Origin": "https://evil.example"})
            assert "access-control-allow-origin" not in stranger.headers
        platform.engine.dispose()


def test_the_page_of_documentation_needs_no_other_host(api: str) -> None:
    with httpx.Client(base_url=api, trust_env=False, timeout=60) as client:
        page = client.get("/docs").text
        assert "https://" not in page
        for asset in re.findall(r'(?:src|href)="([^"]+)"', page):
            assert client.get(asset).status_code == 200, asset
