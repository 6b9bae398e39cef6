"""What stands where there is no page, and where one could not be made."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from nicegui import Client, app, ui
from nicegui.page import page

from aibox_assets.api.problems import ProblemError, methods_at, problem_of
from aibox_assets.console.messages import retell
from aibox_assets.console.shell import STYLE, empty, enter, frame
from aibox_assets.console.texts import translate
from aibox_assets.console.visit import language_of
from aibox_assets.domain.errors import AIBoxError

_log = logging.getLogger(__name__)


def answer_otherwise(api: FastAPI) -> None:
    """Take the place of the library's own pages, which are English and lead nowhere.

    :param api: on which the console stands behind all other routes, so that it gets their unknown methods, too.
    """
    theirs = app.exception_handlers[404]

    async def unlike(request: Request, error: Exception) -> Response:
        """A page that is asked for by another method than GET."""
        problem = ProblemError(
            405,
            "method_not_allowed",
            f"This takes GET, not {request.method}.",
            "See /docs.",
            {"Allow": "GET"},
        )
        return problem_of(request, problem)

    async def missing(request: Request, error: Exception) -> Response:
        if methods := methods_at(api, request.url.path):
            allowed = ", ".join(methods)
            problem = ProblemError(
                405,
                "method_not_allowed",
                f"This takes {allowed}, not {request.method}.",
                "See /docs.",
                {"Allow": allowed},
            )
            return problem_of(request, problem)
        if request.url.path.startswith("/_nicegui"):
            return await theirs(request, error)  # type: ignore[no-any-return, misc]
        if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
            return problem_of(
                request, ProblemError(404, "not_found", "There is no such route.", "See /docs.")
            )
        visit = await enter(request)
        if isinstance(visit, Response):
            return visit
        with Client(page(""), request=request) as client, frame(visit, "", visit("There is no such page.")):
            empty(visit("There is no such page."), visit("The address may be mistyped."))
            with ui.row().classes("w-full justify-center"):
                ui.link(visit("Show all files"), "/")
        return client.build_response(request, 404)

    app.exception_handlers[404] = missing
    app.exception_handlers[405] = unlike
    app.on_page_exception(_tell)


def _tell(error: Exception) -> None:
    """Why a page could not be made; who looks may not be known, so it has no menu."""
    request = ui.context.client.request
    language = language_of(request) if request else "en"
    if isinstance(error, AIBoxError):
        said, remedy = retell(language, error.reason), retell(language, error.remedy)
    else:
        _log.error("A page could not be made", exc_info=error)
        said, remedy = translate(language, "This page could not be shown."), ""
    ui.add_css(STYLE)
    with ui.column().classes("console-main console-empty").props('role="alert"'):
        ui.label(said).classes("text-lg")
        ui.label(remedy or translate(language, "Why is in the log of the API."))
        ui.button(translate(language, "Try again"), on_click=ui.navigate.reload).props(
            "no-caps color=secondary"
        )
