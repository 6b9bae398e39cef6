"""A command that was given wrongly, told as every other error is: with ``--json`` as JSON on standard output."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import Abort, TyperException

from aibox_assets.cli.console import print_json
from aibox_assets.cli.terminal import lenient


class Commands(TyperGroup):
    """The commands of ``aibox``."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run one, and exit."""
        lenient(sys.stdout, sys.stderr)
        given = sys.argv[1:] if args is None else list(args)
        if "--json" not in given:
            return super().main(args, *more, **extra)
        try:
            status = super().main(given, standalone_mode=False)
        except TyperException as error:
            told = getattr(error, "format_message", error.__str__)()
            print_json({"error": told, "remedy": f"{_command_of(error)} --help"})
            sys.exit(getattr(error, "exit_code", 2))
        except Abort:  # a question that nobody answered
            print_json({"error": "Nothing was answered.", "remedy": "aibox --help"})
            sys.exit(1)
        sys.exit(status if isinstance(status, int) else 0)


def _command_of(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return getattr(context, "command_path", "aibox")
