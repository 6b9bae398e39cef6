"""``aibox dead-letters``, ``retry``, ``regenerate``, ``cancel``: what failed, and what is wanted again or no more."""

from __future__ import annotations

from typing import Annotated, Final, Literal, cast

import typer
from rich.markup import escape

from aibox_assets.cli import remote, remote_work
from aibox_assets.cli.console import Json, clean, counted, fail, out, print_json, print_table, reported_errors
from aibox_assets.cli.files import Key, find
from aibox_assets.client import AIBox, DagsterClient
from aibox_assets.local import control
from aibox_assets.resources.platform import current_platform
from aibox_assets.services.cancel_runs import end_runs
from aibox_assets.services.files import REGENERATIONS, cancel_files, regenerate_files, retry_all, retry_files
from aibox_assets.settings import load_settings
from aibox_assets.stores.failures import DeadLetter
from aibox_assets.stores.files import Status

CANCEL_SECONDS: Final = 10.0

OptionalKey = Annotated[str | None, typer.Argument(help="A file's id, or its path.")]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command("dead-letters")(dead_letters)
    app.command()(retry)
    app.command()(regenerate)
    app.command()(cancel)


def dead_letters(key: OptionalKey = None, json: Json = False) -> None:
    """The files that failed for good, and why; of one file everything, with its traceback."""
    with reported_errors(json):
        api = remote.installation()
        if key is not None:
            _show(_letter(api, key, json), json)
            return
        letters = current_platform().dead_letters.select() if api is None else remote_work.dead_letters(api)
    if json:
        print_json(letters)
        return
    rows = [
        (
            clean(letter.path),
            clean(letter.reason),
            f"{letter.attempts}{'' if letter.permanent else ', given up'}",
            letter.failed_at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        )
        for letter in letters
    ]
    print_table(
        "Dead letters", ("file", "reason", "attempts", "failed"), rows, "Nothing has failed for good."
    )


def retry(
    key: OptionalKey = None,
    every: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    json: Json = False,
) -> None:
    """Try a file again that failed or was cancelled; or all dead letters."""
    if (key is None) != every:
        fail("Say which file, or --all.", "aibox retry KEY, or aibox retry --all", as_json=json)
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            remote_work.retry(api, key, as_json=json)
            return
        platform = current_platform()
        if key is None:
            ids = retry_all(platform)
        else:
            record = find(platform, key, json)
            ids = retry_files(platform, [record.id])
            if not ids:
                fail(
                    f"Nothing of {record.display_path} failed; it is {record.status}.",
                    f"To make it again although it is current: aibox regenerate {record.id}",
                    as_json=json,
                    status=1,
                )
    if json:
        print_json({"queued": ids})
    else:
        out.print(f"{counted(len(ids), 'file', ('is', 'are'))} queued again.")


def regenerate(
    key: Key,
    what: Annotated[
        str, typer.Option("--type", "-t", help=f"What to make again: {', '.join(REGENERATIONS)}.")
    ] = "all",
    force_rechunk: Annotated[
        bool, typer.Option("--force-rechunk", help="Read and split the file again, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a file's vectors, graph or both again; what is there stays until the new one is whole."""
    if what not in REGENERATIONS:
        fail(f"There is no type {what}.", f"Take one of: {', '.join(REGENERATIONS)}.", as_json=json)
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            kind = cast("Literal['vectors', 'graph', 'all']", what)
            remote_work.regenerate(api, key, kind, force_rechunk=force_rechunk, as_json=json)
            return
        platform = current_platform()
        record = find(platform, key, json)
        queued = regenerate_files(platform, [record.id], what, force_rechunk=force_rechunk)
        if not queued:
            fail(f"{record.display_path} was cancelled.", "'aibox retry' it first.", as_json=json, status=1)
    if json:
        print_json({"file_id": record.id, "status": Status.QUEUED, "type": what})
    else:
        out.print(f"{clean(record.display_path)} is queued again: {what}.")


def cancel(key: Key, json: Json = False) -> None:
    """End the work on a file; nothing more is written of it until it is retried or its bytes change."""
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            remote_work.cancel(api, key, as_json=json)
            return
        platform = current_platform()
        record = find(platform, key, json)
        if record.status not in (Status.QUEUED, Status.STARTED):
            fail(
                f"Nothing is at work on {record.display_path}; it is {record.status}.",
                "'aibox files --status started' lists what is.",
                as_json=json,
                status=1,
            )
        cancel_files(platform, [record.id])
        ended: list[str] = []
        left: list[str] = []
        settings = load_settings()
        address = settings.dagster_url or control.ui_address(settings.home)
        if address:
            with DagsterClient(address) as dagster:
                ended, left = end_runs(dagster, record.id, CANCEL_SECONDS)
    if json:
        print_json({"file_id": record.id, "path": record.display_path, "ended": ended, "ending": left})
        return
    out.print(
        f"[green]Cancelled[/] {clean(record.display_path)}. 'aibox retry' it when it is wanted after all."
    )
    if not address:
        out.print(
            "No Dagster UI is known here, so its run goes on, without a right to write. AIBOX_DAGSTER_URL names one."
        )
    if left:
        out.print(f"Still ending, and without a right to write: {', '.join(f'run {id_}' for id_ in left)}")


def _letter(api: AIBox | None, key: str, as_json: bool) -> DeadLetter:
    """The dead letter of a file's id or path, or the end of the command."""
    if api is not None:
        file = remote.find_file(api, key, as_json)
        letter, path, state = remote_work.dead_letter(api, file), file.path, file.status
    else:
        platform = current_platform()
        record = find(platform, key, as_json)
        letter, path, state = platform.dead_letters.get(record.id), record.display_path, str(record.status)
    if letter is None:
        fail(
            f"{path} is not among the dead letters; it is {state}.",
            "'aibox dead-letters' lists those that are.",
            as_json=as_json,
            status=1,
        )
    return letter


def _show(letter: DeadLetter, as_json: bool) -> None:
    if as_json:
        print_json(letter)
        return
    for name, value in (
        ("file", letter.path),
        ("file_id", letter.file_id),
        ("reason", letter.reason),
        ("remedy", letter.remedy),
        ("attempts", letter.attempts),
        ("permanent", "yes" if letter.permanent else "no, given up after its attempts"),
        ("failed", letter.failed_at.astimezone().isoformat(sep=" ", timespec="seconds")),
        ("asset", letter.asset),
    ):
        if value:
            out.print(f"[bold]{name:>12}[/]  {escape(str(value))}", highlight=False)
    if letter.trace:
        out.print()
        out.print(letter.trace.rstrip(), markup=False, highlight=False)
