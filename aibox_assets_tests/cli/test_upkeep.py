"""``aibox clean``, ``check``, ``backup`` and ``restore`` as a person and a program see them, on real servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aibox_assets.local.home import Home
from aibox_assets.stores.database import migrate
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.commands import aibox
from aibox_assets_tests.stores.graph_servers import empty

pytestmark = pytest.mark.integration


@pytest.fixture
def servers(
    new_database_url: Callable[[], str], clean_redis_url: str, graph_address: GraphAddress
) -> dict[str, str]:
    empty(graph_address)
    url = new_database_url()
    migrate(url)
    return {
        "DATABASE_URL": url,
        "AIBOX_DAGSTER_DATABASE_URL": new_database_url(),
        "REDIS_URL": clean_redis_url,
        "NEO4J_URI": graph_address.uri,
        "NEO4J_USER": graph_address.user,
        "NEO4J_PASSWORD": graph_address.password,
        "NEO4J_DATABASE": graph_address.database or "neo4j",
    }


def test_clean_and_check(servers: dict[str, str], tmp_path: Path) -> None:
    shown = aibox(tmp_path, "clean", "--dry-run", **servers)
    assert shown.returncode == 0, shown.stderr
    assert "audit entries" in shown.stdout
    swept = json.loads(aibox(tmp_path, "clean", "--json", **servers).stdout)
    assert {each["count"] for each in swept["swept"]} == {0}
    whole = aibox(tmp_path, "check", **servers)
    assert (whole.returncode, "All stores agree." in whole.stdout) == (0, True), whole.stderr
    stranger = tmp_path / "storage" / "chunks" / "stranger.parquet"
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.touch()
    assert aibox(tmp_path, "check", **servers).returncode == 1
    assert "stranger" in aibox(tmp_path, "check", "--repair", **servers).stdout
    assert not stranger.exists()


def test_a_database_that_is_away_is_said_at_once(tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgresql://aibox:x@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1/0"}
    for command in (("clean", "--dry-run"), ("check",)):
        done = aibox(tmp_path, *command, **away)
        assert "Retrying" not in done.stderr  # as Dagster would for more than a minute
        assert (done.returncode, "aibox doctor" in done.stderr) == (2, True)


@pytest.mark.parametrize("target", ["none/", "none/b.tar"])
def test_a_backup_into_a_folder_that_is_not_there_says_so_and_writes_nothing(
    tmp_path: Path, target: str
) -> None:
    done = aibox(tmp_path, "backup", f"{tmp_path}/{target}", "--json")
    assert (done.returncode, json.loads(done.stdout)["remedy"]) == (2, f"mkdir -p {tmp_path}/none")
    assert not (tmp_path / "none").exists()


def test_backup_verify_and_restore(servers: dict[str, str], tmp_path: Path) -> None:
    never = aibox(tmp_path, "backup", str(tmp_path / "b.tar"), **servers)
    assert (never.returncode, "never started" in " ".join(never.stderr.split())) == (2, True)
    home = Home(tmp_path / "home")
    home.create()
    home.remember(AIBOX_EXTRACTOR="offline")
    (home.inbox / "a.txt").write_text("a")
    made = json.loads(aibox(home.path, "backup", str(tmp_path / "b.tar"), "--json", **servers).stdout)
    assert (made["documents"], made["files"]) == (1, 0)
    again = aibox(home.path, "backup", str(tmp_path / "b.tar"), **servers)
    assert (again.returncode, "exists already" in " ".join(again.stderr.split())) == (2, True)
    assert "Whole" in aibox(home.path, "backup", "--verify", str(tmp_path / "b.tar"), **servers).stdout
    full = aibox(home.path, "restore", str(tmp_path / "b.tar"), **servers)
    assert (full.returncode, "not empty" in " ".join(full.stderr.split())) == (2, True)
    restored = Home(tmp_path / "restored")
    restored.create()
    done = aibox(restored.path, "restore", str(tmp_path / "b.tar"), "--json", **servers)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (restored.inbox / "a.txt").read_text() == "a"
    assert restored.remembered()["AIBOX_EXTRACTOR"] == "offline"
    (tmp_path / "b.tar").write_bytes(b"x" * 2000)
    assert aibox(home.path, "backup", "--verify", str(tmp_path / "b.tar"), **servers).returncode == 2
