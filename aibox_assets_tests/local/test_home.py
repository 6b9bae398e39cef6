"""A home's layout, its ports and passwords, and the settings it writes down."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local.home import Home
from aibox_assets.settings import GivenSettings, Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "NEO4J_URI"):
        monkeypatch.delenv(name, raising=False)
    return Home(tmp_path / "home")


def test_ports_and_passwords_are_chosen_once(home: Home) -> None:
    first = home.allot()
    assert home.allot() == first
    assert Home(home.path.parent / "other").allot().postgres_password != first.postgres_password
    assert home.file.stat().st_mode & 0o077 == 0
    assert home.logs.stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_replaced_and_the_others_stay(home: Home) -> None:
    first = home.allot()
    with socket.create_server(("127.0.0.1", first.redis_port)):
        second = home.allot()
    assert second.redis_port != first.redis_port
    assert (second.postgres_port, second.redis_password) == (first.postgres_port, first.redis_password)


def test_it_is_known_of_which_revision_the_tables_are(home: Home) -> None:
    assert home.tables() is None  # never started
    home.allot()
    assert home.tables() == ""  # by a release that did not write it down
    home.note_tables("0007")
    assert home.tables() == "0007"


def test_writers_at_the_same_time_lose_nothing(home: Home) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: home.remember(**{f"NAME_{n}": str(n)}), range(40)))
    home.remember(NAME_0=None)
    assert home.remembered() == {f"NAME_{n}": str(n) for n in range(1, 40)}


def test_what_is_not_ours_in_the_file_stays(home: Home) -> None:
    home.create()
    home.file.write_text(json.dumps({"settings": {}, "later": [1]}))
    home.remember(REDIS_URL="redis://x")
    home.allot()
    assert json.loads(home.file.read_text())["later"] == [1]


@pytest.mark.parametrize("broken", ["{", "[]", "{}"])
def test_a_broken_file_is_named_and_left_alone(home: Home, broken: str) -> None:
    home.create()
    home.file.write_text(broken)
    with pytest.raises(ConfigurationError, match=r"home\.json"):
        home.remember(A="b")
    assert home.file.read_text() == broken


def test_a_home_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be used"):
        Home(tmp_path / "file" / "home").create()


def test_the_persons_server_wins_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.remember(
        NEO4J_URI="bolt://127.0.0.1:1", NEO4J_USER="root", NEO4J_PASSWORD="p", NEO4J_DATABASE="aibox"
    )
    settings = Settings.of_home(home.path)
    assert (settings.neo4j_uri, settings.neo4j_user) == ("bolt://127.0.0.1:1", "root")
    assert GivenSettings.of_home(home.path).neo4j_uri is None
    monkeypatch.setenv("NEO4J_URI", "bolt://elsewhere:7687")
    settings = Settings.of_home(home.path)
    assert (settings.neo4j_user, settings.neo4j_database) == ("neo4j", None)
