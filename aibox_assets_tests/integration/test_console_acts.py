"""What a person does on the pages: with many files at once, in the graph, and with what failed."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from aibox_assets.api.identity import SESSION_COOKIE
from aibox_assets.services.signing_in import end_session
from aibox_assets.stores.files import NewFile
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.integration.browsing import SECONDS, SignIn
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

TEXT = (
    "Ida Brandt founded Cliff Robotics. Cliff Robotics is headquartered in Aarhus. "
    "Ida Brandt works for Cliff Robotics."
)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def sees(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=SECONDS)


def test_what_the_filter_shows_is_counted_asked_about_and_done(home: RealHome, sign_in: SignIn) -> None:
    paths = [home.drop(f"heap-{n}.txt", f"{n}: {TEXT}", user="nina") for n in range(3)]
    home.wait(paths)
    page = sign_in("nina")
    page.goto("/?name=heap-")
    sees(page, "With all 3 of the filter:")
    page.get_by_role("checkbox", name=re.compile("heap-1.txt")).click()
    sees(page, "With the 1 selected:")
    press(page, "Make again")
    sees(page, "Make again: 1 of 1 file?")
    press(page, "Yes")
    sees(page, "Done with 1 file.")
    sees(page, "With all 3 of the filter:")  # what was ticked is done with
    assert page.locator("tbody input:checked").count() == 0
    press(page, "Delete")
    sees(page, "Delete 3 of 3 files and all that was made of them?")
    press(page, "No")
    assert len(home.platform.files.at_paths(INBOX, paths)) == 3
    press(page, "Delete")
    press(page, "Yes")
    sees(page, "Done with 3 files.")
    sees(page, "No file fits the filter.")
    assert not any((home.inbox / path).exists() for path in paths)


def test_heads_and_kinds_are_in_the_address(home: RealHome, sign_in: SignIn) -> None:
    home.wait(
        [home.drop("notes.md", f"# Notes\n\n{TEXT}", user="nina"), home.drop("plain.txt", TEXT, user="nina")]
    )
    page = sign_in("nina")
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    page.wait_for_url("**/?sort=name&down=0")
    assert page.get_by_role("columnheader", name="Name").get_attribute("aria-sort") == "ascending"
    names = page.locator("tbody a").all_inner_texts()
    assert names == sorted(names)
    page.get_by_label("Kind").click()
    page.get_by_role("option", name="Markdown").click()
    page.wait_for_url("**kind=*")
    assert parse_qs(urlsplit(page.url).query)["kind"] == ["text/markdown"]
    expect(page.get_by_role("link", name="nina/notes.md")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("link", name="nina/plain.txt")).to_have_count(0, timeout=SECONDS)


def test_the_table_follows_what_is_typed(home: RealHome, sign_in: SignIn) -> None:
    home.wait(
        [home.drop(f"{name}.txt", f"{name}: {TEXT}", user="nina") for name in ("skiff", "sloop", "punt")]
    )
    page = sign_in("nina")
    page.get_by_label("Name", exact=True).press_sequentially("sl")
    expect(page.locator("tbody tr")).to_have_count(1, timeout=SECONDS)
    sees(page, "With all 1 of the filter:")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("name") == ["sl"])
    # Where a state and a head lead to keeps the filter, and the page was not loaded anew.
    expect(page.get_by_role("link").filter(has_text="finished")).to_have_attribute(
        "href", "/?state=finished&name=sl", timeout=SECONDS
    )
    head = page.get_by_role("columnheader", name="Size").get_by_role("link")
    assert head.get_attribute("href") == "/?name=sl&sort=size"
    assert page.evaluate("performance.getEntriesByType('navigation')[0].name") == f"{home.api}/"
    page.get_by_label("Name", exact=True).fill("no such name")
    sees(page, "No file fits the filter.")
    page.get_by_label("Name", exact=True).fill("")
    expect(page.get_by_role("link", name="nina/punt.txt")).to_be_visible(timeout=SECONDS)


def test_who_is_signed_out_elsewhere_is_led_to_the_login_and_back(home: RealHome, sign_in: SignIn) -> None:
    page = sign_in("nina")
    page.goto("/?name=whatever")
    (session,) = [each["value"] for each in page.context.cookies() if each["name"] == SESSION_COOKIE]
    end_session(home.platform, session)
    page.get_by_label("Name", exact=True).fill("anything")
    page.wait_for_url("**/login?next=*")


def test_what_is_like_a_passage_is_found(home: RealHome, sign_in: SignIn) -> None:
    home.wait(
        [home.drop("sonar.txt", TEXT, user="nina"), home.drop("sonar-too.txt", f"Again: {TEXT}", user="nina")]
    )
    page = sign_in("nina")
    page.goto("/search?q=Cliff+Robotics")
    page.get_by_role("link", name="More like this").first.click()
    sees(page, "What is like this passage:")
    expect(page.locator(".console-hit").first).to_contain_text("Cliff Robotics", timeout=SECONDS)


def test_a_question_is_answered_on_demand(home: RealHome, sign_in: SignIn) -> None:
    said = "Otto Weber founded Plover Yachts."
    home.wait([home.drop("founders.txt", f"{said} It builds boats in Kiel.", user="nina")])
    page = sign_in("nina")
    page.goto("/search?q=Who+founded+Plover+Yachts%3F")
    expect(page.locator(".console-hit").first).to_be_visible(timeout=SECONDS)
    in_files = page.get_by_role("heading", name="In your files")
    assert in_files.count() == 0
    press(page, "Answer this")
    expect(in_files).to_be_visible(timeout=SECONDS)
    sentence = page.locator("a.console-evidence").filter(has_text=said).first
    expect(sentence).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("heading", name="In the graph")).to_be_visible(timeout=SECONDS)
    # It is in the address, gone with another question, and leads to its words.
    page.reload()
    expect(sentence).to_be_visible(timeout=SECONDS)
    box = page.locator("input.console-first")
    box.fill("qwzzk vlorp")
    expect(in_files).to_be_hidden(timeout=SECONDS)
    press(page, "Answer this")
    sees(page, "Nothing in your files answers this.")
    box.fill("Who founded Plover Yachts?")
    press(page, "Answer this")
    sentence.click()
    page.wait_for_url("**/files/*words=*")
    expect(page.locator(".console-words").first).to_be_visible(timeout=SECONDS)


def test_the_way_between_two_and_what_is_hidden_and_pinned(home: RealHome, sign_in: SignIn) -> None:
    home.wait([home.drop("cliff.txt", TEXT, user="nina")])
    page = sign_in("nina")
    page.goto("/graph")
    page.get_by_label("A person, an organization, a place, …").fill("Ida Brandt")
    page.get_by_label("Way to").fill("Aarhus")
    press(page, "Show")
    sees(page, "Way 1")
    sees(page, "Cliff Robotics is headquartered in Aarhus.")
    page.goto("/graph?q=Cliff+Robotics")
    press(page, "Pin")
    expect(page.get_by_role("button", name="Unpin")).to_be_visible(timeout=SECONDS)
    page.wait_for_function("location.href.includes('pin=')")
    assert page.get_by_role("button", name="Show the hidden ones").count() == 0
    press(page, "Hide")
    press(page, "Show the hidden ones")
    expect(page.get_by_role("row").filter(has_text="founded").first).to_be_visible(timeout=SECONDS)


def test_what_failed_is_found_by_its_reason_and_tried_again(home: RealHome, sign_in: SignIn) -> None:
    home.wait([home.drop("snapped.pdf", b"%PDF-1.4 snapped", user="omar")])
    page = sign_in("omar")
    page.goto("/work?view=failed&problem=not+a+whole&name=snapped")
    sees(page, "omar/snapped.pdf")
    press(page, "Try all of these again")
    sees(page, "Try 1 file again?")
    press(page, "Yes")
    sees(page, "1 file is tried again.")


def test_a_run_opens_in_dagster_under_the_same_address(home: RealHome, sign_in: SignIn) -> None:
    path = home.drop("run.txt", TEXT, user="nina")
    home.wait([path])
    (record,) = home.platform.files.at_paths(INBOX, [path]).values()
    page = sign_in("ada")
    page.goto(f"/files/{record.id}?tab=versions")
    run = page.locator("a[href^='/dagster/runs/']").first
    expect(run).to_be_visible(timeout=SECONDS)
    with page.expect_navigation():
        run.click()
    assert page.url.startswith(f"{home.api}/dagster/runs/")
    expect(page.get_by_text("Run of").or_(page.get_by_text(re.compile("Runs"))).first).to_be_visible(
        timeout=SECONDS
    )


def test_an_owner_shares_a_file_and_takes_it_back(home: RealHome, sign_in: SignIn) -> None:
    path = home.drop("shared.txt", TEXT, user="nina")
    home.wait([path])
    (record,) = home.platform.files.at_paths(INBOX, [path]).values()
    owner = sign_in("nina")
    owner.goto(f"/files/{record.id}?tab=sharing")
    sees(owner, "Only its owner and the admins see it.")
    owner.get_by_label("With whom").fill("nobody-here")
    press(owner, "Share")
    sees(owner, re.compile("There is no account"))
    owner.get_by_label("With whom").fill("omar")
    owner.keyboard.press("Enter")
    expect(owner.get_by_role("row").filter(has_text="omar")).to_be_visible(timeout=SECONDS)
    other = sign_in("omar")
    other.goto(f"/files/{record.id}?tab=sharing")
    sees(other, "Cliff Robotics")
    assert other.get_by_role("link", name="Sharing").count() == 0
    press(owner, "Share with everyone")
    press(owner, "Yes")
    expect(owner.get_by_role("row").filter(has_text="everyone")).to_be_visible(timeout=SECONDS)
    owner.get_by_role("row").filter(has_text="everyone").get_by_role("button").click()
    owner.get_by_role("row").filter(has_text="omar").get_by_role("button").click()
    sees(owner, "Only its owner and the admins see it.")
    other.reload()
    sees(other, "There is no such file that you can see.")


def test_an_admin_decides_about_a_folder(home: RealHome, sign_in: SignIn) -> None:
    platform = home.platform
    platform.pauses.hold("file_processing", "test", "not now", "later")
    try:
        platform.lifecycle.add([NewFile("once-1", "/once", "a.txt", "omar", FileStat(1, 1), None)])
        page = sign_in("ada")
        page.goto("/work?view=folders")
        row = page.get_by_role("row").filter(has_text="/once")
        expect(row).to_contain_text("not watched", timeout=SECONDS)
        row.get_by_role("button", name="Forget").click()
        sees(page, "Remove all that was made of the files of /once?")
        press(page, "Yes")
        expect(row).to_have_count(0, timeout=SECONDS)
    finally:
        platform.pauses.resume("file_processing")
