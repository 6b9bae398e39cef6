"""``aibox demo``: the whole way on the sample files."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from aibox_assets.cli.ask import RELATION_COLUMNS, relation_rows, warn_english_only
from aibox_assets.cli.console import clean, fail, out, print_table, reported_errors
from aibox_assets.cli.ingest import copy_in
from aibox_assets.cli.records import COLUMNS, row
from aibox_assets.cli.search import marked
from aibox_assets.cli.starting import first_login, start_stack
from aibox_assets.cli.waiting import wait_for
from aibox_assets.domain.paths import storable
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.local import control
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.services.graph import find_relations
from aibox_assets.services.search import search
from aibox_assets.settings import load_settings
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.files import Status

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
QUERY = "Who founded Northwind Cells, and where is it based?"
CHINESE_QUERY = "北風電池的總部在哪裡？"
ENTITY = "Northwind Cells"
SECONDS = 900.0
KEY_NAME = "demo"
KEY_HOURS = 24
KEY_SCOPES = ("files", "search", "graph")
ASKED = "/api/v1/search?q=Northwind+Cells&limit=1"
"""What the printed request asks the API for."""


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command()(demo)


def demo() -> None:
    """Start the stack, process the sample files, and show what came out."""
    with reported_errors(as_json=False):
        settings = load_settings()
        started = time.monotonic()
        if not SAMPLES.is_dir():
            fail("The sample files are not here.", "Run the demo from a clone of the project.")
        if not start_stack(settings.home, detach=True, quiet=False):
            out.print("The stack is running already.")
        out.print(f"[green]Up[/] after {time.monotonic() - started:.0f} s.")
        copied = [file for user, files in _samples() for file in copy_in(files, settings, user, quiet=True)]
        fresh = sum(file.fresh for file in copied)
        out.print(f"{len(copied)} sample files in {clean(str(settings.inbox_path))}, {fresh} of them new.")
        load_settings.cache_clear()  # the first start wrote the servers' addresses down
        platform = Platform(load_settings())
        paths = [storable(file.path) for file in copied]
        records = wait_for(platform, paths, SECONDS, quiet=False)
        print_table("What came out", COLUMNS, [row(records[p]) for p in paths if p in records], "Nothing.")
        _ask(platform)
    if any(p not in records or records[p].status is not Status.FINISHED for p in paths):
        fail("Not every sample file was finished.", "'aibox files' says why.", status=1)
    out.print(
        f"Done in {time.monotonic() - started:.0f} s. It runs on until [bold]make stop[/]; all data stays.\n"
    )
    _addresses(platform)


def _samples() -> Iterator[tuple[str | None, list[Path]]]:
    """The sample files by owner: each has a folder, as in the inbox."""
    yield None, sorted(path for path in SAMPLES.iterdir() if path.is_file())
    for folder in sorted(path for path in SAMPLES.iterdir() if path.is_dir()):
        yield folder.name, sorted(folder.iterdir())


def _ask(platform: Platform) -> None:
    for query in (QUERY, CHINESE_QUERY):
        found = search(platform, OPERATOR, query, limit=3)
        rows = [(f"{each.score:.2f}", clean(each.passage.path), marked(each.snippet)) for each in found]
        print_table(f'aibox search "{query}"', ("score", "file", "text"), rows, "Nothing was found.")
    warn_english_only(platform)
    relations = find_relations(platform, OPERATOR, ENTITY, 200)
    print_table(
        f'aibox graph "{ENTITY}"',
        RELATION_COLUMNS,
        relation_rows(relations)[:12],
        "Nothing is known.",
    )


def _addresses(platform: Platform) -> None:
    settings = platform.settings
    api, key = control.api_address(settings.home), _make_key(platform)
    name, _, password = clean(first_login(settings.home) or "").partition(" ")
    lines = {
        "Console": f"{api}/" + (f"   (sign in as {name}, password {password})" if name else ""),
        "Dagster UI": str(control.ui_address(settings.home)),
        "Inbox": f"{clean(str(settings.inbox_path))}   (drop files here)",
        "Ask": ".venv/bin/aibox ask QUESTION",
        "": ".venv/bin/aibox graph NAME",
        "API": f"{api}   (its pages: {api}/docs)",
        "Token": f"{key}   (for {KEY_HOURS} h)",
    }
    for name, value in lines.items():
        out.print(f"[bold]{name:12}[/] {value}", soft_wrap=True, highlight=False)
    trust = f" --cacert {shlex.quote(str(settings.tls_certificate))}" if settings.tls_certificate else ""
    curl = f"curl -s{trust} -H 'Authorization: Bearer {key}' '{api}{ASKED}'"
    out.print(curl, soft_wrap=True, markup=False, highlight=False)


def _make_key(platform: Platform) -> str:
    """A key that finds what an admin sees, the files of all; the one of an earlier demo ends."""
    admin = next(
        (a.name for a in platform.accounts.select() if a.role is Role.ADMIN and not a.disabled_at), ""
    )
    for key in platform.accounts.keys(admin):
        if key.name == KEY_NAME:
            platform.accounts.revoke_key(key.id)
    end = datetime.now(UTC) + timedelta(hours=KEY_HOURS)
    return make_key(platform, admin, KEY_NAME, scopes=KEY_SCOPES, expires_at=end)[0]
