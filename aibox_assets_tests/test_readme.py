"""The documents say what is so: every setting with its default, pictures and pages that exist."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

from packaging.specifiers import SpecifierSet
from pydantic import SecretStr

from aibox_assets.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LARGEST_PICTURE = 300_000


def shown(default: object) -> str:
    """A default as the table has it."""
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "—" if value is None or value == "" else f"`{value}`"


def test_the_table_has_every_setting_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| (\S+) \|", text, flags=re.MULTILINE))
    assert table == {str(f.alias): shown(f.default) for f in Settings.model_fields.values()}


def test_what_is_installed_runs_on_the_oldest_python_that_is_named() -> None:
    # Debian 12 has 3.11.2; where a release wants more, pip finds none and the installation ends.
    wanted = {each.metadata["Name"]: each.metadata.get("Requires-Python") or "" for each in distributions()}
    assert len(wanted) > 100
    assert {name: python for name, python in wanted.items() if "3.11.0" not in SpecifierSet(python)} == {}


def test_links_lead_to_files_of_the_project() -> None:
    links = [
        (page, link)
        for page in PAGES
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not link.startswith("http")
    ]
    assert len(links) > 5
    missing = [(page.name, link) for page, link in links if not (page.parent / link).is_file()]
    assert not missing


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert {p.name: p.stat().st_size for p in pictures if p.stat().st_size >= LARGEST_PICTURE} == {}
