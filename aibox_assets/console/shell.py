"""What every page has: the way to the others, search, language, theme and account; and what errors look like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from nicegui import ui

from aibox_assets.api.identity import LANGUAGE_COOKIE
from aibox_assets.console.messages import retell
from aibox_assets.console.texts import LANGUAGES, translate
from aibox_assets.console.visit import (
    THEME_COOKIE,
    ZONE_COOKIE,
    Visit,
    begin_visit,
    language_of,
)
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.stores.accounts import Role

LOGIN: Final = "/login"
PATIENCE: Final = 30.0
"""Seconds that a page may take while a store is slow; after them the person is told that it failed."""
PAUSE_MS: Final = 100
"""After the last key in a field before it is looked for what was typed."""
_LOCALES: Final[dict[str, Any]] = {"en": "en-US", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}
STYLE: Final = Path(__file__).with_name("console.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the menu.

    :ivar role: what a person needs to see it.
    """

    path: str
    name: str
    icon: str
    role: Role = Role.READER


PLACES: Final = (
    Place("/", "Files", "folder"),
    Place("/search", "Search", "search"),
    Place("/graph", "Graph", "share"),
    Place("/work", "Work", "engineering"),
    Place("/health", "Health", "monitor_heart", Role.ADMIN),
    Place("/people", "Users and keys", "group", Role.ADMIN),
    Place("/me", "Me", "person"),
)


async def enter(request: Request) -> Visit | Response:
    """The visit of a page, or the way to the login and back; while nobody can be recognised, why."""
    try:
        visit = await begin_visit(request)
    except AIBoxError as error:
        language = language_of(request)
        again = translate(language, "It is tried again by itself.")
        said = "".join(
            f"<p>{escape(text)}</p>"
            for text in (retell(language, error.reason), retell(language, error.remedy), again)
        )
        page = f"<!doctype html><html lang='{language}'><meta charset='utf-8'><title>AI-Box</title><main>{said}</main>"
        return HTMLResponse(page, 503, {"Refresh": "5", "Retry-After": "5"})
    if visit is not None:
        return visit
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{LOGIN}?next={quote(asked, safe='')}", status_code=303)


@contextmanager
def frame(visit: Visit, path: str, title: str) -> Iterator[None]:
    """The page around its own content."""
    ui.page_title(f"{title} · AI-Box assets")
    client = ui.context.client
    client.page = copy(client.page)  # the library's own texts, such as that of a lost connection, are by page
    client.page.language = _LOCALES[visit.language]
    ui.add_css(STYLE)
    ui.add_head_html(_ZONE_SCRIPT)
    ui.add_head_html(_KEYS_SCRIPT)
    ui.run_javascript(f"document.documentElement.lang = {visit.language!r}")
    dark = ui.dark_mode(visit.dark)
    with ui.header().classes("console-header"):
        ui.link(visit("To the content"), "#main").classes("console-skip")  # what Tab comes to first
        ui.link("AI-Box assets", "/").classes("console-brand")
        with ui.element("nav").props(f'aria-label="{visit("Pages")}"').classes("console-nav"):
            for place in PLACES:
                if visit.caller.role.covers(place.role):
                    _menu_entry(visit, place, current=place.path == path)
        ui.space()
        if path != "/search":  # which has a box of its own
            _search_box(visit)
        _menus(visit, dark)
    with ui.element("div").classes("console-main").props('id="main" tabindex="-1"'):
        yield


def _menu_entry(visit: Visit, place: Place, *, current: bool) -> None:
    with ui.link(target=place.path).classes("console-link" + (" current" if current else "")) as link:
        link.props["aria-label"] = visit(place.name)
        if current:
            link.props('aria-current="page"')
        ui.icon(place.icon).props('aria-hidden="true"')
        ui.label(visit(place.name)).classes("console-link-name")


def _search_box(visit: Visit) -> None:
    box = ui.input(placeholder=visit("Search (press /)")).props("dense outlined rounded clearable")
    box.props(f'type=search aria-label="{visit("Search")}" input-class="console-search"')
    box.classes("console-search-box")
    box.on("keydown.enter", lambda: ui.navigate.to(f"/search?q={quote(str(box.value or ''))}"))


def _menus(visit: Visit, dark: ui.dark_mode) -> None:
    with _icon_button("translate", visit("Language")), ui.menu():
        for language, name in LANGUAGES.items():
            ui.menu_item(name, lambda language=language: set_language(language)).props(f"lang={language}")
    toggle = _icon_button("contrast", visit("Light or dark"))

    async def turn() -> None:
        # Where nothing was chosen yet it is as the browser has it, which only the browser knows.
        was = dark.value if dark.value is not None else await ui.run_javascript("Quasar.Dark.isActive")
        dark.set_value(not was)
        ui.run_javascript(_REMEMBER.format(name=THEME_COOKIE, value="light" if was else "dark"))

    toggle.on_click(turn)
    _icon_button("logout", visit("Sign out")).on_click(lambda: ui.run_javascript(_SIGN_OUT))


