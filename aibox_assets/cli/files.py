"""``aibox files``, ``file``, ``delete``: the files and their states."""

from __future__ import annotations

import os
import time
from typing import Annotated

import typer

from aibox_assets.cli import remote, remote_work
from aibox_assets.cli.console import (
    MOST_ROWS,
    Json,
    clean,
    coloured,
    err,
    fail,
    out,
    print_json,
    print_table,
    reported_errors,
)
from aibox_assets.cli.records import COLUMNS, describe, row
from aibox_assets.resources.platform import Platform, current_platform
from aibox_assets.services.folders import notices
from aibox_assets.services.waits import explain_wait
from aibox_assets.settings import Settings, load_settings
from aibox_assets.stores.documents import remove_document
from aibox_assets.stores.files import FileRecord, Status

Key = Annotated[str, typer.Argument(help="A file's id, or its path.")]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command("files")(list_files)
    app.command("file")(show_file)
    app.command()(delete)


def list_files(
    status: Annotated[Status | None, typer.Option(help="Only files in this state.")] = None,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Only files of this owner.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, max=MOST_ROWS, help="At most so many.")
    ] = None,
    json: Json = False,
) -> None:
    """All files with their state and what was made of them."""
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            remote.show_files(api, status, user, limit, as_json=json)
            return
        platform = current_platform()
        records = platform.files.select(status=status, user_id=user, limit=limit)
        said = notices(platform)
    if json:
        print_json([describe(record) for record in records])
        return
    empty = "No such files." if status or user else _why_none(load_settings())
    print_table("Files", COLUMNS, [row(record) for record in records], empty)
    for notice in said:
        err.print(clean(notice))


def _why_none(settings: Settings) -> str:
    """What an empty list means: that nothing was dropped, or that nothing of it was taken in."""
    for folder in settings.watched_folders:
        for _, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            if any(not name.startswith(".") for name in names):
                return (
                    f"No file was taken in yet, though there are some in {clean(str(folder))}: "
                    "'aibox status' says whether everything works."
                )
    return "No files. Drop some into the inbox."


def show_file(key: Key, json: Json = False) -> None:
    """Everything about one file."""
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            remote.show_file(api, key, as_json=json)
            return
        platform = current_platform()
        record = find(platform, key, json)
        live = (
            platform.live.read_progress(record.id)
            if record.status in (Status.QUEUED, Status.STARTED)
            else None
        )
        waits = explain_wait(platform, record)
    if json:
        print_json({**describe(record), "waits": waits, "progress": live})
        return
    for name, value in describe(record).items():
        if value is not None:
            shown = coloured(value) if name == "status" else clean(str(value))
            out.print(f"[bold]{name:>12}[/]  {shown}", highlight=False)
    if waits is not None:
        out.print(f"[bold]{'waits':>12}[/]  {clean(waits)}", highlight=False)
    if live is not None:
        out.print(f"[bold]{'now':>12}[/]  {clean(live.step)} {live.percent:.0f} % {clean(live.message)}")


def delete(key: Key, json: Json = False) -> None:
    """Remove a file from the inbox, and everything that was made of it."""
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            remote_work.delete(api, key, as_json=json)
            return
        platform = current_platform()
        record = find(platform, key, json)
        root = platform.locate_folder(record.folder)
        if root != platform.settings.inbox_path:
            fail(
                f"{record.display_path} is not in the inbox.",
                "Delete the file itself in its folder; the rest follows by itself.",
                as_json=json,
            )
        remove_document(root, record.path)
        platform.lifecycle.mark_gone([record.id])
        gone = _wait_until_gone(platform, record.id, 30)
    if json:
        print_json({"file_id": record.id, "path": record.display_path, "deleted": gone})
    elif gone:
        out.print(f"[green]Deleted[/] {clean(record.display_path)} and all that was made of it.")
    else:
        out.print(
            f"{clean(record.display_path)} is removed from the inbox; the rest goes as soon as the stack is up."
        )


def find(platform: Platform, key: str, as_json: bool) -> FileRecord:
    """The file of *key*, or the end of the command."""
    record = platform.files.find(key)
    if record is None:
        fail(f"No file {key} is known.", "'aibox files' lists ids and paths.", as_json=as_json, status=1)
    return record


def _wait_until_gone(platform: Platform, file_id: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not platform.files.get([file_id]):
            return True
        time.sleep(0.3)
    return False
