"""``aibox``: the commands, each in the module of its subject."""

from __future__ import annotations

from typing import Annotated

import typer

from aibox_assets import __version__
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
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"aibox-assets {__version__}")
        raise typer.Exit


@app.callback()
def aibox(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say which release this is."),
    ] = False,
) -> None:
    """Drop in a file; search it by meaning and ask its knowledge graph."""


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
