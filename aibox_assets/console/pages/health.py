"""Health, for admins: what doctor finds and what to do about it; processes, disks, models and the last backup."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request, Response
from nicegui import ui

from aibox_assets import __version__
from aibox_assets.console.shell import PATIENCE, empty, enter, frame, heading, show_error, told
from aibox_assets.console.tables import Column, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.local.backup.last import last_backup
from aibox_assets.local.disks import look_at_disks
from aibox_assets.local.doctor.examine import Examination, examine
from aibox_assets.local.home import Home
from aibox_assets.local.state import ServiceStatus, describe, read_state
from aibox_assets.local.supervisor import STATE_FILE
from aibox_assets.stores.accounts import Role

_ICONS = {"ok": "check_circle", "warning": "warning"}
_ORDER = {"warning": 1, "ok": 2}


@ui.page("/health", response_timeout=PATIENCE)
async def health_page(request: Request) -> Response | None:
    """The checks, made now."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    with frame(visit, "/health", visit("Health")):
        heading(visit("Health"))
        if visit.caller.role is not Role.ADMIN:
            empty(visit("This page is for admins."), visit("Ask one of them."))
            return None
        checks = ui.element("div").classes("w-full console-checks").props('aria-live="polite"')
        again = ui.button(visit("Look again"), icon="refresh").props("flat no-caps")
        await _installation(visit)

    async def look() -> None:
        again.disable()
        checks.clear()
        with checks, ui.row().classes("items-center"):
            ui.spinner(size="lg")
            ui.label(visit("The checks take some seconds."))
        try:
            with told(visit):
                found = await visit.ask(examine, load_models=False)
                checks.clear()
                with checks:
                    ui.label(_in_short(visit, found)).classes("text-lg")
                    # What must be mended first; the rest in the order in which it is examined.
                    for finding in sorted(found.findings, key=lambda each: _ORDER.get(each.state, 0)):
                        with ui.element("article").classes("console-finding"):
                            icon = ui.icon(_ICONS.get(finding.state, "error")).classes(
                                f"console-{finding.state}"
                            )
                            icon.props["aria-label"] = visit(finding.state)
                            ui.label(visit.said(finding.check)).classes("font-medium")
                            ui.label(visit.said(finding.said)).classes("console-text")
                            if finding.remedy:
                                ui.label(visit.said(finding.remedy)).classes("console-remedy console-text")
        finally:
            again.enable()

    again.on_click(look)
    ui.timer(0, look, once=True)  # the checks take seconds, and the page does not wait for them
    return None


def _in_short(visit: Visit, found: Examination) -> str:
    if not found.well:
        return visit("Something must be mended.")
    warned = any(finding.state != "ok" for finding in found.findings)
    return visit("It works; look at the warnings.") if warned else visit("No problem was found.")


async def _installation(visit: Visit) -> None:
    """What it is made of."""
    home = Path(visit.platform.settings.home)
    heading(visit("Versions and models"), 2)
    try:
        space = await visit.ask(lambda: visit.platform.active_space)
        names = await visit.ask(lambda: visit.platform.models.names)
    except AIBoxError as error:
        show_error(visit, error)
    else:
        model = space.spec.name if space else "–"
        facts = (
            (visit("Version"), __version__),
            (visit("Embedding model of the searches"), model),
            (visit("Extractor"), names.extractor or "offline"),
            (visit("Home"), str(home)),
        )
        with ui.element("dl").classes("console-facts"):
            for name, value in (*facts, (visit("Last backup"), _last_backup(visit, home))):
                with ui.element("dt"):
                    ui.label(name)
                with ui.element("dd"):
                    ui.label(value).classes("console-text")
    await _disks(visit, home)
    await _processes(visit, home)


def _last_backup(visit: Visit, home: Path) -> str:
    found = last_backup(home)
    if found is None:
        return visit("Never. 'aibox backup FOLDER' makes one.")
    return f"{visit.moment(found.at)} · {visit.bytes(found.size)} · {found.path}"


async def _disks(visit: Visit, home: Path) -> None:
    heading(visit("Disks"), 2)
    columns = (
        Column("name", visit("Disk")),
        Column("state", visit("State")),
        Column("free", visit("Free"), "right"),
        Column("path", visit("Place")),
        Column("reason", visit("Reason")),
    )
    rows = [
        {
            "id": disk.name,
            "name": disk.name,
            "state": visit(disk.state),
            "free": "–" if disk.free is None else visit.bytes(disk.free),
            "path": disk.path,
            "reason": visit.said(disk.reason) or "–",
        }
        for disk in await visit.ask(look_at_disks, home)
    ]
    show_table(visit, visit("Disks"), columns, rows)


async def _processes(visit: Visit, home: Path) -> None:
    services = await visit.ask(running_services, home)
    if not services:
        return
    heading(visit("Processes"), 2)
    columns = (
        Column("name", visit("Name")),
        Column("state", visit("State")),
        Column("up", visit("Up"), "right"),
        Column("restarts", visit("Restarts"), "right"),
        Column("memory", visit("Memory"), "right"),
        Column("address", visit("Address")),
    )
    rows = [
        {
            "id": each.name,
            "name": each.name,
            "state": visit(each.state),
            "up": visit.duration(each.uptime) if each.uptime else "–",
            "restarts": visit.number(each.restarts),
            "memory": visit.bytes(each.memory) if each.memory else "–",
            "address": each.address or "–",
        }
        for each in services
    ]
    show_table(visit, visit("Processes"), columns, rows)


def running_services(home: Path) -> list[ServiceStatus]:
    """The processes of this host's home; none where the parts are run by something else."""
    state = read_state(Home(home).run / STATE_FILE)
    if state is None:
        return []
    return [describe(service, supervised=state.alive) for service in state.services]
