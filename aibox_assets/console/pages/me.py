"""Me: who one is, one's language, password, keys and webhooks."""

from __future__ import annotations

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.pages.keys import show_keys
from aibox_assets.console.pages.webhooks import show_webhooks
from aibox_assets.console.shell import PATIENCE, enter, frame, heading, set_language, show_secret, told
from aibox_assets.console.texts import LANGUAGES
from aibox_assets.console.visit import Visit
from aibox_assets.services.api_keys import make_key
from aibox_assets.services.signing_in import change_own_password


@ui.page("/me", response_timeout=PATIENCE)
async def me_page(request: Request) -> Response | None:
    """The person's own account."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    with frame(visit, "/me", visit("Me")):
        heading(f"{visit.caller.account} · {visit(visit.caller.role)}")
        ui.select(
            LANGUAGES,
            value=visit.language,
            label=visit("Language"),
            on_change=lambda event: set_language(event.value),
        ).props("dense outlined").classes("console-field self-start")
        _password(visit)
        await _keys(visit)
        await show_webhooks(visit)
    return None


def _password(visit: Visit) -> None:
    heading(visit("Password"), 2)
    with ui.row().classes("items-center"):
        old = ui.input(visit("Old password"), password=True)
        old.props("dense outlined autocomplete=current-password")
        new = ui.input(visit("New password"), password=True)
        new.props("dense outlined autocomplete=new-password")

        async def change() -> None:
            with told(visit):
                name = visit.caller.account
                await visit.ask(change_own_password, visit.platform, name, old.value, new.value)
                visit.platform.accounts.record(name, "password.change", name)
                ui.navigate.to("/login")

        ui.button(visit("Change"), on_click=change).props("no-caps color=secondary")


async def _keys(visit: Visit) -> None:
    name = visit.caller.account
    heading(visit("Keys"), 2)
    ui.label(visit("A key lets a program do what you may do.")).classes("console-quiet")
    with ui.row().classes("items-center"):
        label = ui.input(visit("For which program")).props("dense outlined maxlength=100")

        async def add() -> None:
            with told(visit):
                secret, key = await visit.ask(
                    make_key, visit.platform, name, label.value or visit("a program")
                )
                visit.platform.accounts.record(name, "key.add", key.id)
                show_secret(visit, visit("The key is shown this once:"), secret)
                label.value = ""
                await look()

        ui.button(visit("Make a key"), on_click=add).props("no-caps color=secondary")
    look = await show_keys(visit, name)
