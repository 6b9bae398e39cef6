"""Every command that a message, a page or a picture of help names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperGroup

import aibox_assets
from aibox_assets.cli.main import app

PACKAGE = Path(aibox_assets.__file__).parent
ROOT = PACKAGE.parent
NAMED = re.compile(r"\baibox ([a-z][a-z-]+)(?: ([a-z][a-z-]+))?")
PROSE = {"as"}


def texts() -> Iterator[tuple[str, str]]:
    """What may name a command: strings of the code, the Chinese messages, and what documents show as code."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield str(path.relative_to(ROOT)), node.value
    for path in PACKAGE.rglob("*.yaml"):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        for code in re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.DOTALL):
            yield str(path.relative_to(ROOT)), code


def test_commands_that_are_named_are_there() -> None:
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    wrong = set()
    for place, text in texts():
        for name, further in NAMED.findall(text):
            if name in PROSE:
                continue
            command = root.commands.get(name)
            if command is None:
                wrong.add((place, f"aibox {name}"))
            elif isinstance(command, TyperGroup) and further and further not in command.commands:
                wrong.add((place, f"aibox {name} {further}"))
    assert sorted(wrong) == []
