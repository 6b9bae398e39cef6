"""Every text of the console is there in each language."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from aibox_assets import console
from aibox_assets.console.kinds import KINDS
from aibox_assets.console.markup import TYPES
from aibox_assets.console.pages import file, files, graph, health, me, people, search, work  # noqa: F401
from aibox_assets.console.pages.file import TABS
from aibox_assets.console.pages.files.actions import ACTIONS
from aibox_assets.console.pages.work import VIEWS, folders
from aibox_assets.console.pages.work.history import _PLOTS
from aibox_assets.console.shell import PLACES
from aibox_assets.console.texts import (
    LANGUAGES,
    MissingTextError,
    catalogue,
    choose_language,
    graph_words,
    translate,
)
from aibox_assets.console.visit import Visit
from aibox_assets.domain.ontology import load_ontology
from aibox_assets.local.disks import DiskState
from aibox_assets.local.doctor.findings import State
from aibox_assets.local.state import State as ServiceState
from aibox_assets.services.folders import FolderState
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.events import EventKind
from aibox_assets.stores.files import ASSETS, Status
from aibox_assets.stores.webhooks import EVENTS

SHOWN = {*Role, *Status, *ASSETS, "all", "waited", "worked", *(place.name for place in PLACES)}
SHOWN |= {name for _, name, _ in ACTIONS}
SHOWN |= {title for title, _ in VIEWS.values()} | {title for title, _ in _PLOTS} | {*FolderState}
SHOWN |= {label for _, label in folders._ACTIONS.values()} | {*folders._QUESTIONS.values()}
SHOWN |= {
    "Pause",
    "Drain",
    "Resume",
    "Enable",
    "Disable",
    "idle",
    "busy",
    "unresponsive",
    *EVENTS,
    "waiting",
    "delivered",
    "revoked",
    "expired",
}
SHOWN |= {*get_args(State), *get_args(DiskState), *get_args(ServiceState), "ok"}
SHOWN |= {"ms", "s", "min", "h", "d", *EventKind, *TABS.values(), *KINDS.values(), *search.LANGUAGES.values()}
"""What is shown by its value, not by a text in the code."""


def literals() -> Iterator[str]:
    """The first argument of each call of a visit."""
    for path in Path(console.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "visit",
                "self.visit",
                "self._visit",
                "translate",
            ):
                first = node.args[ast.unparse(node.func) == "translate"]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_text_is_translated_with_its_values_and_none_is_left_over(language: str) -> None:
    texts = catalogue(language)
    used = {*literals(), *(str(each) for each in SHOWN)}
    assert used - set(texts) == set()
    assert set(texts) - used == set()
    for english, translated in texts.items():
        assert fields(english) == fields(translated), english


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_every_type_and_relation_of_our_ontology_has_its_word(language: str) -> None:
    ontology = load_ontology(None)
    types = {each.name for each in ontology.entity_types}
    assert set(graph_words(language)) == types | {each.name for each in ontology.relation_types}
    assert set(TYPES) == types  # and its colour


def test_traditional_chinese_has_its_own_words() -> None:
    assert translate("zh-Hans", "Files") == "文件"
    assert translate("zh-Hant", "Files") == "檔案"
    assert translate("zh-Hant", "page {page}", page=3) == "第 3 頁"
    with pytest.raises(MissingTextError):
        translate("zh-Hans", "Nobody wrote this.")


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "de-DE,de;q=0.9", "en"),
        (None, "zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        (None, "zh-CN,zh;q=0.9", "zh-Hans"),
        (None, "zh", "zh-Hans"),
        ("zh-Hant", "en-US", "zh-Hant"),
        ("klingon", "zh-HK", "zh-Hant"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_browser_s(
    chosen: str | None, accepted: str, language: str
) -> None:
    assert choose_language(chosen, accepted) == language


def test_a_text_that_is_missing_after_all_is_shown_in_english() -> None:
    visit = Visit(None, None, "", "zh-Hant", ZoneInfo("Asia/Taipei"))  # type: ignore[arg-type]
    assert visit("Nobody wrote {this}.", this="that") == "Nobody wrote that."
    assert (visit.type("Person"), visit.type("Vessel")) == ("人物", "Vessel")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0.02, "20 ms"),
        (1.25, "1.2 s"),
        (61, "1 min 1 s"),
        (3_700, "1 h 1 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_stretch_of_time_is_said_in_two_units(seconds: float | None, said: str) -> None:
    visit = Visit(None, None, "", "en", ZoneInfo("UTC"))  # type: ignore[arg-type]
    assert visit.duration(seconds).replace("\u00a0", " ") == said
    chinese = Visit(None, None, "", "zh-Hant", ZoneInfo("UTC"))  # type: ignore[arg-type]
    assert chinese.duration(3_700).replace("\u00a0", " ") == "1 小時 1 分鐘"
    moment = datetime(2026, 11, 28, 20, tzinfo=UTC)
    assert Visit(None, None, "", "en", ZoneInfo("Asia/Taipei")).moment(moment) == "2026-11-29 04:00:00"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "said"),
    [("1", "1 file is tried again."), ("0", "0 files are tried again."), ("11", "11 files are tried again.")],
)
def test_one_is_said_as_one(count: str, said: str) -> None:
    assert translate("en", "{count} files are tried again.", count=count) == said
    assert translate("zh-Hans", "{count} files are tried again.", count=count) == f"正在重试 {count} 个文件。"
