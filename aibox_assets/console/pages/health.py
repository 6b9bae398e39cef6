"""Health, for admins: what doctor finds, and what to do about it."""

from __future__ import annotations

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.shell import empty, enter, frame
from aibox_assets.local.doctor.examine import examine
from aibox_assets.stores.accounts import Role


@ui.page("/health")
async def health_page(request: Request) -> Response | None:
    """The checks, made now."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    with frame(visit, "/health", visit("Health")):
        if visit.caller.role is not Role.ADMIN:
            empty(visit, visit("This page is for admins."), visit("Ask one of them."))
            return None
        place = ui.element("div").classes("w-full")

    async def look() -> None:
        place.clear()
        with place:
            ui.spinner(size="lg")
        found = await visit.ask(examine, load_models=False)
        place.clear()
        with place:
            well = visit("No problem was found.") if found.well else visit("Something must be mended.")
            ui.label(well).classes("text-lg")
            for finding in found.findings:
                with ui.element("article").classes(f"console-finding console-{finding.state}"):
                    ui.icon({"ok": "check_circle", "warning": "warning"}.get(finding.state, "error"))
                    ui.label(finding.check).classes("font-medium")
                    ui.label(finding.said)
                    if finding.remedy:
                        ui.label(finding.remedy).classes("console-remedy")

    ui.timer(0, look, once=True)  # the checks take seconds, and the page does not wait for them
    ui.button(visit("Look again"), on_click=look).props("flat no-caps")
    return None