def _icon_button(icon: str, name: str) -> ui.button:
    """A button of the header: its name is for screen readers and for the pointer that rests on it."""
    return ui.button(icon=icon).props(f'flat round dense color=white aria-label="{name}" title="{name}"')


def set_language(language: str) -> None:
    """Show the console in a language from now on."""
    ui.run_javascript(_REMEMBER.format(name=LANGUAGE_COOKIE, value=language) + "location.reload();")


def heading(text: str, level: int = 1) -> ui.label:
    """A heading, for the eye and for screen readers."""
    size = {1: "text-xl", 2: "text-lg q-mt-md"}.get(level, "font-medium q-mt-md")
    label = ui.label(text).classes(f"{size} console-text")
    return label.props(f'role="heading" aria-level="{level}"')


def choices(title: str, names: Iterable[tuple[str, str, bool]]) -> None:
    """Links of which one is chosen: the name as it is shown, where it leads, and whether it is this one."""
    with ui.element("nav").classes("console-choices") as place:
        place.props["aria-label"] = title
        for name, target, chosen in names:
            link = ui.link(name, target).classes("console-link-plain")
            if chosen:
                link.props('aria-current="page"')


def show_error(visit: Visit, error: AIBoxError) -> None:
    """A failure with its remedy, where the content would be."""
    with ui.card().classes("console-error").props('role="alert"'):
        ui.label(visit.said(error.reason))
        if error.remedy:
            ui.label(visit.said(error.remedy)).classes("console-remedy")


def dialog_about(what: str, *, shown: bool = False) -> ui.dialog:
    """A dialog that screen readers know by *what*. It is removed once it has closed, and not before: closing gives the
    focus back to where it was.
    """
    dialog = ui.dialog(value=shown)
    dialog.props["aria-label"] = what
    return dialog.on("hide", dialog.delete)


def show_secret(visit: Visit, what: str, secret: str) -> None:
    """Something that is shown this once, to be copied."""
    with dialog_about(what, shown=True).props("persistent") as dialog, ui.card().classes("console-dialog"):
        ui.label(what)
        ui.label(secret).classes("console-secret")
        with ui.row().classes("w-full justify-end"):
            ui.button(visit("Copy"), on_click=lambda: ui.clipboard.write(secret)).props("flat no-caps")
            ui.button(visit("Close"), on_click=dialog.close).props("no-caps autofocus color=secondary")


@contextmanager
def told(visit: Visit) -> Iterator[None]:
    """A failure of what is done within is told to the person, with its remedy."""
    try:
        yield
    except AIBoxError as error:
        ui.notify(visit.why(error), type="negative", multi_line=True)


async def confirm(visit: Visit, question: str, *, dangerous: bool = False) -> bool:
    """Whether the person says yes."""
    with dialog_about(question) as dialog, ui.card():
        ui.label(question)
        with ui.row().classes("w-full justify-end"):
            ui.button(visit("No"), on_click=lambda: dialog.submit(False)).props("flat no-caps autofocus")
            yes = ui.button(visit("Yes"), on_click=lambda: dialog.submit(True)).props(
                "no-caps color=secondary"
            )
            if dangerous:
                yes.props("color=negative")
    return bool(await dialog)


def empty(what: str, hint: str) -> None:
    """What stands where there is nothing yet: what would be there, and what to do next."""
    with ui.column().classes("console-empty"):
        ui.label(what).classes("text-lg")
        ui.label(hint)


_ZONE_SCRIPT: Final = f"""<script>(() => {{
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes("{ZONE_COOKIE}=" + zone)) {{
    document.cookie = "{ZONE_COOKIE}=" + zone + "; path=/; max-age=31536000; samesite=lax";
    if (document.cookie.includes("{ZONE_COOKIE}=" + zone)) location.reload();
  }}
}})();</script>"""
_KEYS_SCRIPT: Final = """<script>document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const here = event.target, typing = /^(input|textarea|select)$/i.test(here.tagName) || here.isContentEditable;
  if (event.key === "/" && !typing) {
    (document.querySelector("main .console-first") || document.querySelector(".console-search"))?.focus();
    event.preventDefault();
  }
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  const ours = !typing || here.matches("main .console-first");
  const busy = ".q-menu, .q-dialog, .q-select, [role=listbox], [role=menu], [role=slider]";
  if (!step || !ours || here.closest(busy)) return;
  const all = [...document.querySelectorAll("main a.console-walk")].filter(each => each.offsetParent);
  const at = all.indexOf(here);
  if (!all.length || (at < 0 && typing && step < 0)) return;
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  if (next < 0) document.querySelector("main .console-first")?.focus();
  else all[Math.min(next, all.length - 1)].focus();
  event.preventDefault();
});</script>"""
_REMEMBER: Final = "document.cookie = '{name}={value}; path=/; max-age=31536000; samesite=lax';"
_SIGN_OUT: Final = "fetch('/logout', {method: 'POST'}).finally(() => location.assign('/login'))"
