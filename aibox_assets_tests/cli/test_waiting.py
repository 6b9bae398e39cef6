"""Waiting for files goes on while Postgres is away for a moment."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aibox_assets.cli import waiting
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.stores.files import Status
from aibox_assets.stores.folders import INBOX

DONE = {"a.txt": SimpleNamespace(status=Status.FINISHED, size=1, mtime_ns=1, counts={})}


def platform(tmp_path: Path, answers: list[Any]) -> Any:
    def at_paths(*_: object) -> Any:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    folder = SimpleNamespace(root=tmp_path, held_reason=None, label="inbox")
    return SimpleNamespace(
        folders={INBOX: folder},
        folder_store=SimpleNamespace(recognize=lambda _: [folder]),
        files=SimpleNamespace(at_paths=at_paths),
    )


def test_a_database_that_restarts_ends_no_wait(tmp_path: Path) -> None:
    away = StoreUnavailableError("Postgres is shutting down.", "It is tried again.")
    found = waiting.wait_for(platform(tmp_path, [{}, away, away, DONE]), ["a.txt"], None, quiet=True)
    assert found == DONE


@pytest.mark.parametrize("timeout", [0.0, None])
def test_one_that_stays_away_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timeout: float | None
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.5)
    away = StoreUnavailableError("Postgres is away.", "It is tried again.")
    with pytest.raises(StoreUnavailableError):
        waiting.wait_for(platform(tmp_path, [away]), ["a.txt"], timeout, quiet=True)
