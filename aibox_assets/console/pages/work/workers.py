"""The workers, what each is at, and for admins their drain."""

from __future__ import annotations

import socket
from pathlib import Path

from aibox_assets.console.live import follow
from aibox_assets.console.pages.health import running_services
from aibox_assets.console.shell import empty, told
from aibox_assets.console.tables import Column, Row, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.execution.leases import Lease
from aibox_assets.execution.seen_workers import WorkerView, glance_at_workers
from aibox_assets.services.steering import Actor, hold_worker, resume_worker
from aibox_assets.stores.accounts import Role


async def show_workers(visit: Visit) -> None:
    """Every worker that says that it lives. The files that the person does not see have no name here."""
    steers = visit.caller.may(Role.ADMIN, "work")

    async def read() -> list[Row]:
        platform = visit.platform
        views = await visit.ask(glance_at_workers, platform.settings.require_redis_url())
        ids = sorted({lease.file_id for view in views for lease in view.at if lease.file_id})
        seen = await visit.ask(platform.listing.which_visible, ids, visit.viewer) if ids else set()
        names = await visit.ask(platform.files.get, sorted(seen)) if seen else {}
        paths = {id_: record.display_path for id_, record in names.items()}
        services = await visit.ask(running_services, Path(platform.settings.home))
        memory = {each.name: each.memory for each in services if each.memory}
        return [_row(visit, view, paths, memory) for view in views]

    async def act(name: str, action: str) -> None:
        verb = hold_worker if action == "drain" else resume_worker
        with told(visit):
            await visit.ask(verb, visit.platform, name, Actor(visit.caller.account))
            table.update_rows(await read())

    rows = await read()
    if not rows:
        empty(visit("No worker says that it lives."), visit("'aibox up' starts them."))
        return
    columns = [
        Column("name", visit("Name")),
        Column("queues", visit("Queues")),
        Column("state", visit("State"), kind="word"),
        Column("hand", visit("In hand")),
        Column("seconds", visit("Since"), "right"),
        Column("slots", visit("At once"), "right"),
        Column("memory", visit("Memory"), "right"),
        Column("up", visit("Up"), "right"),
    ]
    if steers:
        columns.append(Column("actions", visit("Actions"), kind="actions"))
    table = show_table(visit, visit("Workers"), columns, rows, on_action=act)

    async def look() -> None:
        table.update_rows(await read())

    follow(visit, look, anyway=2)


def _row(visit: Visit, view: WorkerView, paths: dict[str, str], memory: dict[str, int]) -> Row:
    state = visit("held by {name}", name=view.held_by) if view.held_by else visit(view.state)
    action = ("resume", "Resume") if view.held_by else ("drain", "Drain")
    return {
        "id": view.name,
        "name": view.name,
        "queues": ", ".join(view.queues),
        "state": state,
        "hand": "; ".join(_in_hand(lease, paths) for lease in view.at) or "–",
        "seconds": visit.duration(view.seconds),
        "slots": visit.number(view.children),
        "memory": _memory(visit, view, memory),
        "up": visit.duration(view.up),
        "actions": [{"name": action[0], "label": visit(action[1])}],
    }


def _in_hand(lease: Lease, paths: dict[str, str]) -> str:
    if lease.file_id is None:
        return " ".join(part for part in (lease.step_key, lease.part) if part)
    if lease.file_id not in paths:
        return lease.step_key
    return " ".join(part for part in (lease.step_key, paths[lease.file_id], lease.part) if part)


def _memory(visit: Visit, view: WorkerView, memory: dict[str, int]) -> str:
    """Of a worker of this host's home; a dash for any other."""
    name, _, host = view.name.partition("@")
    found = memory.get(f"worker-{name}") if host == socket.gethostname() else None
    return "–" if found is None else visit.bytes(found)
