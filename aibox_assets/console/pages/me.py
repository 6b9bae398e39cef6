"""Me: who one is, one's password and keys."""

from __future__ import annotations

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.pages.people import key_row
from aibox_assets.console.shell import enter, frame
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.accounts import change_own_password, make_key


@ui.page("/me")
async def me_page(request: Request) -> Response | None:
    """The person's own account."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    name = visit.caller.account
    with frame(visit, "/me", visit("Me")):
        ui.label(f"{name} · {visit(visit.caller.role)}").classes("text-lg").props(
            'role="heading" aria-level="1"'
        )
        with ui.row().classes("items-center"):
            old = ui.input(visit("Old password"), password=True).props(
                "dense outlined autocomplete=current-password"
            )
            new = ui.input(visit("New password"), password=True).props(
                "dense outlined autocomplete=new-password"
            )

            async def change() -> None:
                try:
                    await visit.ask(change_own_password, visit.platform, name, old.value, new.value)
                except AIBoxError as error:
                    ui.notify(str(error), type="negative")
                    return
                ui.navigate.to("/login")

            ui.button(visit("Change"), on_click=change).props("no-caps")
        ui.label(visit("Keys")).classes("text-lg q-mt-lg").props('role="heading" aria-level="2"')
        with ui.row().classes("items-center"):
            label = ui.input(visit("For which program")).props("dense outlined maxlength=100")

            async def add() -> None:
                secret, _ = await visit.ask(make_key, visit.platform, name, label.value or visit("a program"))
                with ui.dialog(value=True), ui.card():
                    ui.label(visit("The key is shown this once:"))
                    ui.code(secret, language="text")
                await look()

            ui.button(visit("Make a key"), on_click=add).props("no-caps")
        keys = ui.element("div").classes("w-full")

    async def look() -> None:
        found = await visit.ask(visit.platform.accounts.keys, name)
        keys.clear()
        with keys:
            for key in found:
                key_row(visit, key, look)

    await look()
    return None
