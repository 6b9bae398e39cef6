"""A real browser for the tests of the console, and people who sign in with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from aibox_assets.services.accounts import make_account
from aibox_assets.stores.accounts import Role
from aibox_assets_tests.integration.real_home import RealHome

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "correct horse battery"
SECONDS = 60_000
PEOPLE = (("nina", Role.EDITOR), ("omar", Role.EDITOR), ("pia", Role.READER), ("ada", Role.ADMIN))

SignIn = Callable[..., Page]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Debian's Chromium. A missing browser is a failure, not a skip."""
    assert CHROMIUM.is_file(), "No /usr/bin/chromium; install it: apt-get install -y chromium"
    flags = (
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(flags))
        yield browser
        browser.close()


def make_people(home: RealHome) -> None:
    """Two editors, a reader and an admin."""
    for name, role in PEOPLE:
        make_account(home.platform, name, role, PASSWORD)


def forget_tries(home: RealHome) -> None:
    """So that ten of these tests in a minute do not have to wait for the next one."""
    with redis.Redis.from_url(home.platform.settings.require_redis_url()) as client:
        for key in client.scan_iter("aibox:rate:login*"):
            client.delete(key)


_signed_in: dict[tuple[str, str], StorageState] = {}
"""What a browser kept of who signed in at an address, by address and name."""


@contextmanager
def signing_in(home: RealHome, browser: Browser) -> Iterator[SignIn]:
    """Pages of people who signed in as people do, once, as long as they are not signed out."""
    contexts = []

    def sign_in(name: str, password: str = PASSWORD, locale: str = "en-US", **options: object) -> Page:
        who = (home.api, name)
        context = browser.new_context(
            base_url=home.api,
            locale=locale,
            timezone_id="Asia/Taipei",
            storage_state=_signed_in.get(who),
            **{"viewport": {"width": 1280, "height": 800}, **options},  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.set_default_timeout(SECONDS)
        page = context.new_page()
        page.goto("/")
        if "/login" in page.url:
            forget_tries(home)
            page.fill("input[name=name]", name)
            page.fill("input[name=password]", password)
            page.click("button")
            page.wait_for_selector(".console-main")
            _signed_in[who] = context.storage_state()
        page.wait_for_selector(".console-main")
        page.wait_for_function("window.did_handshake")  # from here on it hears the console
        return page

    yield sign_in
    for context in contexts:
        context.close()
