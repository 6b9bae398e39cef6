"""HTML: the content of a page and nothing around it, with its headings and tables."""

from __future__ import annotations

import time
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse import ParseLimits, parse_document

PROSE = "The pump of hall three was replaced in May, since its bearing had run dry twice before. "


def parse(markup: str) -> ParsedDocument:
    return parse_document(markup.encode(), "a.html", ParseLimits())


def blocks_of(markup: str) -> list[str]:
    document = parse(markup)
    return [document.text[block.char_start : block.char_end] for block in document.blocks]


def test_a_manual_loses_its_navigation() -> None:
    markup = (
        '<html><head><title>2.1. Pumps</title></head><body><div id="banner"><a href="/get">Get the ebook</a></div>'
        '<ul class="docnav"><li><a href="a">Prev</a></li><li><a href="b">Next</a></li></ul>'
        '<div class="sect1"><h2 class="title">2.1. Pumps<a class="headerlink" href="#p">¶</a></h2>'
        f'<div class="toc"><ul><li><a href="#x">2.1.1. Oil</a></li></ul></div><p>{PROSE}</p>'
        f'<div class="sidebar"><p>{PROSE}</p></div></div>'
        '<div class="navfooter"><table><tr><td><a href="a">Prev</a></td><td>Chapter 2</td></tr></table></div>'
        "</body></html>"
    )
    assert blocks_of(markup) == ["2.1. Pumps", PROSE.strip(), PROSE.strip()]


def test_a_news_page_is_its_article() -> None:
    markup = (
        "<html><head><title>Pump replaced – The Daily Valve</title></head><body>"
        '<header class="site-header"><a href="/">The Daily Valve</a><nav><a href="/a">World</a></nav></header>'
        '<div class="cookie-consent">We use cookies.</div><main><article><header><h1>Pump replaced</h1>'
        f'<p>By Ada</p></header><p>{PROSE}</p><div class="share-buttons"><a href="#">Share</a></div></article></main>'
        "<aside><h2>Most read</h2></aside><footer>© Valve Press</footer></body></html>"
    )
    assert blocks_of(markup) == ["Pump replaced", "By Ada", PROSE.strip()]


def test_navigation_without_a_name_is_known_by_its_links() -> None:
    markup = (
        f'<body><p><a href="a">Prev</a> | <a href="b">Up</a> | <a href="c">下一页</a></p><h1>Oil</h1><p>{PROSE}</p>'
        '<p>See <a href="x">Next</a> for more.</p><p><a href="y">The oil book</a></p></body>'
    )
    assert blocks_of(markup) == ["Oil", PROSE.strip(), "See Next for more.", "The oil book"]


@pytest.mark.parametrize(
    "markup",
    [
        f'<body class="menu"><p>{PROSE}</p></body>',
        f'<body><div class="menu"><p>{PROSE}</p></div></body>',
        f"<body><nav><p>{PROSE}</p></nav></body>",
        '<body><nav><a href="a">Prev</a></nav></body>',
        f'<body><main></main><div id="app"><p>{PROSE}</p></div></body>',
        f"<body><form><p>{PROSE}</p><button>Send</button></form></body>",
    ],
)
def test_a_page_is_never_emptied(markup: str) -> None:
    assert blocks_of(markup) in ([PROSE.strip()], ["Prev"])


def test_code_in_headings_has_no_blanks_around_it() -> None:
    document = parse(
        f"<body><h1>The <code>apt</code>-<code>get</code>(8) tool<br>in use</h1><p>{PROSE}</p></body>"
    )
    assert document.blocks[1].heading_path == ("The apt-get(8) tool in use",)


def test_the_heading_of_a_note_is_none_of_what_follows() -> None:
    document = parse(
        f'<body><h2>Oil</h2><div class="note"><h3>Note</h3><p>Hot.</p></div><p>{PROSE}</p></body>'
    )
    assert [block.heading_path for block in document.blocks] == [("Oil",)] * 4


def test_the_title_stands_where_no_heading_says_it() -> None:
    assert blocks_of("<title>Yearly report</title><h1>Introduction</h1><p>x") == [
        "Yearly report",
        "Introduction",
        "x",
    ]
    assert blocks_of("<title>Introduction | Yearly report</title><h1>Introduction</h1><p>x") == [
        "Introduction",
        "x",
    ]


def test_tables_keep_values_under_their_headers() -> None:
    table = (
        "<table><caption>Sales</caption><thead><tr><th rowspan=2>Region</th><th colspan=2>Amount</th></tr>"
        "<tr><th>2023</th><th>2024</th></tr></thead>"
        "<tr><td rowspan=2>Asia</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>"
        "<tr><td>Africa</td><td colspan=2>none</td></tr></table>"
    )
    assert blocks_of(table) == [
        "Sales\nRegion: Asia | Amount 2023: 1 | Amount 2024: 2\nRegion: Asia | Amount 2023: 3 | Amount 2024: 4\n"
        "Region: Africa | Amount 2023: none"
    ]
    columns_of_numbers = "<table><tr><th>Year<th>2023<tr><td>Profit<td>7</table>"
    assert blocks_of(columns_of_numbers) == ["Year: Profit | 2023: 7"]
    cells = "<table><tr><th>A<th>B<tr><td><p>one</p><p>two<br>three</p><td>x</table>"
    assert blocks_of(cells) == ["A: one two three | B: x"]


def test_xhtml_is_read_without_a_warning() -> None:
    markup = (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>台北 &amp; 高雄<!-- no --></p></body></html>'
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert blocks_of(markup) == ["台北 & 高雄"]


@pytest.mark.parametrize(
    "tag", ["<div>", "<header>", "<nav><a>", "<main>", "<table><tr><td>", "<b>", "<pre>", "<h1>a</h2>"]
)
def test_depth_costs_no_more_than_length(tag: str) -> None:
    """Over the depth at which the library stops; a walk per element would take minutes."""
    before = time.process_time()
    assert "deep" in parse("<html>" + tag * 20_000 + "deep").text
    assert time.process_time() - before < 20


def test_spans_without_end() -> None:
    markup = "<table><tr>" + "<td rowspan=65534 colspan=1000>x" * 500 + "<tr>" * 5_000 + "</table>"
    assert parse(markup).text.count("x") <= 2 * 500 * 100


PARTS = (
    *(
        "<div>",
        "</div>",
        "<nav>",
        "</nav>",
        "<main>",
        "<article>",
        "<h1>",
        "</h1>",
        "<p>",
        "<a>",
        "</a>",
        "<br>",
    ),
    *(
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<th>",
        "<pre>",
        "</pre>",
        "<footer>",
        "<aside>",
        "<title>",
        "</title>",
    ),
    *("text", "文字", "Prev"),
)


@given(st.lists(st.sampled_from(PARTS), max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_mix_of_tags_keeps_some_text(parts: list[str]) -> None:
    document = parse("<html><body><p>start</p>" + " ".join(parts))
    assert document.text.strip()
