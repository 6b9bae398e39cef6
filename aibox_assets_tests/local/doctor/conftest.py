"""Installations with a server of the test's own or the session's, each of which a test breaks in one way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aibox_assets.local.doctor.findings import Case, Check, Finding
from aibox_assets.local.home import Home
from aibox_assets.local.state import SupervisorState
from aibox_assets.settings import GivenSettings, Settings

MakeCase = Callable[..., Case]
Findings = list[tuple[str, str]]


@pytest.fixture
def make_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeCase:
    """An installation in *tmp_path*, by its settings; nothing of it runs unless *supervisor* says so."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "NEO4J_URI"):
        monkeypatch.delenv(name, raising=False)
    home = Home(tmp_path / "home")
    home.create()

    def make(supervisor: SupervisorState | None = None, **settings: object) -> Case:
        values = {"AIBOX_HOME": home.path, **settings}
        return Case(home, Settings(**values), GivenSettings(**values), supervisor)  # type: ignore[arg-type]

    return make


def found(check: Check, case: Case) -> Findings:
    """What a check says: states and sentences."""
    return [(each.state, each.said) for each in check(case)]


def only(check: Check, case: Case) -> Finding:
    """The one thing that a check says."""
    (finding,) = check(case)
    return finding
