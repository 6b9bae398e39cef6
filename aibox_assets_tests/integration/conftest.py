"""Whole homes. Nearly all integration tests share one, and each drops files of its own names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from aibox_assets.domain.embed import ENGLISH
from aibox_assets_tests.integration.browsing import SignIn, make_people, open_browser, signing_in
from aibox_assets_tests.integration.real_home import RealHome


@pytest.fixture(scope="package")
def home() -> Iterator[RealHome]:
    """A running home. Files settle fast, to keep the tests short."""
    made = RealHome(AIBOX_SETTLE_SECONDS="0.5")
    try:
        made.up()
        yield made
    finally:
        made.destroy()


@pytest.fixture(scope="package")
def own_home() -> Iterator[RealHome]:
    """A home of which tests change what all files depend on; it began with the English model."""
    made = RealHome(AIBOX_SETTLE_SECONDS="0.5")
    try:
        made.run("models", "use", ENGLISH)
        made.up()
        yield made
    finally:
        made.destroy()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def people(home: RealHome) -> None:
    """Accounts that sign in."""
    make_people(home)


@pytest.fixture
def sign_in(home: RealHome, browser: Browser, people: None) -> Iterator[SignIn]:
    """A page of somebody who signed in."""
    with signing_in(home, browser) as sign_in:
        yield sign_in
