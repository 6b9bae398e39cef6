"""An API on real Postgres and Redis, with an admin, an editor, a reader and another editor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from sqlalchemy import Engine

from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.services.hashing import hash_password
from aibox_assets.settings import Settings
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.tables import api_keys
from aibox_assets_tests.api.serving import serving

PASSWORD = "correct horse battery"
PASSWORD_HASH = hash_password(PASSWORD)
"""Made once, since that is slow on purpose."""
SECRET = "a secret of the tests, and of nobody else"
PEOPLE = {"ada": Role.ADMIN, "eve": Role.EDITOR, "bob": Role.EDITOR, "rae": Role.READER}

Client = Callable[[str], httpx.Client]


@pytest.fixture
def settings(engine: Engine, redis_url: str, tmp_path: Path) -> Settings:
    redis.Redis.from_url(redis_url).flushdb()
    values: dict[str, Any] = {
        "AIBOX_HOME": tmp_path / "home",
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
        "AIBOX_SECRET_KEY": SECRET,
        "AIBOX_MAX_FILE_MB": 8,
        "AIBOX_SETTLE_SECONDS": 0,
    }
    return Settings(**values)


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    platform = Platform(settings)
    yield platform
    platform.engine.dispose()


@pytest.fixture
def inbox(settings: Settings) -> Path:
    """The inbox, as 'aibox up' makes it."""
    settings.inbox_path.mkdir(parents=True)
    return settings.inbox_path


@pytest.fixture
def people(platform: Platform) -> dict[str, Role]:
    """Accounts that can sign in, all with the same password."""
    for name, role in PEOPLE.items():
        assert platform.accounts.put(name, role, PASSWORD_HASH)
    return PEOPLE


@pytest.fixture
def api(platform: Platform, people: dict[str, Role], inbox: Path) -> Iterator[str]:
    """The API's address."""
    with serving(platform) as address:
        yield address


@pytest.fixture
def signed_in(api: str, platform: Platform) -> Iterator[Client]:
    """Clients by the name of a person, each with a key of its own."""
    clients: list[httpx.Client] = []

    def client(name: str) -> httpx.Client:
        secret, _ = make_key(platform, name, "test")
        headers = {"Authorization": f"Bearer {secret}"}
        clients.append(plain_client(api, headers=headers))
        return clients[-1]

    yield client
    for each in clients:
        each.close()


@pytest.fixture
def stranger(api: str) -> Iterator[httpx.Client]:
    """A client that has not signed in."""
    with plain_client(api) as client:
        yield client


def plain_client(api: str, **options: Any) -> httpx.Client:
    """A client over plain HTTP, which needs no certificates: reading those of all authorities takes 40 ms of CPU."""
    return httpx.Client(base_url=f"{api}/api/v1", trust_env=False, timeout=30, verify=False, **options)


def ended_key(platform: Platform, account: str) -> str:
    """A key whose time is over."""
    secret, key = make_key(platform, account, "ended", expires_at=datetime.now(UTC) + timedelta(minutes=1))
    with platform.engine.begin() as connection:
        ends = api_keys.c.expires_at - timedelta(minutes=2)
        connection.execute(api_keys.update().where(api_keys.c.id == key.id).values(expires_at=ends))
    return secret
