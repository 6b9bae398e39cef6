"""``aibox users`` and ``aibox keys`` as a person and a program see them, on real servers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from aibox_assets.cli.accounts import read_end
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local.schema import write_first_password
from aibox_assets.resources.platform import Platform
from aibox_assets.services.accounts import ADMIN
from aibox_assets.services.signing_in import identify
from aibox_assets.settings import FIRST_LOGIN, Settings
from aibox_assets.stores.accounts import AccountStore, Role
from aibox_assets_tests.commands import aibox, run

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("30d", NOW + timedelta(days=30)),
        ("12h", NOW + timedelta(hours=12)),
        ("2026-01-31", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-01-31T08:00:00+08:00", datetime(2026, 1, 31, tzinfo=UTC)),
    ],
)
def test_an_end_is_read(text: str, end: datetime) -> None:
    assert read_end(text, NOW) == end


@pytest.mark.parametrize("text", ["", "soon", "30", "2025-12-30", "99999999w", "0d"])
def test_what_is_no_end_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        read_end(text, NOW)


@pytest.fixture
def home(engine: Engine, postgres_url: str, clean_redis_url: str, tmp_path: Path) -> Path:
    """A home with the first admin, as its first start makes it."""
    settings = Settings(**{"AIBOX_HOME": tmp_path, "DATABASE_URL": postgres_url})  # type: ignore[arg-type]
    write_first_password(settings, AccountStore(engine))
    return tmp_path


@pytest.fixture
def servers(postgres_url: str, clean_redis_url: str) -> dict[str, str]:
    return {"DATABASE_URL": postgres_url, "REDIS_URL": clean_redis_url}


@pytest.mark.integration
def test_users(home: Path, servers: dict[str, str], engine: Engine) -> None:
    made = json.loads(aibox(home, "users", "add", "eve", "--generate", "--json", **servers).stdout)
    assert (made["name"], made["role"], made["can_sign_in"]) == ("eve", "editor", True)
    assert len(made["password"]) == 20
    again = aibox(home, "users", "add", "eve", "--generate", **servers)
    assert again.returncode == 2
    assert "aibox users set" in again.stderr
    assert aibox(home, "users", "set", "eve", "--role", "reader", **servers).returncode == 0
    assert aibox(home, "users", "disable", "eve", **servers).returncode == 0
    listed = {
        user["name"]: user for user in json.loads(aibox(home, "users", "list", "--json", **servers).stdout)
    }
    assert (listed["eve"]["role"], listed["eve"]["disabled"]) == ("reader", True)
    assert "password" not in str(listed)
    assert "disabled" in aibox(home, "users", "list", **servers).stdout
    last = aibox(home, "users", "disable", ADMIN, **servers)
    assert last.returncode == 2
    assert "another admin" in last.stderr
    assert [entry.action for entry in AccountStore(engine).audit()] == [
        *("user.change", "user.change", "user.add")
    ]


@pytest.mark.integration
def test_the_first_password_is_forgotten_when_it_is_changed(home: Path, servers: dict[str, str]) -> None:
    written = home / FIRST_LOGIN
    assert written.stat().st_mode & 0o777 == 0o600
    assert written.read_text().split()[0] == ADMIN
    assert "password is needed" in aibox(home, "users", "password", ADMIN, **servers).stderr
    assert written.exists()
    environment = {"AIBOX_HOME": str(home), "PATH": "/usr/bin:/bin", **servers}
    done = run(
        ("users", "password", ADMIN, "--password-stdin"), environment, home, given="a new horse battery\n"
    )
    assert done.returncode == 0, done.stderr
    assert not written.exists()


@pytest.mark.integration
def test_keys(home: Path, servers: dict[str, str]) -> None:
    platform = Platform(Settings(**{"AIBOX_HOME": home, **servers}))  # type: ignore[arg-type]
    options = ("--role", "reader", "--scopes", "search,graph", "--expires", "30d")
    made = json.loads(aibox(home, "keys", "create", "agent", *options, "--json", **servers).stdout)
    caller = identify(platform, made["key"])
    assert (caller.account, caller.role, caller.scopes) == (ADMIN, Role.READER, ("search", "graph"))
    plain = aibox(home, "keys", "create", "other", **servers)
    assert identify(platform, plain.stdout.strip()).role is Role.ADMIN
    listed = aibox(home, "keys", "list", "--json", **servers).stdout
    assert [key["name"] for key in json.loads(listed)] == ["other", "agent"]
    assert made["key"] not in listed
    assert aibox(home, "keys", "revoke", made["id"], **servers).returncode == 0
    assert aibox(home, "keys", "revoke", made["id"], **servers).returncode == 1
    assert "revoked" in aibox(home, "keys", "list", **servers).stdout
    unknown = aibox(home, "keys", "create", "x", "--scopes", "everything", **servers)
    assert "webhooks" in unknown.stderr
    platform.engine.dispose()
