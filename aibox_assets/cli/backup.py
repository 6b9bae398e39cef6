"""``aibox backup`` and ``aibox restore``: all of an installation in one file, and back."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from aibox_assets.cli.console import Json, clean, counted, err, out, print_json, reported_errors
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local.home import Home
from aibox_assets.settings import load_settings

if TYPE_CHECKING:
    from aibox_assets.local.backup.archive import Manifest, Progress


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(backup)
    app.command()(restore)


def backup(
    target: Annotated[
        str, typer.Argument(metavar="DIR|FILE", help="Where to write it; DIR is there already.")
    ],
    verify: Annotated[
        bool, typer.Option("--verify", help="Write nothing: compare the digests of the backup FILE.")
    ] = False,
    json: Json = False,
) -> None:
    """Keep database, graph, tables and inbox as they are at one moment, while work goes on."""
    from aibox_assets.local.backup.archive import reading
    from aibox_assets.local.backup.create import create_backup

    with reported_errors(json), _bars(json) as progress:
        path = Path(target)
        if not verify:
            _require_folder(target)
            path = create_backup(Home(load_settings().home), path.absolute(), progress)
        with reading(path) as archive:
            if verify:
                archive.verify(progress)
            manifest = archive.manifest
    _say(path, manifest, json)


def _require_folder(target: str) -> None:
    """:raises ConfigurationError: *target* is called a folder, or lies in one, that is not there."""
    folder = Path(target) if target.endswith("/") else Path(target).absolute().parent
    if not folder.is_dir():
        raise ConfigurationError(f"There is no folder {folder}.", f"mkdir -p {shlex.quote(str(folder))}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")], json: Json = False
) -> None:
    """Put a backup into an empty home; nothing that was made is made again."""
    from aibox_assets.local.backup.archive import reading
    from aibox_assets.local.backup.restore import restore_backup

    with reported_errors(json), _bars(json) as progress:
        home = Home(load_settings().home)
        notes = restore_backup(home, file, progress)
        with reading(file) as archive:
            manifest = archive.manifest
    if json:
        print_json({**_described(file, manifest), "home": home.path, "notes": notes})
        return
    out.print(f"[green]Restored[/] {clean(str(file))} of {manifest.created} into {clean(str(home.path))}.")
    for note in notes:
        err.print(note)
    out.print("Start it with [bold]aibox up[/].")


def _say(path: Path, manifest: Manifest, as_json: bool) -> None:
    found = _described(path, manifest)
    if as_json:
        print_json(found)
        return
    out.print(f"[green]Whole:[/] {clean(str(path))}, {path.stat().st_size / 2**20:,.1f} MiB", soft_wrap=True)
    out.print(
        ", ".join(
            counted(found[each], noun)
            for each, noun in (
                ("files", "file"),
                ("nodes", "node"),
                ("relationships", "relationship"),
                ("documents", "document"),
                ("parquet", "table"),
            )
        )
    )


def _described(path: Path, manifest: Manifest) -> dict[str, Any]:
    rows = {table.name: table.rows for table in manifest.tables}
    return {
        "path": path,
        "created": manifest.created,
        "release": manifest.release,
        "files": rows.get("files", 0),
        "nodes": manifest.nodes,
        "relationships": manifest.relationships,
        "documents": manifest.count("inbox"),
        "parquet": manifest.count("storage"),
    }


@contextmanager
def _bars(as_json: bool) -> Iterator[Progress]:
    """A bar per step, on a terminal."""
    columns = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=err, transient=True, disable=as_json or not err.is_terminal) as bars:
        tasks = {}

        def told(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step)
            bars.update(tasks[step], completed=done, total=total or None)

        yield told
