"""``aibox clean`` and ``aibox check``: what the schedules do by night, when a person wants it."""

from __future__ import annotations

from typing import Annotated

import typer

from aibox_assets.cli import remote
from aibox_assets.cli.console import Json, clean, counted, out, print_json, print_table, reported_errors
from aibox_assets.local.home import Home
from aibox_assets.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command("clean")(remove_old)
    app.command()(check)


def remove_old(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing: say what would go.")] = False,
    json: Json = False,
) -> None:
    """Remove what is kept for a while only: history, caches, runs, logs, broken uploads."""
    from aibox_assets.automation.retention import clean as apply_rules
    from aibox_assets.local.instance import open_instance

    with reported_errors(json):
        platform = remote.here()
        platform.settings.require_database_url()
        with open_instance(Home(platform.settings.home), platform.settings) as instance:
            swept = apply_rules(platform, instance, dry_run=dry_run)
    if json:
        print_json({"dry_run": dry_run, "swept": swept})
        return
    rows = [
        (each.name, each.count, "—" if each.days is None else counted(each.days, "day")) for each in swept
    ]
    print_table("Would go" if dry_run else "Removed", ("what", "count", "kept for"), rows, "")


def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove what is left over, and make again what is missing.")
    ] = False,
    json: Json = False,
) -> None:
    """Compare database, vectors, graph and tables; ends with 1 where they differ and nothing was mended."""
    from aibox_assets.assets.io_manager import ParquetIOManager
    from aibox_assets.automation import checking
    from aibox_assets.local.instance import open_instance

    with reported_errors(json):
        platform = remote.here()
        platform.settings.require_database_url()
        tables = ParquetIOManager(platform.settings.storage_url)
        with open_instance(Home(load_settings().home), platform.settings) as instance:
            faults = checking.find_faults(platform, tables, instance)
            if repair:
                checking.repair(platform, tables, instance, faults)
    if json:
        print_json({"faults": faults, "repaired": repair})
    else:
        rows = [
            (
                each.store,
                clean(each.file_id),
                each.said,
                "removed" if each.asset is None else f"{each.asset} again",
            )
            for each in faults
        ]
        columns = ("store", "file", "what", "mended" if repair else "with --repair")
        print_table("Faults", columns, rows, "[green]All stores agree.[/]")
        if repair and faults:
            out.print("What is made again is queued, behind what people wait for.")
    if faults and not repair:
        raise typer.Exit(1)
