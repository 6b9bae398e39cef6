"""``aibox``: the commands, each in the module of its subject."""

from __future__ import annotations

import typer

from aibox_assets.cli import (
    accounts,
    agents,
    backup,
    demo,
    doctor,
    extract,
    failures,
    files,
    flower,
    folders,
    graph,
    ingest,
    jobs,
    models,
    search,
    stack,
    upkeep,
    workers,
)
from aibox_assets.cli.usage import Commands

app = typer.Typer(
    name="aibox",
    cls=Commands,
    help="Drop in a file; search it by meaning and ask its knowledge graph.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)

for module in (
    stack,
    doctor,
    workers,
    flower,
    ingest,
    files,
    folders,
    jobs,
    failures,
    search,
    graph,
    extract,
    accounts,
    agents,
    models,
    backup,
    upkeep,
    demo,
):
    module.register(app)

if __name__ == "__main__":
    app()
