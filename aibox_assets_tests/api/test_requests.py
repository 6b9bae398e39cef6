"""What holds for every request: ids, ETags, limits, repeated requests."""

from __future__ import annotations

import re
import threading
import uuid

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.api.app import create_app
from aibox_assets.api.repeatable import Requests
from aibox_assets.resources.platform import Platform
from aibox_assets_tests.api.conftest import PASSWORD, Client

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
    again = ada.get("/auth/me", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_body_has_a_limit_also_without_a_length(signed_in: Client) -> None:
    ada = signed_in("ada")
    assert ada.post("/users", content=b" " * (2**20 + 1)).status_code == 413
    chunks = (b" " * 2**16 for _ in range(20))
    assert ada.post("/users", content=chunks).status_code == 413


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


def test_each_route_refuses_a_stranger(api: str, platform: Platform) -> None:
    """A route is open on purpose, or it asks who calls: a new one cannot be forgotten."""
    paths = create_app(platform).openapi()["paths"]
    assert "/api/v1/users" in paths
    with httpx.Client(base_url=api, trust_env=False) as client:
        for path, operations in paths.items():
            for method in operations if path not in OPEN else ():
                for headers in ({}, {"Authorization": "Bearer nonsense"}):
                    answer = client.request(method, re.sub(r"{.*?}", "x", path), headers=headers)
                    assert answer.status_code == 401, (method, path, answer.text)


def test_the_page_of_documentation_needs_no_other_host(api: str) -> None:
    with httpx.Client(base_url=api, trust_env=False) as client:
        page = client.get("/docs").text
        assert "https://" not in page
        for asset in re.findall(r'(?:src|href)="([^"]+)"', page):
            assert client.get(asset).status_code == 200, asset
