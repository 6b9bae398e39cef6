"""Names are found where they stand, and not within other words."""

from __future__ import annotations

import pytest

from aibox_assets.domain.marks import Mark, find_names


@pytest.mark.parametrize(
    ("text", "names", "marks"),
    [
        ("Ann met Anna and Ann.", ["Ann"], [(0, 3), (17, 20)]),
        ("Harbor Kites of Harbor", ["Harbor", "Harbor Kites"], [(0, 12), (16, 22)]),
        ("陳大文創立海港風箏，海港風箏在里斯本。", ["海港風箏"], [(5, 9), (10, 14)]),
        ("C++ (not C) by A.B. Corp.", ["C++", "A.B. Corp."], [(0, 3), (15, 25)]),
        ("nothing", [], []),
        ("nothing", ["", "None"], []),
    ],
)
def test_names_stand_where_they_are(text: str, names: list[str], marks: list[tuple[int, int]]) -> None:
    found = find_names(text, [(name, f"key of {name}") for name in names])
    assert [(mark.start, mark.end) for mark in found] == marks
    assert all(mark.key == f"key of {text[mark.start : mark.end]}" for mark in found)


def test_two_spellings_are_one_entity() -> None:
    assert find_names("IBM is I.B.M.", [("IBM", "k"), ("I.B.M.", "k")]) == [Mark(0, 3, "k"), Mark(7, 13, "k")]
