"""The console in a real browser over a whole home: the way of a person, page by page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from aibox_assets_tests.integration.browsing import SECONDS, SignIn
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

TEXT = "Lena Voss founded Harbor Kites in Lisbon. 陳大文創立海港風箏。"
HOSTILE = "<img src=x onerror=document.title='taken'>.txt"


def test_a_person_brings_a_file_finds_it_and_sees_who_is_connected(
    home: RealHome, sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("nina")
    expect(page.get_by_text("No files yet.")).to_be_visible(timeout=SECONDS)
    document = tmp_path / "kites.txt"
    document.write_text(TEXT, encoding="utf-8")
    page.set_input_files("input[type=file] >> nth=0", str(document))
    row = page.get_by_role("row").filter(has_text="nina/kites.txt")
    expect(row).to_be_visible(timeout=SECONDS)
    # It is seen on its way without a reload.
    expect(row).to_contain_text("finished", timeout=3 * SECONDS)
    page.get_by_role("link", name="nina/kites.txt").click()
    expect(page.get_by_text("Lena Voss founded Harbor Kites").first).to_be_visible(timeout=SECONDS)
    page.goto("/search?q=Harbor+Kites")
    expect(page.locator("mark").first).to_be_visible(timeout=SECONDS)
    page.goto("/graph?q=Harbor+Kites")
    expect(page.locator("main").get_by_text("founded").first).to_be_visible(timeout=SECONDS)
    page.goto("/work")
    expect(page.get_by_role("cell", name="kg_extraction")).to_be_visible(timeout=SECONDS)


def test_others_see_nothing_of_it_and_a_reader_brings_nothing(home: RealHome, sign_in: SignIn) -> None:
    for name in ("omar", "pia"):
        page = sign_in(name)
        expect(page.get_by_text("No files yet.")).to_be_visible(timeout=SECONDS)
        assert page.get_by_role("link", name=re.compile("kites")).count() == 0
        assert (page.locator("input[type=file]").count() > 0) is (name == "omar")
        page.goto("/people")
        expect(page.get_by_text("This page is for admins.")).to_be_visible(timeout=SECONDS)
    assert sign_in("omar").goto("/files/no-such-file").ok  # type: ignore[union-attr]


def test_a_page_speaks_chinese_in_either_script(sign_in: SignIn) -> None:
    page = sign_in("nina", locale="zh-TW")
    expect(page.get_by_role("link", name="檔案")).to_be_visible(timeout=SECONDS)
    page.wait_for_function("document.documentElement.lang === 'zh-Hant'")
    page = sign_in("nina", locale="zh-CN")
    expect(page.get_by_role("link", name="搜索")).to_be_visible(timeout=SECONDS)


def test_nothing_of_a_document_is_markup(home: RealHome, sign_in: SignIn) -> None:
    home.drop(HOSTILE, "<script>document.title='taken'</script> Harmless words.", user="omar")
    page = sign_in("omar")
    expect(page.get_by_role("link", name=HOSTILE)).to_be_visible(timeout=SECONDS)
    page.get_by_role("link", name=HOSTILE).click()
    expect(page.get_by_text("Harmless words.").first).to_be_visible(timeout=3 * SECONDS)
    assert page.title() != "taken"
    assert page.locator("main img").count() == 0


def test_an_admin_sees_health_and_people(home: RealHome, sign_in: SignIn) -> None:
    name, password = (home.path / "first-login.txt").read_text(encoding="utf-8").split()
    page = sign_in(name, password)
    page.goto("/people")
    expect(page.get_by_text("nina", exact=True)).to_be_visible(timeout=SECONDS)
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="nina", exact=True)).first
    expect(row.get_by_role("button", name="Role", exact=True)).to_have_accessible_description("nina")
    page.goto("/health")
    expect(page.get_by_text("postgres", exact=True).first).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login*")
    page.goto("/")
    page.wait_for_url("**/login*")
