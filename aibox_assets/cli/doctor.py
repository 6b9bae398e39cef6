"""``aibox doctor``: what is wrong, and the command that mends it."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from aibox_assets.cli.console import Json, clean, coloured, counted, out, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command()(doctor)


def doctor(
    load_models: Annotated[
        bool, typer.Option("--load-models", help="Also load the models, which may take a minute.")
    ] = False,
    json: Json = False,
) -> None:
    """Look for what is wrong, and say how to mend it; ends with 1 where something must be mended."""
    from aibox_assets.local.doctor.examine import examine  # its imports cost most of a second

    examination = examine(load_models=load_models)
    if json:
        told = asdict(examination)
        del told["unfinished"]
        print_json({"well": examination.well, **told})
    else:
        rows = [
            (
                each.check,
                coloured(each.state),
                clean(each.said) + (f"\n[bold]{clean(each.remedy)}[/]" if each.remedy else ""),
            )
            for each in examination.findings
        ]
        print_table("Doctor", ("check", "state", "what is so, and what to do"), rows, "")
        if examination.not_asked:
            out.print(f"Not asked, since what they ask is away: {', '.join(examination.not_asked)}.")
        problems = sum(each.state == "problem" for each in examination.findings)
        out.print(
            "[green]No problem was found.[/]" if not problems else f"[red]{counted(problems, 'problem')}.[/]"
        )
    status = 0 if examination.well else 1
    if examination.unfinished:
        # A check that hangs within a library: at the interpreter's usual end that library aborts the process.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    if status:
        raise typer.Exit(status)
