"""Every page of the console, for every role and in each language: nothing serious for axe, no word untranslated."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from aibox_assets.console.texts import catalogue
from aibox_assets.services.accounts import make_account
from aibox_assets.services.sharing import share_file
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.folders import INBOX
from aibox_assets_tests.integration.browsing import PASSWORD, SECONDS, SignIn
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TEXT = "Mira Stone founded Quay Robotics. Quay Robotics is headquartered in Bergen. 林美華創立北風電池。"
PAGES = (
    "/", "/search", "/search?q=Quay+Robotics", "/search?q=Who+founded+Quay+Robotics%3F&answer=yes",
    "/graph", "/graph?q=Quay+Robotics", "/graph?q=Mira+Stone&to=Bergen",
    "/work", "/work?view=jobs", "/work?view=workers", "/work?view=failed", "/me",
)  # fmt: skip
ADMINS = ("/work?view=week", "/work?view=folders", "/health", "/people")
FILE_TABS = ("", "?tab=triples", "?tab=versions", "?tab=history", "?tab=sharing")
CHINESE = {"zh-CN": "zh-Hans", "zh-TW": "zh-Hant"}
NAMES = {
    "chunks",
    "embeddings",
    "kg_triples",
    "editor",
    "reader",
    "admin",
    "Home",
    "Word",
    "Excel",
    "English",
}
"""Of columns in the database and of the steps themselves, or parts of titles: they may be anywhere."""
AT_REST = """() => new Promise(done => {
    let rest = setTimeout(done, 500);
    const watch = new MutationObserver(() => { clearTimeout(rest); rest = setTimeout(done, 500); });
    watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
    setTimeout(done, 10000);  // some figures change for ever
})"""
"""Until half a second went by without a change of the page."""
SHIFTS = """window.shift = 0; new PerformanceObserver(list => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.shift += each.value;
}).observe({type: "layout-shift", buffered: true});"""


@pytest.fixture(scope="module")
def files(home: RealHome, people: None) -> dict[str, str]:
    """A file that was read and one that failed, both nina's; ids by name."""
    make_account(home.platform, "a-name-that-is-long-" * 5, Role.READER, PASSWORD)
    paths = [
        home.drop("quay.txt", TEXT, user="nina"),
        home.drop("broken.pdf", b"%PDF-1.4 no more", user="nina"),
    ]
    home.wait(paths)
    return {Path(path).name: record.id for path, record in home.platform.files.at_paths(INBOX, paths).items()}


def visit(page: Page, address: str) -> None:
    """Open a page and wait until it is filled."""
    page.goto(address)
    page.wait_for_selector(".console-main")
    page.wait_for_function("document.fonts.status === 'loaded'")
    if address.startswith("/health"):  # for admins the checks, for others why not
        page.wait_for_selector(".console-finding, .console-empty")
    if address.startswith(("/search?", "/graph?")):
        page.wait_for_selector(".console-hit, .console-graph, .console-empty")
    if "answer=" in address:
        page.wait_for_selector(".console-evidence, .console-empty")


