"""Work: queues, their jobs and their week, workers, what failed, and folders that wait for a person."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.pages.work.failed import show_failed
from aibox_assets.console.pages.work.folders import show_folders
from aibox_assets.console.pages.work.history import show_history
from aibox_assets.console.pages.work.jobs import show_jobs
from aibox_assets.console.pages.work.queues import show_queues
from aibox_assets.console.pages.work.workers import show_workers
from aibox_assets.console.shell import PATIENCE, choices, enter, frame, heading, show_error
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.stores.accounts import Role

VIEWS: Final = {
    "queues": ("Queues", Role.READER),
    "jobs": ("Jobs", Role.READER),
    "workers": ("Workers", Role.READER),
    "failed": ("Failed", Role.READER),
    "week": ("The last week", Role.ADMIN),
    "folders": ("Folders", Role.ADMIN),
}
"""The name and what a person needs to see it, by the word in the address."""


@ui.page("/work", response_timeout=PATIENCE)
async def work_page(
    request: Request,
    view: str = "queues",
    queue: str = "",
    status: str = "",
    name: str = "",
    problem: str = "",
) -> Response | None:
    """One of the views."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    may = {word for word, (_, role) in VIEWS.items() if visit.caller.role.covers(role)}
    view = view if view in may else "queues"
    with frame(visit, "/work", visit("Work")):
        heading(visit("Work"))
        choices(
            visit("Work"),
            [
                (visit(title), f"/work?{urlencode({'view': word})}", word == view)
                for word, (title, _) in VIEWS.items()
                if word in may
            ],
        )
        try:
            match view:
                case "jobs":
                    await show_jobs(visit, queue, status)
                case "workers":
                    await show_workers(visit)
                case "failed":
                    await show_failed(visit, name, problem)
                case "week":
                    await show_history(visit)
                case "folders":
                    await show_folders(visit)
                case _:
                    await show_queues(visit)
        except AIBoxError as error:
            show_error(visit, error)
    return None
