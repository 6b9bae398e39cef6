"""With ``--json`` whatever ends a command early is told as JSON."""

from __future__ import annotations

import json
from typing import Annotated

import pytest
import typer

from aibox_assets.cli.usage import Commands

app = typer.Typer(cls=Commands)


@app.command()
def ask(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """A command whose question meets the end of its input."""
    raise typer.Abort


@app.command()
def other() -> None:
    """So that the first is one of several."""


def test_a_question_that_nobody_answers_ends_without_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app(["ask", "--json"])
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["error"] == "Nothing was answered."
