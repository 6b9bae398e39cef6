"""Users and keys, for admins."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.shell import confirm, empty, enter, frame
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.accounts import make_account
from aibox_assets.stores.accounts import Account, ApiKey, Role


@ui.page("/people")
async def people_page(request: Request) -> Response | None:
    """All accounts, all keys."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    with frame(visit, "/people", visit("Users and keys")):
        if visit.caller.role is not Role.ADMIN:
            empty(visit, visit("This page is for admins."), visit("Ask one of them."))
            return None
        ui.label(visit("Users")).classes("text-lg").props('role="heading" aria-level="1"')
        users = ui.element("div").classes("w-full")
        with ui.row().classes("items-center"):
            name = ui.input(visit("Name")).props("dense outlined maxlength=100")
            password = ui.input(visit("Password"), password=True).props(
                "dense outlined autocomplete=new-password"
            )
            roles = {role: visit(role) for role in Role}
            role = ui.select(roles, value=Role.EDITOR, label=visit("Role")).props("dense outlined")

            async def add() -> None:
                try:
                    await visit.ask(make_account, visit.platform, name.value, role.value, password.value)
                except AIBoxError as error:
                    ui.notify(str(error), type="negative")
                    return
                visit.platform.accounts.record(visit.caller.account, "user.add", name.value)
                name.value = password.value = ""
                await look()

            ui.button(visit("Add"), on_click=add).props("no-caps")
        ui.label(visit("Keys")).classes("text-lg q-mt-lg").props('role="heading" aria-level="2"')
        keys = ui.element("div").classes("w-full")

    async def look() -> None:
        found = await visit.ask(visit.platform.accounts.select)
        known = await visit.ask(visit.platform.accounts.keys)
        users.clear()
        with users:
            for account in found:
                _user(visit, account, look)
        keys.clear()
        with keys:
            if not known:
                ui.label(visit("No keys yet. A person makes its own on the page Me.")).classes(
                    "console-quiet"
                )
            for key in known:
                key_row(visit, key, look)

    await look()
    return None


def _user(visit: Visit, account: Account, look: Any) -> None:
    with ui.row().classes("items-center console-row"):
        ui.label(account.name).classes("font-medium")
        ui.label(visit(account.role))
        if account.password_hash is None:
            ui.label(visit("owns files, cannot sign in")).classes("console-quiet")
        if account.disabled_at is not None:
            ui.label(visit("disabled")).classes("console-quiet")
        if account.name == visit.caller.account or account.password_hash is None:
            return

        async def toggle() -> None:
            disabled = account.disabled_at is None
            if disabled and not await confirm(
                visit, visit("Disable {name}?", name=account.name), dangerous=True
            ):
                return
            await visit.ask(visit.platform.accounts.change, account.name, disabled=disabled)
            visit.platform.accounts.record(visit.caller.account, "user.change", account.name)
            await look()

        label = visit("Disable") if account.disabled_at is None else visit("Enable")
        ui.button(label, on_click=toggle).props("flat dense no-caps")


def key_row(visit: Visit, key: ApiKey, look: Any) -> None:
    """A key with what it may do, and its end."""
    with ui.row().classes("items-center console-row"):
        ui.label(key.name).classes("font-medium")
        ui.label(f"{key.account} · {visit(key.role)} · {', '.join(key.scopes)}").classes("console-quiet")
        ui.label(visit("used {moment}", moment=visit.moment(key.used_at))).classes("console-quiet")
        if key.revoked_at is not None:
            ui.label(visit("revoked")).classes("console-quiet")
            return

        async def revoke() -> None:
            if await confirm(visit, visit("Revoke {name}?", name=key.name), dangerous=True):
                own = None if visit.caller.role is Role.ADMIN else visit.caller.account
                await visit.ask(visit.platform.accounts.revoke_key, key.id, own)
                await look()

        ui.button(visit("Revoke"), on_click=revoke).props("flat dense no-caps")
