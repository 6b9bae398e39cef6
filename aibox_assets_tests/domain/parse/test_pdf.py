"""PDF: the text of the pages under its headings, without what only furnishes a page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse import ParseLimits, parse_document
from aibox_assets.domain.parse.page_layout import (
    Bookmark,
    find_contents,
    find_headings,
    find_running_lines,
    join_lines,
    place_bookmarks,
    shorten_leaders,
)
from aibox_assets.domain.parse.page_lines import Line
from aibox_assets_tests.domain.parse.documents import make_book

DOTS = " . . . . . . . . . . "
BODY = "The pump of the hall was replaced in May of the year"


def parse(data: bytes) -> ParsedDocument:
    return parse_document(data, "a.pdf", ParseLimits())


def text_line(top: float, number: int) -> tuple[float, float, str]:
    return top, 10, f"{BODY} {number * 37} since its bearing {number} ran dry."


def body_of(page: int) -> list[Line]:
    return [Line(f"{BODY} {chr(97 + page)}{letter}", 400.0 - 10 * i, 10) for i, letter in enumerate("qrstuv")]


def book(pages: int = 6, outline: bool = False) -> bytes:
    """A chapter for each two pages, with heads, feet and contents as manuals have them."""
    first = [
        (760.0, 10.0, "CONTENTS"),
        *[(700.0 - 20 * i, 10.0, f"1.{i} Oil of {i}{DOTS}{i + 1}") for i in range(6)],
    ]
    made = [first]
    entries: list[tuple[str, int, float | None]] = []
    for page in range(1, pages):
        chapter = (page + 1) // 2
        lines = [
            (760.0, 10.0, f"CHAPTER {chapter}. THE VALVE BOOK"),
            text_line(640, page),
            text_line(620, page + 50),
        ]
        if page % 2:
            lines.insert(1, (680.0, 18.0, f"{chapter} Oil number {chr(64 + chapter)}"))
            entries.append((f"Oil number {chr(64 + chapter)}", page, 700.0))
        lines.append((30.0, 10.0, f"{page} / {pages}"))
        made.append(lines)
    return make_book(made, entries if outline else ())


@pytest.mark.parametrize("outline", [True, False])
def test_a_book_is_its_text_under_its_headings(outline: bool) -> None:
    document = parse(book(outline=outline))
    assert "VALVE BOOK" not in document.text
    assert " . ." not in document.text
    assert "1.3 Oil" not in document.text
    assert " / 6" not in document.text
    assert document.text.count(BODY) == 10
    headed = [block for block in document.blocks if block.heading_path]
    assert [block.page for block in headed] == [2, 3, 4, 5, 6]
    number = "" if outline else "1 "
    assert headed[0].heading_path == headed[1].heading_path == (f"{number}Oil number A",)
    assert document.text[headed[0].char_start :].startswith("1 Oil number A\n" + BODY)


def test_torn_words_are_whole_and_words_stay_apart() -> None:
    torn = "[(Th) -180 (e Metropoli) -180 (s of th) -180 (e north and of the south)]"
    lines = [(700.0, 12.0, torn), (680.0, 12.0, "[(It lie) -180 (s on th) -180 (e river)]")]
    assert (
        parse(make_book([lines])).text == "The Metropolis of the north and of the south\nIt lies on the river"
    )
    gaps = "[(a) -300 (b) -300 (c) -300 (d) -300 (e)]"  # blanks are nothing but gaps here
    assert parse(make_book([[(700.0, 12.0, gaps)]])).text == "a b c d e"


def test_a_page_is_never_emptied() -> None:
    same = parse(make_book([[(700.0, 12.0, "Page 1")]] * 5))
    assert same.text.count("Page 1") == 5
    contents = [[(700.0 - 20 * i, 12.0, f"Oil {i}{DOTS}{i}") for i in range(5)]]
    assert "Oil 3 … 3" in parse(make_book(contents)).text.replace("…  ", "… ")


def test_price_lists_keep_their_lines() -> None:
    menu = [
        (700.0 - 20 * i, 12.0, f"Soup {i}{DOTS}{price}")
        for i, price in enumerate(("7.50", "3.20", "9.00", "4.10"))
    ]
    assert parse(make_book([menu])).text.splitlines()[0].split() == ["Soup", "0", "…", "7.50"]


def test_what_comes_again_but_is_content_stays() -> None:
    invoices = [
        [Line(f"Invoice {7_310 + page}", 760, 10), *body_of(page), Line(f"Sum {page * 7 + 3}", 30, 10)]
        for page in range(6)
    ]
    assert find_running_lines(invoices) == [set()] * 6
    titles = [[Line("Results", 760, 18), *body_of(page)] for page in range(6)]
    assert find_running_lines(titles) == [set()] * 6


def test_roman_page_numbers_and_heads_of_short_chapters() -> None:
    heads = ["Oil", "Oil", "Air", "Water", "Water", "Water", "Oil", "Oil"]
    numbers = ["iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]
    pages = [
        [Line(f"THE {head} BOOK", 760, 10), *body_of(page), Line(number, 30, 10)]
        for page, (head, number) in enumerate(zip(heads, numbers, strict=True))
    ]
    assert find_running_lines(pages) == [{0, 7}] * 8


def test_chinese_lines_go_on_within_words() -> None:
    full = [
        "北風電池由林美華創立，總部位於新竹。成立時只有三名員",
        "工，向靜和大學借用實驗設備。二〇一九年，港街資本投資",
        "，擴建了北風電池。",
    ]
    lists = [
        "林美華，創辦人兼董事長",
        "丹尼爾·哈特曼，執行長",
        "Northwind Cells Ltd. of Hsinchu, Taiwan,",
        "北風電池公司",
    ]
    lines = [Line(text, 700.0 - 10 * at, 12) for at, text in enumerate([*full, *lists])]
    assert join_lines(lines) == "\n".join(["".join(full), *lists])
    assert join_lines([]) == ""
    heading = [Line(full[0], 700, 18), Line(full[1], 680, 12)]
    assert join_lines(heading) == "\n".join(full[:2])


def test_bookmarks_find_their_lines() -> None:
    lines = [Line("Chapter 4"), Line("Obtaining the"), Line("Media"), Line("4.1 TFTP"), Line(BODY)]
    marks = [
        Bookmark(1, "Obtaining the Media", 0, None),
        Bookmark(2, "TFTP", 0, None),
        Bookmark(2, "Gone", 0, None),
    ]
    placed = place_bookmarks(lines, marks)
    assert {index: [mark.title for mark in found] for index, found in placed.items()} == {
        1: ["Obtaining the Media"],
        3: ["TFTP", "Gone"],
    }


def test_broken_titles_and_boxes() -> None:
    page = [
        Line("A long", 700, 18),
        Line("title", 680, 18),
        *[Line(BODY, 600, 10)] * 20,
        Line("NOTE", 300, 12),
    ]
    found = find_headings([page, page[2:], page[2:], page[2:]])
    assert [[mark.title for mark in marks] for marks in found[0].values()] == [["A long title"]]
    assert find_headings([[Line(BODY, 700, 18)] * 3 + [Line("x y", 500, 10)]]) == [{}]
    assert find_headings([[]]) == [{}]
    assert find_headings([]) == []


LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from(["1", "iv", "Head 3", f"A{DOTS}2", "B 3", "Contents", BODY, "目录", "x" * 500]),
        st.sampled_from([0.0, 30.0, 400.0, 760.0]),
        st.sampled_from([0.0, 10.0, 18.0]),
    ),
    max_size=12,
)


@given(st.lists(LINES, max_size=8))
@settings(max_examples=200, deadline=None)
def test_any_lines_are_told_apart(pages: list[list[Line]]) -> None:
    for found in (find_running_lines(pages), find_contents(pages), find_headings(pages)):
        assert len(found) == len(pages)
        for lines, indices in zip(pages, found, strict=True):
            assert all(0 <= index < len(lines) for index in indices)


@given(st.text(".· \t…ax9", max_size=300))
@settings(deadline=None)
def test_leaders_are_shortened_whatever_stands_around(text: str) -> None:
    assert shorten_leaders(text).count("a") == text.count("a")
