"""Keys of programs: a person's own on the page Me, everybody's for admins, each with its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from nicegui import ui

from aibox_assets.console.shell import confirm, told
from aibox_assets.console.tables import Column, Row, TablePlace, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.stores.accounts import ApiKey, Role


async def show_keys(
    visit: Visit, account: str | None = None, none: str = ""
) -> Callable[[], Awaitable[None]]:
    """A table of them; what is returned reads them again.

    :param account: whose; None for everybody's. :param none: what is said where there are none.
    """
    names: dict[str, str] = {}

    async def act(key_id: str, _: str) -> None:
        question = visit("Revoke {name}?", name=names[key_id])
        if await confirm(visit, question, dangerous=True):
            own = None if visit.caller.role is Role.ADMIN else visit.caller.account
            with told(visit):
                await visit.ask(visit.platform.accounts.revoke_key, key_id, own)
            await look()

    def say_none() -> None:
        if none:
            ui.label(none).classes("console-quiet")

    columns = _columns(visit, everybody=account is None)
    place = TablePlace(lambda rows: show_table(visit, visit("Keys"), columns, rows, on_action=act), say_none)

    async def look() -> None:
        keys = await visit.ask(visit.platform.accounts.keys, account)
        names.update({key.id: key.name for key in keys})
        place.show([_row(visit, key) for key in keys])

    await look()
    return look


def _columns(visit: Visit, *, everybody: bool) -> list[Column]:
    return [
        Column("name", visit("Name")),
        *([Column("owner", visit("Owner"), kind="word")] if everybody else []),
        Column("role", visit("Role"), kind="word"),
        Column("scopes", visit("May use")),
        Column("since", visit("Since"), kind="time"),
        Column("used", visit("Last used"), kind="time"),
        Column("ends", visit("Ends"), kind="time"),
        Column("state", visit("State"), kind="word"),
        Column("actions", visit("Actions"), kind="actions"),
    ]


def _row(visit: Visit, key: ApiKey) -> Row:
    state = state_of(key, datetime.now(UTC))
    return {
        "id": key.id,
        "name": key.name,
        "owner": key.account,
        "role": visit(key.role),
        "scopes": visit("everything") if "*" in key.scopes else ", ".join(key.scopes),
        "since": visit.moment(key.created_at),
        "used": visit.moment(key.used_at) if key.used_at else visit("never"),
        "ends": visit.moment(key.expires_at) if key.expires_at else visit("never"),
        "state": visit(state),
        "actions": [] if state == "revoked" else [{"name": "revoke", "label": visit("Revoke")}],
    }


def state_of(key: ApiKey, now: datetime) -> str:
    """``active``, ``expired`` or ``revoked``."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "active"
