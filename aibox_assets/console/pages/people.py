"""Users and keys, for admins."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.pages.keys import show_keys
from aibox_assets.console.shell import PATIENCE, confirm, dialog_about, empty, enter, frame, heading, told
from aibox_assets.console.tables import Column, Row, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.services.accounts import change_account, make_account
from aibox_assets.stores.accounts import Account, Role


@ui.page("/people", response_timeout=PATIENCE)
async def people_page(request: Request) -> Response | None:
    """All accounts, all keys."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    with frame(visit, "/people", visit("Users and keys")):
        heading(visit("Users and keys"))
        if visit.caller.role is not Role.ADMIN:
            empty(visit("This page is for admins."), visit("Ask one of them."))
            return None
        await _users(visit)
        heading(visit("Keys"), 2)
        await show_keys(visit, none=visit("No keys yet. A person makes its own on the page Me."))
    return None


async def _users(visit: Visit) -> None:
    heading(visit("Users"), 2)
    found: dict[str, Account] = {}

    async def read() -> list[Row]:
        accounts = await visit.ask(visit.platform.accounts.select)
        found.clear()
        found.update({account.name: account for account in accounts})
        return [_row(visit, account) for account in accounts]

    async def act(name: str, action: str) -> None:
        with told(visit):
            if action == "password":
                await _new_password(visit, name)
            elif action == "role":
                await _new_role(visit, found[name])
            else:
                disabled = action == "disable"
                question = visit("Disable {name}?", name=name)
                if disabled and not await confirm(visit, question, dangerous=True):
                    return
                await _change(visit, name, disabled=disabled)
            table.update_rows(await read())

    columns = (
        Column("name", visit("Name")),
        Column("role", visit("Role"), kind="word"),
        Column("state", visit("State"), kind="word"),
        Column("since", visit("Since"), kind="time"),
        Column("actions", visit("Actions"), kind="actions"),
    )
    table = show_table(visit, visit("Users"), columns, await read(), on_action=act)
    with ui.row().classes("items-center"):
        name = ui.input(visit("Name")).props("dense outlined maxlength=100")
        password = ui.input(visit("Password"), password=True)
        password.props("dense outlined autocomplete=new-password")
        roles = {role: visit(role) for role in Role}
        role = ui.select(roles, value=Role.EDITOR, label=visit("Role")).props("dense outlined")

        async def add() -> None:
            with told(visit):
                await visit.ask(make_account, visit.platform, name.value, role.value, password.value)
                visit.platform.accounts.record(visit.caller.account, "user.add", name.value)
                name.value = password.value = ""
                table.update_rows(await read())

        ui.button(visit("Add"), on_click=add).props("no-caps color=secondary").bind_enabled_from(
            name, "value", bool
        )


async def _change(visit: Visit, name: str, **values: Any) -> None:
    await visit.ask(change_account, visit.platform, name, **values)
    changed = {"changed": sorted(values)}
    visit.platform.accounts.record(visit.caller.account, "user.change", name, data=changed)


async def _new_password(visit: Visit, name: str) -> None:
    title = visit("A new password for {name}", name=name)
    with dialog_about(title) as dialog, ui.card():
        ui.label(title)
        box = ui.input(visit("New password"), password=True)
        box.props("dense outlined autofocus autocomplete=new-password")
        with ui.row().classes("w-full justify-end"):
            ui.button(visit("Cancel"), on_click=lambda: dialog.submit(None)).props("flat no-caps")
            ui.button(visit("Change"), on_click=lambda: dialog.submit(box.value)).props(
                "no-caps color=secondary"
            )
    given = await dialog
    if given:
        await _change(visit, name, password=given)


async def _new_role(visit: Visit, account: Account) -> None:
    title = visit("The role of {name}", name=account.name)
    with dialog_about(title) as dialog, ui.card():
        ui.label(title)
        role = ui.radio({each: visit(each) for each in Role}, value=account.role)
        with ui.row().classes("w-full justify-end"):
            ui.button(visit("Cancel"), on_click=lambda: dialog.submit(None)).props("flat no-caps")
            ui.button(visit("Change"), on_click=lambda: dialog.submit(role.value)).props(
                "no-caps color=secondary"
            )
    given = await dialog
    if given and given != account.role:
        await _change(visit, account.name, role=given)


def _row(visit: Visit, account: Account) -> Row:
    states = [visit("disabled")] if account.disabled_at is not None else []
    states += [visit("owns files, cannot sign in")] if account.password_hash is None else []
    actions: list[tuple[str, str]] = []
    if account.name != visit.caller.account and account.password_hash is not None:
        toggle = ("disable", "Disable") if account.disabled_at is None else ("enable", "Enable")
        actions = [("role", "Role"), ("password", "Password"), toggle]
    return {
        "id": account.name,
        "name": account.name,
        "role": visit(account.role),
        "state": ", ".join(states) or visit("active"),
        "since": visit.moment(account.created_at),
        "actions": [{"name": name, "label": visit(label)} for name, label in actions],
    }