def serious(page: Page) -> list[str]:
    """What axe finds that is serious or worse."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{each['id']}: {[node['html'][:200] for node in each['nodes'][:3]]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def cut(page: Page) -> list[str]:
    """What is wider than its box: a text of which the rest is hidden, the menu, a table, or the page in its window."""
    return page.evaluate("""() => {
        const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth ? ["the page"] : [];
        const hides = each => ["hidden", "clip"].includes(getComputedStyle(each).overflowX);
        const texts = [...document.querySelectorAll(".console-main *")].filter(
            each => each.offsetParent && each.scrollWidth > each.clientWidth + 1 && hides(each)
                && each.tagName !== "INPUT" && each.innerText);
        const slid = [...document.querySelectorAll(".console-nav, .console-rows")].filter(
            each => each.offsetParent && each.scrollWidth > each.clientWidth + 1);
        const said = texts.map(each => each.className + ": " + each.innerText.slice(0, 80));
        return [...wide, ...slid.map(each => each.className), ...said];
    }""")


def left_in_english(page: Page, language: str) -> set[str]:
    """Texts of the catalogue that *page* shows, or says to who hears it, as they are in English."""
    english = {
        text for text, translated in catalogue(language).items() if text != translated and len(text) > 3
    }
    words = page.evaluate("""() => {
        const found = [];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode())  // but the names of icons
            if (!walk.currentNode.parentElement.closest(".q-icon")) found.push(walk.currentNode.textContent.trim());
        for (const each of document.querySelectorAll("[aria-label], [placeholder], [title]"))
            for (const name of ["aria-label", "placeholder", "title"]) found.push(each.getAttribute(name) || "");
        return found;
    }""")
    return (english - NAMES) & set(words)


@pytest.mark.parametrize(
    ("theme", "width", "locale"),
    [
        ("light", 1280, "en-US"),
        ("light", 1024, "en-US"),
        ("dark", 360, "zh-CN"),
        ("dark", 1280, "zh-TW"),
    ],
)
def test_no_page_is_hard_to_use_cut_jumping_or_left_in_english(
    sign_in: SignIn, files: dict[str, str], theme: str, width: int, locale: str
) -> None:
    page = sign_in("ada", locale=locale, color_scheme=theme, viewport={"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    tabs = [f"/files/{files['quay.txt']}{tab}" for tab in FILE_TABS]
    problems = {}
    for address in (*PAGES, *ADMINS, *tabs, f"/files/{files['broken.pdf']}", "/files/none"):
        visit(page, address)
        page.evaluate(AT_REST)
        found = [f"cut: {each}" for each in cut(page)]
        if (shift := page.evaluate("window.shift")) > 0.02:  # 0.1 is what is held to be good
            found.append(f"jumps: {shift}")
        if locale in CHINESE:
            found += [f"English: {each}" for each in left_in_english(page, CHINESE[locale])]
        if found := [*serious(page), *found]:
            problems[address] = found
    assert problems == {}


def test_a_reader_sees_and_a_stranger_sees_nothing(
    home: RealHome, sign_in: SignIn, files: dict[str, str]
) -> None:
    share_file(home.platform, files["quay.txt"], "pia", "nina")
    address = f"/files/{files['quay.txt']}"
    reader = sign_in("pia")
    visit(reader, address)
    expect(reader.get_by_text("Quay Robotics").first).to_be_visible(timeout=SECONDS)
    for page in PAGES:
        visit(reader, page)
        for name in (
            "Try again",
            "Delete",
            "Make again",
            "Cancel",
            "Pause",
            "Drain",
            "Try all of these again",
        ):
            assert reader.get_by_role("button", name=name).count() == 0, (page, name)
    for page in ADMINS:
        visit(reader, page)
        assert reader.get_by_text("Last backup").count() == 0
        assert reader.get_by_role("button", name="Disable").count() == 0
    visit(reader, "/me")
    assert reader.get_by_role("heading", name="Webhooks").count() == 0, "a reader can have none"
    stranger = sign_in("omar")
    for page in (address, f"{address}?tab=triples", "/search?q=Quay+Robotics", "/graph?q=Quay+Robotics"):
        visit(stranger, page)
        assert stranger.get_by_text(re.compile("Mira Stone founded")).count() == 0, page
    assert stranger.request.get(f"/api/v1/files/{files['quay.txt']}/content").status == 404


def test_one_state_is_shown_beside_the_figures_of_all(sign_in: SignIn, files: dict[str, str]) -> None:
    page = sign_in("ada")
    figures = page.locator(".console-count .text-lg")
    visit(page, "/?owner=nina")
    expect(figures.first).to_have_text(re.compile(r"[1-9]"), timeout=SECONDS)
    every, _, _, finished, failed = before = figures.all_inner_texts()
    assert int(every) == int(finished) + int(failed)
    assert int(finished) > 0
    assert int(failed) > 0
    visit(page, "/?owner=nina&state=failed")
    expect(page.get_by_text(f"With all {failed} of the filter:")).to_be_visible(timeout=SECONDS)
    assert figures.all_inner_texts() == before
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="nina/broken.pdf"))
    expect(row.get_by_role("cell", name="chunks")).to_be_visible()


def test_a_search_says_what_its_figures_mean_and_has_one_box(sign_in: SignIn, files: dict[str, str]) -> None:
    page = sign_in("nina")
    visit(page, "/search?q=Quay+Robotics")
    expect(page.get_by_role("status").filter(has_text="The percentage says")).to_be_visible(timeout=SECONDS)
    assert page.locator("input[type=search], input.console-first").count() == 1
    page.get_by_role("button", name="Light or dark").focus()
    page.keyboard.press("/")
    expect(page.locator("input.console-first")).to_be_focused()


def test_a_file_that_is_shared_is_only_shown(home: RealHome, sign_in: SignIn, files: dict[str, str]) -> None:
    share_file(home.platform, files["quay.txt"], "omar", "nina")
    page = sign_in("omar")
    visit(page, f"/files/{files['quay.txt']}")
    expect(page.get_by_text("Shared with you")).to_be_visible(timeout=SECONDS)
    assert page.get_by_role("button", name="Make again").count() == 0
    # In the table it can be ticked, and nothing can be done with it.
    visit(page, "/?name=quay.txt")
    page.get_by_role("checkbox", name=re.compile("quay.txt")).click()
    page.get_by_role("button", name="Make again").click()
    expect(page.get_by_text("There is nothing to do with these files.")).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There is nothing to do with these files.").first).to_be_visible(timeout=SECONDS)
    assert home.platform.files.get([files["quay.txt"]])[files["quay.txt"]].gone_at is None


def test_where_there_is_no_page_a_way_leads_on(sign_in: SignIn) -> None:
    page = sign_in("nina", locale="zh-TW")
    answer = page.goto("/no-such-page")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_text("沒有這個頁面。")).to_be_visible(timeout=SECONDS)
    page.get_by_role("link", name="顯示所有檔案").click()
    expect(page.get_by_role("heading", name="檔案")).to_be_visible(timeout=SECONDS)
    answer = page.request.get("/api/v1/no-such-route")
    assert (answer.status, answer.json()["code"]) == (404, "not_found")
