"""The ways of a person through the console: by keyboard, with folders, over a connection that is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import NewFile, Status
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.tables import files, work
from aibox_assets_tests.console.payloads import PAYLOADS
from aibox_assets_tests.integration.browsing import SECONDS, SignIn
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.stores.graph_files import Said, file_graph

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

TEXT = "Ivo Lang founded Tern Optics. Tern Optics is headquartered in Ghent."


def test_a_folder_keeps_its_structure(home: RealHome, sign_in: SignIn, tmp_path: Path) -> None:
    folder = tmp_path / "minutes"
    for place in ("march.txt", "2026/march.txt", "2026/board/march.txt"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(f"{place}: {TEXT}", encoding="utf-8")
    page = sign_in("nina")
    page.set_input_files("input[webkitdirectory]", str(folder))
    for place in ("march.txt", "2026/march.txt", "2026/board/march.txt"):
        row = page.get_by_role("link", name=f"nina/minutes/{place}", exact=True)
        expect(row).to_be_visible(timeout=SECONDS)
        assert (home.inbox / "nina/minutes" / place).read_text(encoding="utf-8").startswith(place)


def test_an_upload_goes_on_after_a_lost_connection(home: RealHome, sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in("nina")
    document = tmp_path / "late.txt"
    document.write_text(TEXT, encoding="utf-8")
    page.context.set_offline(True)
    page.set_input_files("input[type=file] >> nth=0", str(document))
    expect(page.locator("#uploads").get_by_text("tried again by itself")).to_be_visible(timeout=SECONDS)
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="nina/late.txt")).to_be_visible(timeout=SECONDS)
    assert len(home.platform.files.at_paths(INBOX, ["nina/late.txt"])) == 1


def test_a_keyboard_is_enough(home: RealHome, sign_in: SignIn) -> None:
    home.wait([home.drop("tern.txt", TEXT, user="nina")])
    page = sign_in("nina")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.classList.contains('console-search')")
    page.keyboard.type("Tern Optics")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator("mark").first).to_be_visible(timeout=SECONDS)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/files/*")
    expect(page.locator(".console-words").first).to_be_visible(timeout=SECONDS)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def test_a_dialog_has_a_name_and_gives_the_focus_back(home: RealHome, sign_in: SignIn) -> None:
    home.wait([home.drop("dialog.txt", TEXT, user="nina")])
    page = sign_in("nina")
    page.get_by_role("link", name="nina/dialog.txt").click()
    button = page.get_by_role("button", name="Delete")
    for key in ("Escape", "Enter"):  # the second one says no
        button.press("Enter")
        dialog = page.get_by_role("dialog", name=re.compile("Delete this file"))
        expect(dialog.get_by_role("button", name="No")).to_be_focused(timeout=SECONDS)
        page.keyboard.press(key)
        expect(dialog).to_have_count(0, timeout=SECONDS)
        expect(button).to_be_focused()


def test_what_is_switched_by_keyboard_is_seen_to_be_chosen(sign_in: SignIn) -> None:
    page = sign_in("nina")
    switch = page.get_by_role("switch")
    expect(switch).to_be_visible(timeout=SECONDS)
    assert switch.evaluate("each => getComputedStyle(each).boxShadow") == "none"
    page.keyboard.press("Tab")
    switch.focus()
    assert switch.evaluate("each => getComputedStyle(each).boxShadow") != "none"


def test_the_answer_of_a_question_and_the_reason_of_a_failure_are_found(
    home: RealHome, sign_in: SignIn
) -> None:
    home.wait(
        [home.drop("lens.txt", TEXT, user="nina"), home.drop("torn.pdf", b"%PDF-1.4 torn", user="nina")]
    )
    page = sign_in("nina")
    page.goto("/graph?q=Tern+Optics")
    row = page.get_by_role("row").filter(has_text="founded").filter(has_text="Ivo Lang")
    row.get_by_role("button", name="Sentences").click()
    # The sentences stand beside the drawing, far above the table.
    said = page.get_by_role("heading", name="The sentences of this relation")
    expect(said).to_be_in_viewport(timeout=SECONDS)
    expect(page.locator(".console-detail").get_by_text("Ivo Lang founded Tern Optics").first).to_be_visible(
        timeout=SECONDS
    )
    page.locator(".console-detail .console-evidence").first.click()
    expect(page.locator(".console-words").first).to_be_visible(timeout=SECONDS)
    page.goto("/work?view=failed&problem=torn")
    page.get_by_role("link", name="nina/torn.pdf").click()
    expect(page.get_by_role("alert").filter(has_text="torn.pdf")).to_be_visible(timeout=SECONDS)


def test_filters_of_the_graph_are_in_the_address(home: RealHome, sign_in: SignIn) -> None:
    home.wait([home.drop("optics.txt", TEXT, user="nina")])
    page = sign_in("nina")
    page.goto("/graph?q=Tern+Optics&relation=FOUNDED")
    table = page.get_by_role("row").filter(has_text="Sentences")
    expect(table.filter(has_text="founded").first).to_be_visible(timeout=SECONDS)
    assert table.filter(has_text="headquartered in").count() == 0
    page.get_by_role("button", name="Hide").click()
    page.wait_for_url(re.compile("hide="))
    page.goto("/graph?q=Tern+Optics")
    for name, ending in (
        ("Picture (SVG)", ".svg"),
        ("Data (GraphML)", ".graphml"),
        ("Picture (PNG)", ".png"),
    ):
        with page.expect_download() as loading:
            page.get_by_role("button", name=name).click()
        assert loading.value.suggested_filename.endswith(ending)


def test_an_admin_holds_a_queue_and_lets_it_go_on(home: RealHome, sign_in: SignIn) -> None:
    page = sign_in("ada")
    page.goto("/work")
    row = page.get_by_role("row").filter(has_text="vectorization")
    row.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Held by ada.")).to_be_visible(timeout=SECONDS)
    assert home.platform.pauses.select()["vectorization"].held_by == "ada"
    row.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Held by ada.")).to_have_count(0, timeout=SECONDS)
    assert "vectorization" not in home.platform.pauses.select()


def test_a_person_makes_a_key_and_a_webhook(home: RealHome, sign_in: SignIn) -> None:
    page = sign_in("omar")
    page.goto("/me")
    page.get_by_label("For which program").fill("reports")
    page.get_by_role("button", name="Make a key").click()
    expect(page.locator(".console-secret")).to_contain_text("aibox_", timeout=SECONDS)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("reports", exact=True)).to_be_visible(timeout=SECONDS)
    page.get_by_label("Address, https://…").fill("http://127.0.0.1:9/hook")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert").first).to_be_visible(
        timeout=SECONDS
    )  # such an address is refused, and why is said


def test_payloads_as_names_and_errors_are_text(home: RealHome, sign_in: SignIn) -> None:
    platform, stat = home.platform, FileStat(1, 1)
    platform.pauses.hold("file_processing", "test", "not now", "later")
    try:
        new = [
            NewFile(f"payload-{n}", "/payloads", f"{n:03} {payload}", "omar", stat, None)
            for n, payload in enumerate(PAYLOADS)
        ]
        platform.lifecycle.add(new)
        with transaction(platform.engine) as connection:
            for n, payload in enumerate(PAYLOADS):
                id_ = f"payload-{n}"
                values = {"state": Status.FAILED, "failure": "permanent", "error": payload, "remedy": payload}
                connection.execute(work.update().where(work.c.file_id == id_).values(**values))
            is_payload = files.c.id.like("payload-%")
            connection.execute(files.update().where(is_payload).values(status=Status.FAILED))
        page = sign_in("omar")
        addresses = [f"/files/payload-{n}" for n in range(0, len(PAYLOADS), 16)]
        for address in (
            "/?sort=name&down=0",
            "/work?view=failed",
            "/work?view=jobs&status=failed",
            *addresses,
        ):
            page.goto(address)
            expect(page.locator(".console-main").get_by_text("window.taken").first).to_be_visible(
                timeout=SECONDS
            )
            assert page.evaluate("window.taken") is None
            inside = ".console-main :is(img, script, iframe, object, svg script, style, form, marquee, video, math)"
            assert page.locator(inside).count() == 0, address
        page.goto("/?sort=name&down=0")
        for _ in range(3):
            page.get_by_role("button", name="Next page").click()
            page.wait_for_timeout(200)
            assert page.evaluate("window.taken") is None
    finally:
        with transaction(platform.engine) as connection:
            connection.execute(sa.delete(files).where(files.c.id.like("payload-%")))
        platform.pauses.resume("file_processing")


def test_payloads_in_a_text_are_text(home: RealHome, sign_in: SignIn) -> None:
    text = "\n\n".join(f"Paragraph {n}: {payload}" for n, payload in enumerate(PAYLOADS))
    path = home.drop("payloads.txt", text, user="omar")
    home.wait([path])
    page = sign_in("omar")
    (record,) = home.platform.files.at_paths(INBOX, [path]).values()
    for address in (
        f"/files/{record.id}",
        f"/files/{record.id}?tab=triples",
        "/search?q=Paragraph+window.taken",
    ):
        page.goto(address)
        page.wait_for_selector(".console-main")
        assert page.evaluate("window.taken") is None
        assert (
            page.locator(".console-main :is(img, script, iframe, object, form, marquee, video)").count() == 0
        )


def test_payloads_as_entities_are_text(home: RealHome, sign_in: SignIn) -> None:
    path = home.drop("named.txt", TEXT, user="omar")
    home.wait([path])
    (record,) = home.platform.files.at_paths(INBOX, [path]).values()
    said: list[Said] = [
        ("Person", payload, "FOUNDED", "Organization", f"Firm {n}") for n, payload in enumerate(PAYLOADS)
    ]
    named = replace(file_graph(record.id, said, path=record.path), user_id="omar")
    home.platform.graph.ensure_schema(["FOUNDED"])
    home.platform.graph.replace_files([named])
    page = sign_in("omar")
    inside = ".console-main :is(img, script, iframe, object, svg script, style, form, marquee, video, math)"
    for address in (f"/graph?file={record.id}", f"/files/{record.id}?tab=triples", "/graph?q=window.taken"):
        page.goto(address)
        expect(page.locator(".console-main").get_by_text("window.taken").first).to_be_visible(timeout=SECONDS)
        assert page.evaluate("window.taken") is None, address
        assert page.locator(inside).count() == 0, address


# Names that leave the drawing, with where they begin and end, and its width.
OUTSIDE = """() => {
  const box = document.querySelector(".console-graph"), chart = getElement(+box.id.slice(1)).chart;
  chart.setOption({series: [{}]});
  const texts = chart.getZr().storage.getDisplayList(true).filter(each => each.style.text && !each.ignore);
  const places = texts.map(each => {
    const rect = each.getBoundingRect().clone();
    rect.applyTransform(each.getComputedTransform() ?? [1, 0, 0, 1, 0, 0]);
    return [each.style.text, rect.x, rect.x + rect.width, box.clientWidth];
  });
  return [places.length, places.filter(([_, start, end, width]) => start < 0 || end > width)];
}"""


def test_no_name_leaves_a_narrow_drawing_however_often_it_is_drawn(home: RealHome, sign_in: SignIn) -> None:
    path = home.drop("firms.txt", TEXT, user="omar")
    home.wait([path])
    (record,) = home.platform.files.at_paths(INBOX, [path]).values()
    said: list[Said] = [
        ("Person", f"{name} of Outer Saltmarsh {n}", "FOUNDED", "Organization", "Egret Holding")
        for n in range(4)
        for name in ("Ida", "Wilhelmina Featherstone", "Maximilian")
    ]
    home.platform.graph.ensure_schema(["FOUNDED"])
    home.platform.graph.replace_files(
        [replace(file_graph(record.id, said, path=record.path), user_id="omar")]
    )
    page = sign_in("omar", viewport={"width": 390, "height": 844})
    page.goto("/graph?q=Egret+Holding")
    expect(page.get_by_role("img", name="13 names")).to_be_visible(timeout=SECONDS)
    for _ in range(4):
        page.wait_for_timeout(400)
        count, outside = page.evaluate(OUTSIDE)
        assert count > 4
        assert outside == []


def test_two_hundred_files_are_seen_on_their_way(home: RealHome, sign_in: SignIn) -> None:
    page = sign_in("nina")
    page.goto("/?name=crowd")
    expect(page.get_by_text("No file fits the filter.")).to_be_visible(timeout=SECONDS)
    for n in range(200):
        home.drop(f"crowd-{n}.txt", f"Number {n}. {TEXT}", user="nina")
    finished = page.get_by_role("link").filter(has_text="finished").locator("div").first
    expect(finished).to_have_text("200", timeout=600_000)
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
