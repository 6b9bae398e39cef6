"""``aibox folders``: the watched folders, and what a person decides about them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aibox_assets.cli import remote
from aibox_assets.cli.console import Json, clean, counted, out, print_json, print_table, reported_errors
from aibox_assets.services.folders import (
    FolderState,
    FolderView,
    accept_folder,
    confirm_removal,
    forget_folder,
    list_folders,
)

COLUMNS = ("folder", "place", "state", "files")
_COLOURS = {FolderState.WATCHED: "green", FolderState.NEW: "cyan", FolderState.NOT_WATCHED: "dim"}
Place = Annotated[Path, typer.Argument(help="A watched folder.")]

folders_app = typer.Typer(
    help="The watched folders: which there are, and which are held.", no_args_is_help=False
)


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.add_typer(folders_app, name="folders")


@folders_app.callback(invoke_without_command=True)
def show(context: typer.Context, json: Json = False) -> None:
    """All watched folders, and what is to be decided about them."""
    if context.invoked_subcommand is not None:
        return
    with reported_errors(json):
        views = list_folders(remote.here())
    if json:
        print_json(views)
        return
    print_table("Watched folders", COLUMNS, [_row(view) for view in views], "No folder is watched.")
    for view in views:
        if view.reason:
            remedy = f" [bold]What to do:[/] {clean(view.remedy)}" if view.remedy else ""
            out.print(f"[bold]{clean(view.label)}[/]: {clean(view.reason.rstrip('.'))}.{remedy}")


@folders_app.command()
def accept(
    path: Place,
    apart: Annotated[
        bool | None,
        typer.Option(
            "--apart/--instead",
            help="As a folder of its own, or in the place of the one that is known. Default: apart where that one is "
            "on another host or at another watched place.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """This is the folder from now on: known files that are not in it are removed, a large part after ten minutes."""
    with reported_errors(json):
        view = accept_folder(remote.here(), path, apart=apart)
    if json:
        print_json(view)
    else:
        out.print(f"[green]Accepted[/]: {clean(view.place)} is the folder {clean(view.label)} from now on.")


@folders_app.command()
def confirm(path: Place, json: Json = False) -> None:
    """The files that are missing are really gone: remove at once what was made of them."""
    with reported_errors(json):
        files = confirm_removal(remote.here(), path)
    if json:
        print_json({"files": files})
    else:
        out.print(
            f"{counted(files, 'file', ('is', 'are'))} removed at the next look, as soon as the stack is up."
        )


@folders_app.command()
def forget(
    folder: Annotated[str, typer.Argument(help="The name of a folder that is not watched any more.")],
    json: Json = False,
) -> None:
    """Remove all that was made of the files of a folder that is not watched any more."""
    with reported_errors(json):
        files = forget_folder(remote.here(), folder)
    if json:
        print_json({"files": files})
    else:
        out.print(f"What was made of {counted(files, 'file')} is removed as soon as the stack is up.")


def _row(view: FolderView) -> tuple[object, ...]:
    state = f"[{_COLOURS.get(view.state, 'red')}]{view.state}[/]"
    return clean(view.label), clean(view.place), state, view.files
