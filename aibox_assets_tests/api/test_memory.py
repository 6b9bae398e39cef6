"""Agents' notes over real HTTP."""

from __future__ import annotations

import pytest
import redis

from aibox_assets_tests.api.conftest import Client

pytestmark = pytest.mark.integration


def test_a_note_is_kept_for_an_hour_or_as_long_as_it_says(signed_in: Client, redis_url: str) -> None:
    rae, store = signed_in("rae"), redis.Redis.from_url(redis_url)
    assert rae.put("/memory/plan", json={"value": "讀第二頁"}).status_code == 200
    assert rae.get("/memory/plan").json()["data"] == "讀第二頁"
    assert 3590 < int(str(store.ttl("aam:memory:rae/plan"))) <= 3600
    rae.put("/memory/plan", json={"value": "x", "seconds": 5})
    assert 0 < int(str(store.ttl("aam:memory:rae/plan"))) <= 5
    assert rae.delete("/memory/plan").status_code == 200
    assert rae.get("/memory/plan").status_code == 404
    assert rae.delete("/memory/plan").status_code == 404


def test_a_note_is_its_account_s_alone(signed_in: Client) -> None:
    eve, bob, ada = (signed_in(name) for name in ("eve", "bob", "ada"))
    eve.put("/memory/plan", json={"value": "secret"})
    for other in (bob, ada):
        assert other.get("/memory/plan").status_code == 404
        assert other.delete("/memory/plan").status_code == 404
        assert other.get("/memory/eve%2Fplan").status_code in (404, 422)
    assert eve.get("/memory/plan").json()["data"] == "secret"


@pytest.mark.parametrize("key", ["a b", "ключ", "x" * 201, "a*"])
def test_a_key_is_plain(signed_in: Client, key: str) -> None:
    assert signed_in("eve").put(f"/memory/{key}", json={"value": ""}).status_code == 422
