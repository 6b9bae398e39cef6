"""``aibox graph``: asked as before, and with a person's word on which names are one thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from aibox_assets.cli import remote
from aibox_assets.cli.main import app
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.services.graph_platform import graph_platform, write
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, Said

LEE_LEADS_BOLT: Said = ("Person", "Bob Lee", "LEADS", "Organization", "Bolt")


@pytest.fixture(autouse=True)
def platform(engine: Engine, graph_address: GraphAddress, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with graph_platform(engine, graph_address) as made:
        write(made, "alice", "a", WU_FOUNDED_ACME)
        write(made, "bob", "b", LEE_LEADS_BOLT)
        monkeypatch.setattr(remote, "current_platform", lambda: made)
        yield made


def run(*arguments: str) -> Any:
    """The JSON that a command prints."""
    done = CliRunner().invoke(app, ["graph", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_name_is_asked_for_as_before() -> None:
    assert [r["head"] for r in run("Acme")] == [r["head"] for r in run("relations", "acme")] == ["Jane Wu"]
    assert [r["head"] for r in run("-n", "3", "Acme")] == ["Jane Wu"]
    assert run("Acme", "--user", "bob") == []
    shown = CliRunner().invoke(app, ["graph", "Acme"])
    assert "Jane Wu" in shown.output


@pytest.mark.parametrize("command", [("Jane Woo",), ("explain", "Jane Woo"), ("merge", "Acme", "Jane Woo")])
def test_to_an_unknown_name_those_that_are_near_are_said(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["graph", *command])
    assert "Jane Wu" in done.output
    assert "Bob" not in done.output


@pytest.mark.parametrize("command", [("Acme",), ("explain", "Acme"), ("merge", "Acme", "Bolt")])
def test_an_unknown_user_is_refused(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["graph", *command, "--user", "nobody"])
    assert done.exit_code == 2
    assert "'nobody'" in done.output
    assert "alice, bob" in done.output


def test_merge_explain_split_and_undo() -> None:
    merged = run("merge", "Acme", "Organization:bolt")
    assert {r["head"] for r in run("Bolt")} == {"Jane Wu", "Bob Lee"}
    explained = run("explain", "Acme")
    assert [part["key"] for part in explained["thing"]["parts"]] == ["Organization:acme", "Organization:bolt"]
    assert [(d["id"], d["same"]) for d in explained["decisions"]] == [(merged["id"], True)]
    shown = CliRunner().invoke(app, ["graph", "explain", "Bolt"])
    assert f"decision {merged['id']}" in shown.output
    run("split", "Acme", "Bolt")
    assert {r["head"] for r in run("Bolt")} == {"Bob Lee"}
    again = run("merge", "Acme", "Bolt")
    assert run("undo", str(again["id"]))["undone"]
    assert {r["head"] for r in run("Bolt")} == {"Bob Lee"}


def test_what_is_not_there_is_said() -> None:
    for arguments in (
        ["merge", "Acme", "Nobody"],
        ["explain", "Nobody"],
        ["undo", "999"],
        ["merge", "Acme", "acme"],
    ):
        done = CliRunner().invoke(app, ["graph", *arguments])
        assert done.exit_code != 0
        assert "Traceback" not in done.output
    refused = CliRunner().invoke(app, ["graph", "merge", "Acme", "Bolt", "--user", "alice"])
    assert refused.exit_code != 0
    assert "Bolt" in refused.output
