"""Files that are sent to another installation, by its API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath

import typer

from aibox_assets.cli.console import clean, counted, err, out, print_json
from aibox_assets.cli.remote import describe
from aibox_assets.client import AIBox, FileInfo, Submitted, WaitTimeoutError
from aibox_assets.domain.errors import AIBoxError, ConfigurationError
from aibox_assets.services.ingest import Given, plan
from aibox_assets.settings import load_settings
from aibox_assets.stores.documents import hash_file
from aibox_assets.stores.files import Status

_WAIT_SECONDS = 86_400.0


def ingest(
    api: AIBox,
    paths: Sequence[Path],
    user: str | None,
    *,
    replace: bool,
    wait: bool,
    timeout: float | None,
    as_json: bool,
) -> None:
    """Send files as ``aibox ingest`` copies them; exit 1 where one was not taken or failed.

    :raises ConfigurationError: *user* is not whose the key is.
    """
    sent, left_out = _send(api, paths, user, replace=replace)
    done: list[FileInfo] = []
    unfinished = 0
    for each in sent if wait else ():
        try:
            done.append(api.wait(each.file_id, timeout if timeout is not None else _WAIT_SECONDS))
        except WaitTimeoutError:
            unfinished += 1
    failed = [file for file in done if file.status == Status.FAILED]
    if as_json:
        files = [describe(file) for file in done] if wait else [asdict(each) for each in sent]
        print_json({"files": files, "left_out": left_out, **({"unfinished": unfinished} if wait else {})})
    elif wait:
        out.print(
            f"[green]{len(done) - len(failed)} finished[/], [red]{len(failed)} failed[/], {unfinished} not done yet."
        )
    else:
        out.print(
            f"{counted(len(sent), 'file', ('was', 'were'))} sent. 'aibox files' shows how far they are."
        )
    if not as_json:
        for file in failed:
            err.print(f"[red]{clean(file.path)}[/]: {clean(file.error or '')} {clean(file.remedy or '')}")
        for each_left in left_out:
            err.print(f"[yellow]{clean(each_left['source'])}[/] is left out: {clean(each_left['reason'])}")
    if failed or left_out or unfinished:
        raise typer.Exit(1)


def _send(
    api: AIBox, paths: Sequence[Path], user: str | None, *, replace: bool
) -> tuple[list[Submitted], list[dict[str, str]]]:
    me = str(api.me()["name"])
    if user not in (None, me):
        raise ConfigurationError(
            f"Files that are sent belong to whose the key is, and that is {me}.",
            "Leave --user out, or set AIBOX_TOKEN to a key of that account.",
        )
    settings = load_settings()
    there = [path for path in paths if path.exists() or path.is_symlink()]
    given, kept_back = plan(there, me, me, [settings.home, *settings.watched_folders])
    sent: list[Submitted] = []
    left_out = [(path, "it does not exist") for path in paths if path not in there]
    left_out += [(each.source, each.problem or "") for each in kept_back]
    taken: set[str] = set()
    for each in given:
        source = each.root / each.source
        if source.is_symlink():
            left_out.append((source, "it is a link; links are not followed"))
            continue
        try:
            if (each.path in taken or not replace) and _is_another(api, each):
                left_out.append((source, "another file of that name is there; --replace would replace it"))
                continue
            folders = PurePosixPath(each.path).parent.relative_to(me)
            sent.append(api.submit(source, folder="/".join(folders.parts)))
            taken.add(each.path)
        except (AIBoxError, OSError) as error:
            left_out.append((source, str(error)))
    return sent, [{"source": str(source), "reason": reason} for source, reason in left_out]


def _is_another(api: AIBox, given: Given) -> bool:
    """Whether other bytes lie there under its path."""
    known = next((file for file in api.files(name=given.path) if file.path == given.path), None)
    return known is not None and known.sha256 != hash_file(given.root, given.source)
