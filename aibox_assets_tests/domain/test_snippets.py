"""Matching words in both languages, by their places in the text as it was."""

from __future__ import annotations

import pytest

from aibox_assets.domain.snippets import SNIPPET_CHARS, cut_snippet, find_matches

STEMS = {"founded": "found", "founders": "founder", "batteries": "batteri", "battery": "batteri"}


def matching(text: str, *words: str) -> list[str]:
    spans = find_matches(text, words, lambda word: STEMS.get(word, word))
    assert spans == sorted(spans)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Batteries, founded in Oslo.", ("batteri", "found"), ["Batteries", "founded"]),
        ("The housing AX-4471 ships.", ("ax4471",), ["AX-4471"]),
        ("The housing AX-4471 ships.", ("4471",), ["4471"]),
        ("北風電池由林美華創立，總部位於新竹。", ("电池", "林美", "美华"), ["電池", "林美華"]),
        ("电池 battery 电池厂", ("batteri", "电池"), ["电池", "battery", "电池"]),
        ("Le café ＡＢＣ naïve", ("cafe", "abc", "naive"), ["café", "ＡＢＣ", "naïve"]),
        ("Ein Cafe\u0301 dort", ("cafe",), ["Cafe\u0301"]),
        ("的 和 在", ("的",), ["的"]),
        ("他的电池", ("的", "电池"), ["电池"]),
        ("nothing here", ("batteri",), []),
        ("", ("batteri",), []),
        ("𠮷野家 battery", ("batteri",), ["battery"]),
    ],
)
def test_words_are_found_where_they_stand(text: str, words: tuple[str, ...], expected: list[str]) -> None:
    assert matching(text, *words) == expected


@pytest.mark.parametrize("filler", ["Nothing of it stands here. ", "这里什么也没有。", "x"])
def test_a_snippet_shows_the_matches(filler: str) -> None:
    text = filler * 400 + "The battery was founded. " + filler * 400
    spans = find_matches(text, ("batteri", "found"), lambda word: STEMS.get(word, word))
    snippet = cut_snippet(text, spans)
    assert text[snippet.start : snippet.start + len(snippet.text)] == snippet.text
    assert len(snippet.text) <= SNIPPET_CHARS
    shown = [snippet.text[start:end] for start, end in snippet.matches]
    assert shown == ["battery", "founded"] or (filler == "x" and shown[-1] == "founded")


@pytest.mark.parametrize("before", ["", "Something else. " * 40 + "\n\n"])
def test_a_heading_is_shown_without_its_signs(before: str) -> None:
    text = before + "## About Acme\n\nIt was founded in Cork."
    snippet = cut_snippet(text, find_matches(text, ["acme", "cork"], str))
    assert snippet.text.startswith("About Acme")
    assert text[snippet.start :].startswith(snippet.text)
    assert [snippet.text[start:end] for start, end in snippet.matches] == ["Acme", "Cork"]


def test_a_passage_without_matches_is_shown_from_its_start() -> None:
    assert cut_snippet("Short.", ()).text == "Short."
    snippet = cut_snippet("A sentence. " * 100, ())
    assert snippet.start == 0
    assert snippet.text.startswith("A sentence.")
