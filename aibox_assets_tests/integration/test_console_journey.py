"""A new user's way through the console, by what is written on it, in each language: from the login and an empty page to
an answer, the graph, and the reason of a failed file; what each role finds; and a connection that is lost."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from aibox_assets.console.shell import PLACES
from aibox_assets.console.texts import graph_words, translate
from aibox_assets.local.state import read_state
from aibox_assets.local.supervisor import STATE_FILE
from aibox_assets.services.accounts import make_account
from aibox_assets.stores.accounts import Role
from aibox_assets_tests.integration.browsing import PASSWORD, SECONDS, SignIn, forget_tries
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

LANGUAGES = {"en-US": "en", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant"}
REASONS = {"en": "is not a whole PDF", "zh-Hans": "不是完整的 PDF", "zh-Hant": "不是完整的 PDF"}
SIGN_IN = {"en": "Sign in", "zh-Hans": "登录", "zh-Hant": "登入"}


class Reader:
    """Somebody who finds things by their names in a language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language

    def said(self, text: str, **values: object) -> str:
        return translate(self.language, text, **values)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=self.said(name), exact=True).first.click()

    def go(self, name: str) -> None:
        self.page.locator("nav").get_by_role("link", name=self.said(name), exact=True).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=SECONDS)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_new_user_finds_an_answer_and_why_a_file_failed(
    home: RealHome, browser: Browser, tmp_path: Path, locale: str
) -> None:
    language, name = LANGUAGES[locale], f"new-{locale.lower()}"
    make_account(home.platform, name, Role.EDITOR, PASSWORD)
    context = browser.new_context(
        base_url=home.api, locale=locale, timezone_id="Asia/Taipei", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(SECONDS)
    forget_tries(home)
    page = context.new_page()
    new = Reader(page, language)
    # A stranger is led to the login from wherever a link led them, and back once they are known.
    page.goto("/work?view=failed")
    page.wait_for_url("**/login*")
    assert page.evaluate("document.documentElement.lang") == language
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name=SIGN_IN[language]).click()
    page.wait_for_url("**/work?view=failed")
    new.sees(new.said("Nothing failed."))
    # An empty page says what to do, and the samples are one click away.
    new.go("Files")
    new.sees(new.said("No files yet."))
    new.press("Try it with the samples")
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(b"%PDF-1.4 torn")
    page.set_input_files("input[type=file] >> nth=0", str(torn))
    press_release = page.get_by_role("row").filter(has_text="press-release-kite-7.md")
    expect(press_release).to_contain_text(new.said("finished"), timeout=5 * SECONDS)
    # A question, its answer's words, and from a name of the hit into the graph.
    page.keyboard.press("/")
    page.keyboard.type("Who founded Northwind Cells?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator(".console-hit mark").first).to_be_visible(timeout=SECONDS)
    page.locator(".console-hit .console-name", has_text="Northwind Cells").first.click()
    page.wait_for_url("**/graph?*")
    founded = graph_words(language).get("FOUNDED", "founded")
    row = page.get_by_role("row").filter(has_text=founded).filter(has_text="Lin Mei-hua").first
    row.get_by_role("button", name=new.said("Sentences")).click()
    new.sees(new.said("The sentences of this relation"))
    page.locator(".console-detail .console-evidence").first.click()
    expect(page.locator(".console-words").first).to_be_visible(timeout=SECONDS)
    # What failed, why, and what to do, in the person's language; and another try.
    new.go("Work")
    page.get_by_role("link", name=new.said("Failed"), exact=True).click()
    page.get_by_role("link", name=f"{name}/torn.pdf").click()
    problem = page.get_by_role("alert").filter(has_text="torn.pdf")
    expect(problem).to_contain_text(REASONS[language], timeout=SECONDS)
    if language != "en":
        assert re.search(r"[a-z]{4,} [a-z]{4,} [a-z]{4,}", re.sub("（.*）", "", problem.inner_text())) is None
    new.press("Try again")
    new.sees(new.said("Asked for."))
    context.close()


@pytest.mark.parametrize(
    ("name", "role", "locale"),
    [
        *(("ada", Role.ADMIN, locale) for locale in LANGUAGES),
        ("nina", Role.EDITOR, "zh-TW"),
        ("pia", Role.READER, "en-US"),
    ],
)
def test_the_menu_has_what_a_role_may_see_and_each_page_opens(
    sign_in: SignIn, name: str, role: Role, locale: str
) -> None:
    person = Reader(sign_in(name, locale=locale), LANGUAGES[locale])
    page = person.page
    places = [place for place in PLACES if role.covers(place.role)]
    links = page.locator("header nav").get_by_role("link")
    assert links.evaluate_all("all => all.map(each => each.getAttribute('aria-label'))") == [
        person.said(place.name) for place in places
    ]
    for place in places:
        person.go(place.name)
        page.wait_for_url(re.compile(re.escape(place.path) + "$"))
        expect(page.locator(".console-main [role=heading][aria-level='1']")).to_be_visible(timeout=SECONDS)
        current = page.locator("header nav [aria-current=page]")
        assert current.get_attribute("aria-label") == person.said(place.name)
    page.wait_for_function("language => document.documentElement.lang === language", arg=LANGUAGES[locale])


@pytest.mark.parametrize(
    "address", ["/", "/search?q=x", "/graph", "/work", "/health", "/people", "/me", "/files/any"]
)
def test_a_stranger_is_asked_who_they_are(home: RealHome, browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=home.api, locale="zh-TW")
    page = context.new_page()
    page.goto(address)
    page.wait_for_url("**/login?next=*")
    expect(page.get_by_role("button", name=SIGN_IN["zh-Hant"])).to_be_visible(timeout=SECONDS)
    context.close()


def test_a_lost_connection_is_said_and_mended_by_itself(home: RealHome, sign_in: SignIn) -> None:
    page = sign_in("nina", locale="zh-TW")
    state = read_state(home.path / "run" / STATE_FILE)
    assert state is not None
    (pid,) = [service.pid for service in state.services if service.name == "api"]
    assert pid
    os.kill(pid, signal.SIGKILL)
    expect(page.locator("#popup")).to_be_visible(timeout=SECONDS)
    expect(page.locator("#popup")).to_contain_text("連線")
    # Its supervisor starts it again, and the page goes on where it was.
    home.drop("after-the-loss.txt", "Nothing was lost.", user="nina")
    expect(page.get_by_role("link", name="nina/after-the-loss.txt")).to_be_visible(timeout=3 * SECONDS)
    expect(page.locator("#popup")).to_be_hidden(timeout=SECONDS)
