"""A person's webhooks, on the page Me: where a program of theirs is told what became of their files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from aibox_assets.console.shell import confirm, dialog_about, heading, show_secret, told
from aibox_assets.console.tables import Column, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.services.webhooks import add_webhook, send_test
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.webhooks import EVENTS, Webhook, WebhookStore

DELIVERIES: Final = 50


async def show_webhooks(visit: Visit) -> None:
    """All of them; an editor can add, try, stop and remove them. Who can have none sees nothing of them."""
    may = visit.caller.may(Role.EDITOR, "webhooks")
    if not may and not await visit.ask(WebhookStore(visit.platform.engine).select, visit.caller.account):
        return
    heading(visit("Webhooks"), 2)
    ui.label(visit("An address of yours that is told what becomes of your files.")).classes("console-quiet")
    if may:
        _add(visit, lambda: look())
    place = ui.element("div").classes("w-full")

    async def look() -> None:
        found = await visit.ask(WebhookStore(visit.platform.engine).select, visit.caller.account)
        place.clear()
        with place:
            for webhook in found:
                _show(visit, webhook, look, may=may)

    await look()


def _add(visit: Visit, look: Callable[[], Awaitable[None]]) -> None:
    with ui.row().classes("items-center"):
        url = (
            ui.input(visit("Address, https://…"))
            .props("dense outlined maxlength=2000 type=url")
            .classes("grow")
        )
        names = {name: visit(name) for name in EVENTS}
        events = ui.select(names, value=list(EVENTS), multiple=True, label=visit("Events"))
        events.props("dense outlined use-chips").classes("min-w-48 grow")

        async def add() -> None:
            with told(visit):
                account, platform = visit.caller.account, visit.platform
                made = await visit.ask(add_webhook, platform, account, str(url.value or ""), events.value)
                platform.accounts.record(account, "webhook.add", made.id)
                show_secret(
                    visit, visit("The secret that signs what is sent is shown this once:"), made.secret
                )
                url.value = ""
                await look()

        ui.button(visit("Add"), on_click=add).props("no-caps color=secondary").bind_enabled_from(
            url, "value", bool
        )


def _show(visit: Visit, webhook: Webhook, look: Callable[[], Awaitable[None]], *, may: bool) -> None:
    store, account = WebhookStore(visit.platform.engine), visit.caller.account
    with ui.row().classes("items-center console-row"):
        ui.label(webhook.url).classes("font-medium console-text")
        ui.label(", ".join(visit(name) for name in webhook.events)).classes("console-quiet")
        if webhook.stopped_at is not None:
            ui.label(visit("stopped since {moment}", moment=visit.moment(webhook.stopped_at)))

        async def deliveries() -> None:
            with told(visit):
                await _deliveries(visit, webhook)

        ui.button(visit("Deliveries"), on_click=deliveries).props("flat dense no-caps")
        if not may:
            return

        async def test() -> None:
            with told(visit):
                status = await visit.ask(send_test, visit.platform, webhook)
                ui.notify(visit("It answered {status}.", status=status))

        async def toggle() -> None:
            values = (
                {"stopped_at": None, "given_up": 0} if webhook.stopped_at else {"stopped_at": visit.now()}
            )
            with told(visit):
                await visit.ask(store.change, webhook.id, account, **values)
                visit.platform.accounts.record(account, "webhook.change", webhook.id)
                await look()

        async def remove() -> None:
            if await confirm(visit, visit("Remove {name}?", name=webhook.url), dangerous=True):
                with told(visit):
                    await visit.ask(store.remove, webhook.id, account)
                    visit.platform.accounts.record(account, "webhook.remove", webhook.id)
                    await look()

        toggled = visit("Let it go on") if webhook.stopped_at else visit("Stop")
        for name, action in ((visit("Test"), test), (toggled, toggle), (visit("Remove"), remove)):
            ui.button(name, on_click=action).props("flat dense no-caps")


async def _deliveries(visit: Visit, webhook: Webhook) -> None:
    found = await visit.ask(WebhookStore(visit.platform.engine).deliveries, webhook.id, DELIVERIES)
    columns = (
        Column("at", visit("When"), kind="time"),
        Column("event", visit("What"), kind="word"),
        Column("state", visit("State"), kind="word"),
        Column("attempts", visit("Attempts"), "right"),
        Column("answer", visit("Answer")),
    )
    rows = [
        {
            "id": each.id,
            "at": visit.moment(each.created_at),
            "event": visit(each.event) if each.event in EVENTS else each.event,
            "state": visit(each.state),
            "attempts": visit.number(each.attempts),
            "answer": visit.said(each.error) or (str(each.status) if each.status else "–"),
        }
        for each in found
    ]
    with dialog_about(visit("Deliveries"), shown=True) as dialog, ui.card().classes("console-dialog"):
        heading(visit("Deliveries"), 2)
        if rows:
            show_table(visit, visit("Deliveries"), columns, rows)
        else:
            ui.label(visit("Nothing was delivered yet."))
        ui.button(visit("Close"), on_click=dialog.close).props("flat no-caps autofocus")
