"""Logins, tokens and keys over real HTTP."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
import redis

from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.services.hashing import hash_token
from aibox_assets.settings import Settings
from aibox_assets.stores.accounts import Role
from aibox_assets_tests.api.conftest import PASSWORD, PASSWORD_HASH, SECRET, Client, ended_key

pytestmark = pytest.mark.integration


def login(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/auth/login", json={"name": name, "password": password})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_login_gives_a_token_that_says_who_one_is(stranger: httpx.Client) -> None:
    answer = login(stranger, "eve")
    assert answer.status_code == 200, answer.text
    token = answer.json()["data"]["access_token"]
    me = stranger.get("/auth/me", headers=bearer(token)).json()
    assert me == {
        "success": True,
        "data": {"name": "eve", "role": "editor", "scopes": ["*"], "key_id": None},
        "message": "",
    }


@pytest.mark.parametrize(("name", "password"), [("eve", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_look_alike(
    stranger: httpx.Client, name: str, password: str
) -> None:
    answer = login(stranger, name, password)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "not_signed_in"
    assert problem["detail"] == "Name or password is wrong."
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_logins_are_counted(stranger: httpx.Client) -> None:
    answers = [login(stranger, "eve", "wrong").status_code for _ in range(12)]
    assert answers[:10] == [401] * 10
    assert set(answers[10:]) == {429}
    assert login(stranger, "eve").headers["retry-after"].isdigit()


def test_a_refresh_token_is_exchanged_once_and_twice_ends_the_login(stranger: httpx.Client) -> None:
    first = login(stranger, "eve").json()["data"]["refresh_token"]
    second = stranger.post("/auth/refresh", json={"refresh_token": first}).json()["data"]["refresh_token"]
    assert stranger.post("/auth/refresh", json={"refresh_token": first}).status_code == 401
    # Somebody has both: neither is good any more.
    assert stranger.post("/auth/refresh", json={"refresh_token": second}).status_code == 401


def test_a_logout_ends_the_token_and_the_login(stranger: httpx.Client, redis_url: str) -> None:
    tokens = login(stranger, "eve").json()["data"]
    headers = bearer(tokens["access_token"])
    body = {"refresh_token": tokens["refresh_token"]}
    assert stranger.post("/auth/logout", json=body, headers=headers).status_code == 200
    assert stranger.get("/auth/me", headers=headers).status_code == 401
    assert stranger.post("/auth/refresh", json=body).status_code == 401
    key = f"jwt:blacklist:{hash_token(tokens['access_token'])}"
    assert 0 < int(str(redis.Redis.from_url(redis_url).ttl(key))) <= 15 * 60 + 1


def test_a_logout_without_a_body_ends_the_token(stranger: httpx.Client) -> None:
    headers = bearer(login(stranger, "eve").json()["data"]["access_token"])
    assert stranger.post("/auth/logout", headers=headers).status_code == 200
    assert stranger.get("/auth/me", headers=headers).status_code == 401


def forged(key: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    now = datetime.now(UTC)
    claims = {
        "sub": "ada",
        "aud": "aibox-api",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "jti": "1",
    } | changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, key, algorithm=algorithm)


@pytest.mark.parametrize(
    "token",
    [
        "nonsense",
        "",
        "aibox_000000000000_" + "a" * 43,
        forged(key="another secret that is long enough for it"),
        forged(key=SECRET * 2, algorithm="HS512"),
        forged(exp=datetime.now(UTC) - timedelta(seconds=5)),
        forged(aud="another"),
        forged(jti=None),
        forged(exp=None),
        forged(sub="nobody"),
        jwt.encode({"sub": "ada", "aud": "aibox-api", "iat": 1, "exp": 2**40, "jti": "1"}, None, algorithm="none"),
    ],
)  # fmt: skip
def test_what_is_no_token_is_refused(stranger: httpx.Client, token: str) -> None:
    answer = stranger.get("/auth/me", headers={"Authorization": f"Bearer {token}".strip()})
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"] == "Bearer"


def test_the_forger_of_these_tests_knows_how(stranger: httpx.Client) -> None:
    assert stranger.get("/auth/me", headers=bearer(forged())).status_code == 200


def test_without_redis_a_token_is_refused_and_a_key_is_good(
    settings: Settings, platform: Platform, people: dict[str, Role]
) -> None:
    from aibox_assets_tests.api.serving import serving

    away = settings.model_copy(update={"redis_url": type(settings.database_url)("redis://127.0.0.1:1/0")})
    secret, _ = make_key(platform, "eve", "program")
    without_redis = Platform(away)
    with serving(without_redis) as address, httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        assert client.get("/auth/me", headers=bearer(forged())).status_code == 503
        assert client.get("/auth/me", headers=bearer(secret)).status_code == 200
    without_redis.engine.dispose()


def test_a_new_password_ends_what_the_old_one_opened(stranger: httpx.Client, signed_in: Client) -> None:
    tokens = login(stranger, "eve").json()["data"]
    time.sleep(1.1)  # a token says in whole seconds when it was made
    changed = signed_in("ada").patch("/users/eve", json={"password": "another horse battery"})
    assert changed.status_code == 200, changed.text
    assert stranger.get("/auth/me", headers=bearer(tokens["access_token"])).status_code == 401
    refresh = {"refresh_token": tokens["refresh_token"]}
    assert stranger.post("/auth/refresh", json=refresh).status_code == 401
    assert login(stranger, "eve").status_code == 401
    assert login(stranger, "eve", "another horse battery").status_code == 200


def test_a_disabled_account_is_out_at_once(signed_in: Client) -> None:
    eve = signed_in("eve")
    assert eve.get("/auth/me").status_code == 200
    assert signed_in("ada").patch("/users/eve", json={"disabled": True}).status_code == 200
    assert eve.get("/auth/me").status_code == 401


def test_keys_end_by_time_and_by_hand(stranger: httpx.Client, platform: Platform, signed_in: Client) -> None:
    over = ended_key(platform, "eve")
    assert stranger.get("/auth/me", headers=bearer(over)).status_code == 401
    secret, key = make_key(platform, "eve", "new")
    assert stranger.get("/auth/me", headers=bearer(secret)).status_code == 200
    assert signed_in("bob").delete(f"/keys/{key.id}").status_code == 404
    assert signed_in("ada").delete(f"/keys/{key.id}").status_code == 200
    assert stranger.get("/auth/me", headers=bearer(secret)).status_code == 401


def test_a_key_is_confined_to_its_role_and_scopes(stranger: httpx.Client, platform: Platform) -> None:
    reader, _ = make_key(platform, "ada", "reader", role=Role.READER)
    assert stranger.get("/users", headers=bearer(reader)).status_code == 403
    scoped, _ = make_key(platform, "ada", "search only", scopes=("search",))
    assert stranger.get("/users", headers=bearer(scoped)).status_code == 403
    assert stranger.get("/auth/me", headers=bearer(scoped)).json()["data"]["scopes"] == ["search"]


def test_no_account_has_spaces_around_its_name_and_no_key_is_over_when_it_is_made(signed_in: Client) -> None:
    ada = signed_in("ada")
    assert ada.post("/users", json={"name": " zoe", "password": PASSWORD}).status_code == 400
    over = ada.post("/keys", json={"name": "k", "expires_at": "2020-01-01T00:00:00Z"})
    assert over.json()["detail"] == "The key would be over already."


def test_nobody_makes_more_of_itself(signed_in: Client) -> None:
    eve, rae = signed_in("eve"), signed_in("rae")
    assert eve.post("/users", json={"name": "x", "password": PASSWORD}).status_code == 403
    assert eve.patch("/users/eve", json={"role": "admin"}).status_code == 403
    assert eve.post("/keys", json={"name": "k", "account": "ada"}).status_code == 403
    assert rae.get("/audit").status_code == 403
    assert (
        signed_in("ada").post("/keys", json={"name": "k", "account": "eve", "role": "admin"}).status_code
        == 400
    )


def test_a_person_makes_and_sees_its_own_keys(stranger: httpx.Client) -> None:
    headers = bearer(login(stranger, "bob").json()["data"]["access_token"])
    made = stranger.post("/keys", json={"name": "mine", "scopes": ["search"]}, headers=headers)
    assert made.status_code == 201, made.text
    listed = stranger.get("/keys", headers=headers).json()["data"]
    assert [key["name"] for key in listed] == ["mine"]
    assert "key" not in listed[0]


def test_what_admins_do_is_written_down(signed_in: Client) -> None:
    ada = signed_in("ada")
    assert ada.post("/users", json={"name": "zoe", "password": PASSWORD, "role": "reader"}).status_code == 201
    entry = ada.get("/audit").json()["data"]["items"][0]
    assert (entry["account"], entry["action"], entry["subject"]) == ("ada", "user.add", "zoe")
    assert PASSWORD not in str(entry)


def test_a_name_is_one_account_however_it_is_spelled(
    stranger: httpx.Client, platform: Platform, signed_in: Client
) -> None:
    ada = signed_in("ada")
    composed, decomposed = "Zo\u00eb", "Zoe\u0308"
    made = ada.post("/users", json={"name": decomposed, "password": PASSWORD})
    assert made.status_code == 201, made.text
    again = ada.post("/users", json={"name": composed, "password": PASSWORD})
    assert again.status_code == 400
    assert "already" in again.json()["detail"]
    for name in (composed, decomposed):
        token = login(stranger, name).json()["data"]["access_token"]
        assert stranger.get("/auth/me", headers=bearer(token)).json()["data"]["name"] == composed
        assert make_key(platform, name, "a key")[1].account == composed
    changed = ada.patch(f"/users/{decomposed}", json={"disabled": True})
    assert changed.status_code == 200, changed.text
    assert login(stranger, composed).status_code == 401


def test_neither_tries_nor_oneself_are_hidden_by_another_spelling(
    stranger: httpx.Client, signed_in: Client, platform: Platform, redis_url: str
) -> None:
    composed, decomposed = "Zo\u00eb", "Zoe\u0308"
    platform.accounts.put(composed, Role.ADMIN, PASSWORD_HASH)
    own = signed_in(composed).patch(f"/users/{decomposed}", json={"role": "reader"})
    assert (own.status_code, own.json()["code"]) == (409, "own_account")
    for _ in range(5):
        for name in (composed, decomposed):
            assert login(stranger, name, "wrong").status_code == 401
    with redis.Redis.from_url(redis_url) as live:
        for key in live.scan_iter("aibox:rate:login:*"):
            live.delete(key)  # as if the next try came from elsewhere
    assert login(stranger, decomposed, "wrong").status_code == 429
