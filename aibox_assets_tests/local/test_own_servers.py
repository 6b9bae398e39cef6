"""Servers of one's own that refuse us, or whose address cannot be read, are named at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError
from aibox_assets.local.own_servers import require_encoded, require_own_servers
from aibox_assets.settings import GivenSettings, Settings


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://box:p@ss@db:5432/aibox",
        "postgresql://box:100%@db:5432/aibox",
        "postgresql://box:a/b@db:5432/aibox",
        "redis://:a#b@db:6379/0",
        "redis://:a?b@db:6379/0",
    ],
)
def test_a_password_that_cuts_its_address_in_pieces_is_no_host(url: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL cannot be read") as caught:
        require_encoded("DATABASE_URL", url)
    assert "%40" in caught.value.remedy


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://box:p%40ss%25w0rd@db:5432/aibox?sslmode=require",
        "postgresql://box@/aibox?host=/var/run/postgresql",
        "redis://:p%40ss%2Fw%3Ard%251@127.0.0.1:16379/3",
        "unix:///run/redis.sock?db=1",
    ],
)
def test_an_address_as_it_should_be_is_read(url: str) -> None:
    require_encoded("DATABASE_URL", url)


def ask(home: Path, monkeypatch: pytest.MonkeyPatch, **given: str) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "NEO4J_URI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    kept = {"AIBOX_HOME": home}
    require_own_servers(GivenSettings(**kept), Settings(**kept))  # type: ignore[arg-type]  # by alias


@pytest.mark.integration
def test_a_redis_is_asked_before_workers_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, redis_url: str
) -> None:
    ask(tmp_path, monkeypatch)
    ask(tmp_path, monkeypatch, REDIS_URL=redis_url)
    at, _, place = redis_url.partition("@")
    for wrong in (f"redis://:wrong@{place}", f"{at}@{place.partition('/')[0]}/9999"):
        with pytest.raises(ConfigurationError, match="refuses us"):
            ask(tmp_path, monkeypatch, REDIS_URL=wrong)
    with pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1:1 does not answer"):
        ask(tmp_path, monkeypatch, REDIS_URL="redis://127.0.0.1:1/0")


def test_a_graph_server_that_is_away_may_come_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    ask(tmp_path, monkeypatch, NEO4J_URI="bolt://127.0.0.1:1", NEO4J_PASSWORD="s")
    assert time.monotonic() - begun < 30
