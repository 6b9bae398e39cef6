"""``aibox ingest``: copy files into the inbox and watch them become searchable."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from aibox_assets.cli import remote, remote_ingest
from aibox_assets.cli.console import Json, clean, counted, err, out, print_json, reported_errors
from aibox_assets.cli.records import describe
from aibox_assets.cli.waiting import OVER, wait_for
from aibox_assets.domain.paths import storable
from aibox_assets.resources.platform import current_platform
from aibox_assets.services.ingest import Ingested, ingest, plan
from aibox_assets.settings import Settings, load_settings
from aibox_assets.stores.files import FileRecord, Status


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command(name="ingest")(ingest_files)


def ingest_files(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, or folders with all that is in them, under their own name.")
    ],
    user: Annotated[str | None, typer.Option("--user", "-u", help="Owner of the files.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace other files of the same name in the inbox.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Wait until all are done; exit 1 if any failed.")
    ] = False,
    timeout: Annotated[float | None, typer.Option(min=0, help="Seconds to wait at most.")] = None,
    json: Json = False,
) -> None:
    """Copy files into the inbox. Links are not followed; exit 1 if any file is not in the inbox then."""
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            remote_ingest.ingest(api, paths, user, replace=replace, wait=wait, timeout=timeout, as_json=json)
            return
        ingested = copy_in(paths, load_settings(), user, replace=replace, quiet=json)
        arrived = [storable(file.path) for file in ingested if file.arrived]
        left_out = [file for file in ingested if not file.arrived]
        records = wait_for(current_platform(), arrived, timeout, quiet=json) if wait and arrived else {}
    missing = (
        [path for path in arrived if path not in records or records[path].status not in OVER] if wait else []
    )
    failed = [record for record in records.values() if record.status is Status.FAILED]
    if json:
        print_json(_describe(records, arrived, left_out, missing, waited=wait))
    else:
        _report(arrived, left_out, failed, missing, waited=wait)
    if failed or missing or left_out:
        raise typer.Exit(1)


def copy_in(
    paths: Sequence[Path], settings: Settings, user: str | None, *, replace: bool = False, quiet: bool
) -> list[Ingested]:
    """Copy files into the inbox under a bar; what became of each, those that are left out last."""
    apart = [settings.home, *settings.watched_folders]
    given, left_out = plan(paths, user, settings.default_user, apart)
    with Progress(
        TextColumn("copying"), BarColumn(), MofNCompleteColumn(), console=out, transient=True, disable=quiet
    ) as bar:
        task = bar.add_task("copying", total=len(given))
        done = list(ingest(given, settings.inbox_path, replace=replace, advance=lambda: bar.advance(task)))
    return done + left_out


def _describe(
    records: dict[str, FileRecord],
    arrived: Sequence[str],
    left_out: Sequence[Ingested],
    missing: Sequence[str],
    *,
    waited: bool,
) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "files": [describe(record) for record in records.values()]
        if waited
        else [{"path": path, "status": Status.QUEUED} for path in arrived],
        "left_out": [
            {"source": storable(str(file.source)), "path": storable(file.path), "reason": file.problem}
            for file in left_out
        ],
    }
    return {**answer, "unfinished": len(missing)} if waited else answer


def _report(
    arrived: Sequence[str],
    left_out: Sequence[Ingested],
    failed: Sequence[FileRecord],
    missing: Sequence[str],
    *,
    waited: bool,
) -> None:
    if waited:
        done = len(arrived) - len(failed) - len(missing)
        out.print(f"[green]{done} finished[/], [red]{len(failed)} failed[/], {len(missing)} not done yet.")
    else:
        out.print(
            f"{counted(len(arrived), 'file', ('is', 'are'))} in the inbox. 'aibox files' shows how far they are."
        )
    for record in failed:
        reason = f"{clean(record.error or '')} {clean(record.remedy or '')}"
        err.print(f"[red]{clean(record.display_path)}[/]: {reason}")
    for file in left_out:
        err.print(f"[yellow]{clean(str(file.source))}[/] is left out: {clean(file.problem or '')}.")
