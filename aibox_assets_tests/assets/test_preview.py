"""Text of documents in Dagster's Markdown is text: nothing in it is loaded, linked or run by an admin's browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aibox_assets.assets.tables import markdown_text, preview
from aibox_assets.domain.models import Chunk

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
ADDRESS = re.compile(r"(https?://|www(?=\.))[-.\w]|[-.\w+]@[-\w]", re.IGNORECASE)
"""What the UI's GFM makes links of, looked for in text after the references are resolved."""
HOSTILE = [
    "![x](http://evil.example/pixel.png)",
    "[x](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<http://evil.example>",
    "http://evil.example www.evil.example mallory@evil.example HTTPS://evil.example",
    "&lt;img src=x&gt; &#60;b&#62;",
    "`a` | b \\\\| c \\| ![](x) | d",
    "~~a~~ **b** __c__ *d*",
    "[x]: http://evil.example",
    "\u202e\x1b[31m\x00",
]
TEXT = st.text(st.sampled_from("![]()<>&#;`|\\*_~:/@.wht ps1a\n\"'-=\u202e你"), max_size=60) | st.text(
    max_size=60
)


def chunk(text: str) -> Chunk:
    return Chunk("c", "f", 0, text, 1, 0, 9, None, None, (), "en")


def tokens(markdown: str) -> Iterator[Token]:
    for token in MARKDOWN.parse(markdown):
        yield from [token] if token.children is None else token.children


def check(text: str) -> None:
    found = list(tokens(preview([chunk(text)], ["ordinal", "text"], width=200)))
    kinds = {token.type for token in found}
    assert kinds <= {"text"} | {f"{part}_{end}" for part in TABLE for end in ("open", "close")}
    assert sum(token.type == "td_open" for token in found) == 2
    shown = "".join(token.content for token in found if token.type == "text")
    assert not ADDRESS.search(shown)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown(text: str) -> None:
    check(text)


@given(TEXT)
def test_any_text_is_shown(text: str) -> None:
    check(text)


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60))
def test_the_text_itself_comes_out(text: str) -> None:
    shown = "".join(token.content for token in tokens(f"| a |\n| --- |\n| {markdown_text(text)} |"))
    assert shown == "a" + re.sub("(?i)(@|:(?=/)|www(?=[.]))", "\\1\u2060", text)


def test_long_texts_are_cut_before_they_are_escaped() -> None:
    lines = preview([chunk("a | b\nc " + "<" * 200)], ["ordinal", "text"]).splitlines()
    assert len(lines) == 3
    assert "a &#124; b c &#60;" in lines[2]
    assert lines[2].endswith("&#60;… |")
    assert lines[2].count("&#60;") == 71
