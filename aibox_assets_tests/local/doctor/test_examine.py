"""Checks that are asked at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from aibox_assets.local.doctor.examine import ask_all
from aibox_assets.local.doctor.findings import Case, Finding, ok
from aibox_assets.local.home import Home
from aibox_assets.settings import GivenSettings, Settings


def test_what_takes_too_long_is_told_and_known_to_be_unfinished(tmp_path: Path) -> None:
    case = Case(Home(tmp_path), Settings.of_home(tmp_path), GivenSettings.of_home(tmp_path), None)
    going_on = threading.Event()

    def hang(_: Case) -> Iterator[Finding]:
        going_on.wait()
        yield ok("It answers at last.")

    def answer(_: Case) -> Iterator[Finding]:
        yield ok("It answers.")

    late = ask_all({"slow": hang, "fast": answer}, case, 0.2)
    assert [(each.check, each.state) for each in late.findings] == [("slow", "problem"), ("fast", "ok")]
    assert late.unfinished, "the command ends without waiting for it"
    going_on.set()
    assert not ask_all({"fast": answer}, case, 10).unfinished
