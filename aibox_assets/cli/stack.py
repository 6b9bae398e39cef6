"""``aibox up``, ``down``, ``status``, ``logs``, ``migrate``: the processes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aibox_assets.cli.console import (
    Json,
    clean,
    clean_lines,
    coloured,
    err,
    fail,
    out,
    print_json,
    print_table,
    reported_errors,
    stretch,
)
from aibox_assets.cli.starting import start_stack
from aibox_assets.cli.terminal import uncoloured
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.local import control
from aibox_assets.settings import load_settings

if TYPE_CHECKING:
    from aibox_assets.local.disks import DiskStatus
    from aibox_assets.local.state import ServiceStatus
    from aibox_assets.stores.pauses import Pause


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(up)
    app.command()(down)
    app.command()(status)
    app.command()(logs)
    app.command()(migrate)


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return when all is healthy; run on in the background.")
    ] = False,
    json: Json = False,
) -> None:
    """Start the whole stack: servers, Dagster, workers."""
    with reported_errors(json):
        home = load_settings().home
        started = start_stack(home, detach=detach, quiet=json)
        if json:
            print_json({"home": home, **control.addresses(home), "services": control.status(home)})
        elif detach:
            out.print(f"[green]Up.[/] Drop files into: {clean(str(load_settings().inbox_path))}")
            if not started:
                out.print("It was up already: settings that changed hold after 'aibox down' and 'aibox up'.")
            _print_addresses(control.addresses(home))
            out.print("Stop it with [bold]aibox down[/].")


def down(json: Json = False) -> None:
    """Stop everything, completely; all data stays."""
    with reported_errors(json):
        home = load_settings().home
        ended = control.down(
            home, lambda name, state: None if json else out.print(f"{name}: {coloured(state)}")
        )
    if json:
        print_json({"home": home, "processes": ended})
    else:
        out.print(
            "Nothing was running." if ended == 0 else f"[green]Down.[/] All data stays in {clean(str(home))}"
        )


def status(json: Json = False) -> None:
    """What runs and answers, since when, with how much memory; and whether its disks have room."""
    from aibox_assets.cli import remote, remote_work

    with reported_errors(json):
        if (api := remote.installation()) is not None:
            remote_work.status(api, as_json=json)
            return
    from aibox_assets.local.disks import look_at_disks
    from aibox_assets.local.health import look

    with reported_errors(json):
        home = load_settings().home
        services = look(home, known) if (known := control.status(home)) else []
        disks = look_at_disks(home)
        addresses = control.addresses(home)
        pauses, said = _to_be_decided(services)
    if json:
        shown = {"home": home, **addresses, "services": services, "disks": disks}
        print_json({**shown, "paused": pauses, "notices": said})
    else:
        _print_services(home, services)
        _print_addresses(addresses)
        _print_disks(disks)
        for pause in pauses:
            err.print(f"Queue {pause.queue} is paused: {clean_lines(f'{pause.reason} {pause.remedy}')}")
        for notice in said:
            err.print(clean(notice))
    well = all(service.state == "running" for service in services) and all(disk.usable for disk in disks)
    well = well and not pauses
    if not services or not well:
        raise typer.Exit(1)


def _to_be_decided(services: Sequence[ServiceStatus]) -> tuple[list[Pause], list[str]]:
    """Queues that stand still, and folders that a person must decide about.

    None is known where nothing was started, or Postgres does not answer.
    """
    if not services:
        return [], []
    from aibox_assets.resources.platform import current_platform
    from aibox_assets.services.folders import notices

    try:
        platform = current_platform()
        return list(platform.pauses.select().values()), notices(platform)
    except AIBoxError:
        return [], []  # the row of Postgres says so


def _print_services(home: Path, services: Sequence[ServiceStatus]) -> None:
    rows = [
        (
            service.name,
            coloured(service.state),
            # Those that a person opens stand below as a whole.
            service.address.partition("//")[2].partition("/")[0] or service.address or None,
            stretch(service.uptime) if service.uptime else None,
            service.restarts,
            f"{service.memory / 2**20:,.0f}" if service.memory else None,
        )
        for service in services
    ]
    print_table(
        f"Home {clean(str(home))}",
        ("service", "state", "address", "up", "restarts", "MiB"),
        rows,
        "Nothing has been started in this home yet: 'aibox up'.",
    )
    for service in services:
        if service.reason and service.state != "running":
            err.print(f"{service.name}: {clean_lines(service.reason)}")


def _print_addresses(addresses: Mapping[str, str | None]) -> None:
    titles = {"console": "Console", "api": "HTTP API", "ui": "Dagster UI"}
    for name, address in addresses.items():
        if address:
            out.print(f"[bold]{titles[name]}[/]  {clean(address)}", highlight=False)


def _print_disks(disks: Sequence[DiskStatus]) -> None:
    if not disks:
        return
    rows = [
        (
            disk.name,
            coloured(disk.state),
            clean(disk.path),
            None if disk.free is None else f"{disk.free / 2**20:,.0f}",
        )
        for disk in disks
    ]
    print_table("Disks", ("disk", "state", "path", "free MiB"), rows, "")
    for disk in disks:
        if not disk.usable:
            err.print(
                f"{disk.name}: {clean(disk.reason)} Make room, or mend its permissions; the work goes on by itself."
            )


def logs(
    name: Annotated[str, typer.Argument(help="A service, as 'aibox status' names it, or 'supervisor'.")],
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing what comes.")] = False,
    json: Json = False,
) -> None:
    """The last lines of a service's log."""
    with reported_errors(json):
        home = load_settings().home
    path = control.log_path(home, name)
    known = sorted(log.stem for log in path.parent.glob("*.log"))
    if name not in known:
        fail(f"There is no log of {name}.", f"There are: {', '.join(known) or 'none yet'}.", as_json=json)
    content = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if json:
        print_json({"name": name, "path": path, "lines": content[-lines:]})
        return
    for line in content[-lines:]:
        out.print(uncoloured(line), markup=False, highlight=False, soft_wrap=True)
    if follow:
        _follow(path)


def migrate(json: Json = False) -> None:
    """Bring the database to this version's schema, as 'aibox up' does by itself, and build indexes that are missing."""
    from aibox_assets.stores.database import connect
    from aibox_assets.stores.database import migrate as migrate_database
    from aibox_assets.stores.vector_indexes import ensure_indexes

    with reported_errors(json):
        url = load_settings().require_database_url()
        migrate_database(url)
        built = len(ensure_indexes(connect(url)))
    if json:
        print_json({"migrated": True, "indexes_built": built})
    else:
        out.print("[green]The database is up to date.[/]")


def _follow(path: Path) -> None:
    with path.open(encoding="utf-8", errors="replace") as file:
        file.seek(0, 2)
        try:
            while True:
                if line := file.readline():
                    out.print(uncoloured(line.rstrip("\n")), markup=False, highlight=False, soft_wrap=True)
                else:
                    time.sleep(0.2)
        except KeyboardInterrupt:
            return
