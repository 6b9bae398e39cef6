"""Signing in with a browser: the page, its cookie, and what a page of another place cannot do with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from aibox_assets.api.identity import SESSION_COOKIE
from aibox_assets.resources.platform import Platform
from aibox_assets.services.signing_in import start_session
from aibox_assets_tests.api.conftest import PASSWORD, Client

pytestmark = pytest.mark.integration


@pytest.fixture
def browser(api: str) -> Iterator[httpx.Client]:
    """A browser on a page of this host."""
    with httpx.Client(base_url=api, headers={"Origin": api}, trust_env=False, timeout=60) as client:
        yield client


def enter(browser: httpx.Client, name: str = "eve", password: str = PASSWORD, **more: str) -> httpx.Response:
    return browser.post("/login", data={"name": name, "password": password, **more})


@pytest.mark.parametrize(
    ("asked", "language", "word"),
    [
        ("", "en", "Sign in"),
        ("de, en;q=0.5", "en", "Sign in"),
        ("zh-TW,zh;q=0.9", "zh-Hant", "登入"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "登录"),
    ],
)
def test_the_page_speaks_the_language_of_the_browser(
    browser: httpx.Client, asked: str, language: str, word: str
) -> None:
    answer = browser.get("/login", headers={"Accept-Language": asked})
    assert answer.headers["content-language"] == language
    assert word in answer.text
    assert not re.search(r'(?:src|href)="', answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_who_signs_in_has_a_cookie_that_scripts_cannot_read(browser: httpx.Client) -> None:
    answer = enter(browser, next="/dagster/runs?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dagster/runs?x=1")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert browser.get("/api/v1/auth/me").json()["data"]["name"] == "eve"


@pytest.mark.parametrize(
    "next_", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1", "evil", ""]
)
def test_nobody_is_led_elsewhere(browser: httpx.Client, next_: str) -> None:
    assert enter(browser, next=next_).headers["location"] == "/"


def test_a_wrong_password_gives_the_page_again(browser: httpx.Client) -> None:
    answer = enter(browser, name='e"><b>', password="wrong")
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert 'autocomplete="current-password" required autofocus' in answer.text  # the name is there already
    assert answer.text.count("autofocus") == 1
    assert "<b>" not in answer.text
    assert "set-cookie" not in answer.headers
    for _ in range(12):
        last = enter(browser, password="wrong")
    assert last.status_code == 429


def test_a_page_of_another_place_changes_nothing(browser: httpx.Client, signed_in: Client) -> None:
    enter(browser)
    key = {"name": "stolen"}
    for origin in ("https://evil.example", "null", str(browser.base_url).replace("http", "https"), ""):
        headers = {"Origin": origin}
        refused = browser.post("/api/v1/keys", json=key, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "foreign_page")
        assert (
            browser.post("/login", data={"name": "eve", "password": PASSWORD}, headers=headers).status_code
            == 403
        )
        assert browser.post("/logout", headers=headers).status_code == 403
    assert signed_in("ada").get("/keys?account=eve").json()["data"] == []
    assert browser.post("/api/v1/keys", json=key).status_code == 201


def test_who_signs_out_is_out_everywhere(browser: httpx.Client) -> None:
    enter(browser)
    session = browser.cookies[SESSION_COOKIE]
    assert browser.post("/logout").headers["location"] == "/login"
    assert SESSION_COOKIE not in browser.cookies
    browser.cookies.set(SESSION_COOKIE, session)
    assert browser.get("/api/v1/auth/me").status_code == 401


def test_a_cookie_is_no_token_and_a_token_no_cookie(
    browser: httpx.Client, stranger: httpx.Client, platform: Platform
) -> None:
    session = start_session(platform, "eve", PASSWORD)
    headers = {"Authorization": f"Bearer {session}"}
    assert stranger.get("/auth/me", headers=headers).status_code == 401
    login = stranger.post("/auth/login", json={"name": "eve", "password": PASSWORD}).json()["data"]
    browser.cookies.set(SESSION_COOKIE, login["access_token"])
    assert browser.get("/api/v1/auth/me").status_code == 401


def test_a_form_that_comes_again_is_answered_once_also_by_cookie(browser: httpx.Client) -> None:
    enter(browser)
    headers = {"Idempotency-Key": "once"}
    first, again = (browser.post("/api/v1/keys", json={"name": "k"}, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
