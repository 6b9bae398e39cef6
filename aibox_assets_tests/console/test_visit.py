"""What a page is told when a question has no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from nicegui import run

from aibox_assets.console import visit as module
from aibox_assets.console.visit import UnexpectedError, Visit
from aibox_assets.domain.errors import EmptyDocumentError


async def _here(asked: Callable[[], object]) -> object:
    return asked()


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], Coroutine[Any, Any, object]]:
    """Asks as somebody who is signed in."""
    monkeypatch.setattr(module, "identify_session", lambda *_: None)
    monkeypatch.setattr(run, "io_bound", _here)
    return partial(Visit(None, None, "", "zh-Hant", ZoneInfo("UTC")).ask)  # type: ignore[arg-type]


def test_a_fault_of_ours_is_said_in_the_reader_s_language(
    ask: Callable[..., Coroutine[Any, Any, object]],
) -> None:
    def fail() -> None:
        raise KeyError("nothing")

    with pytest.raises(UnexpectedError) as caught:
        asyncio.run(ask(fail))
    assert (caught.value.reason, caught.value.remedy) == ("未能完成。", "原因記錄在 API 的日誌中。")


def test_a_failure_with_a_reason_is_told_as_it_is(ask: Callable[..., Coroutine[Any, Any, object]]) -> None:
    def fail() -> None:
        raise EmptyDocumentError("It is empty.")

    with pytest.raises(EmptyDocumentError, match="It is empty"):
        asyncio.run(ask(fail))
