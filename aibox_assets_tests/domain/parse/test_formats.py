"""Each format: its text, its places, its own ways to fail."""

from __future__ import annotations

import pytest

from aibox_assets.domain.errors import (
    EmptyDocumentError,
    EncryptedDocumentError,
    LimitExceededError,
    MalformedDocumentError,
    UnsupportedTypeError,
)
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse import ParseLimits, parse_document
from aibox_assets_tests.domain.parse import documents


def parse(data: bytes, name: str, limits: ParseLimits | None = None) -> ParsedDocument:
    document = parse_document(data, name, limits or ParseLimits())
    for block, following in zip(document.blocks, document.blocks[1:], strict=False):
        assert block.char_end <= following.char_start
        assert not document.text[block.char_end : following.char_start].strip()
    assert document.blocks[0].char_start == 0
    assert document.blocks[-1].char_end == len(document.text)
    return document


def blocks_of(document: ParsedDocument) -> list[str]:
    return [document.text[block.char_start : block.char_end] for block in document.blocks]


def test_pdf_keeps_page_numbers() -> None:
    document = parse(documents.make_pdf(["Page one", "", "Page three"]), "a.pdf")
    assert blocks_of(document) == ["Page one", "Page three"]
    assert [block.page for block in document.blocks] == [1, 3]


def test_pdf_failures_are_typed() -> None:
    whole = documents.make_pdf(["Some text"] * 3)
    with pytest.raises(EncryptedDocumentError, match=r"secret\.pdf"):
        parse(documents.make_encrypted_pdf(), "secret.pdf")
    for cut in (40, 200, len(whole) // 2, len(whole) - 30):
        with pytest.raises(MalformedDocumentError, match=r"cut\.pdf"):
            parse(whole[:cut], "cut.pdf")
    with pytest.raises(LimitExceededError, match="2 pages"):
        parse(whole, "long.pdf", ParseLimits(max_pages=2))
    with pytest.raises(EmptyDocumentError, match="OCR"):
        parse(documents.make_pdf([""]), "scan.pdf")


def test_docx_keeps_order_headings_and_tables() -> None:
    document = parse(documents.make_docx(), "a.docx")
    assert blocks_of(document) == [
        "Annual report",
        "Ada Lovelace founded the company. 她住在台北。",
        "Sales",
        "Region: Asia | Amount: 42",
        "After the table.",
    ]
    assert document.blocks[1].heading_path == ("Annual report",)
    assert document.blocks[3].heading_path == ("Annual report", "Sales")


def test_docx_reads_content_controls_and_insertions_but_no_deletions() -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:ins><w:r><w:t>Inserted</w:t></w:r></w:ins><w:del><w:r><w:delText>Gone</w:delText></w:r></w:del></w:p>"
    )
    xml = f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>'.encode()
    document = parse(documents.replace_part(documents.make_docx(), "word/document.xml", xml), "a.docx")
    assert blocks_of(document) == ["In a control", "Inserted"]


def test_pptx_keeps_slides_titles_and_notes() -> None:
    document = parse(documents.make_pptx(), "a.pptx")
    assert blocks_of(document)[:3] == ["First", "Alpha text", "Notes of First"]
    assert {(block.page, block.heading_path) for block in document.blocks} == {
        (1, ("First",)),
        (2, ("Second",)),
    }
    with pytest.raises(LimitExceededError, match="1 slides"):
        parse(documents.make_pptx(), "a.pptx", ParseLimits(max_pages=1))


def test_xlsx_gives_values_with_headers_per_sheet() -> None:
    document = parse(documents.make_xlsx(), "a.xlsx")
    assert blocks_of(document) == ["Name: Ada | Age: 36\nName: 王小明 | Age: 41.5", "Item: Bolt | Count: 7"]
    assert [block.sheet for block in document.blocks] == ["People", "库存"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_finds_its_separator(separator: str) -> None:
    rows = [["Name", "City"], ["Ada", "London"], ["小明", "台北"]]
    data = "\n".join(separator.join(row) for row in rows).encode()
    assert parse(data, "a.csv").text == "Name: Ada | City: London\nName: 小明 | City: 台北"


def test_csv_takes_titles_quotes_and_tables_without_header() -> None:
    data = b'Staff 2026\n\nName,Note\nAda,"likes, commas\nand lines"\nBob,\n'
    assert parse(data, "a.csv").text == "Staff 2026\nName: Ada | Note: likes, commas and lines\nName: Bob"
    assert parse(b"1,2\n3,4\n", "b.csv").text == "1 | 2\n3 | 4"
    assert parse(b"Name,Age\n", "c.csv").text == "Name | Age"
    assert len(parse(b"k,v\n1," + b"x" * 200_000, "d.csv").text) > 200_000


def test_html_drops_scripts_and_keeps_headings_and_tables() -> None:
    data = (
        b"<html><head><title>T</title><style>p{}</style></head><body><script>alert(1)</script>"
        b"<h1>Top</h1><p>One <b>bold</b> word</p><h2>Sub</h2><!-- no -->"
        b"<table><tr><th>Name</th><th>Role</th></tr><tr><td>Ada</td><td>Engineer</td></tr></table>"
        b"<ul><li>first</li><li>second</li></ul><pre>a\n  b</pre></body></html>"
    )
    document = parse(data, "a.html")
    assert blocks_of(document) == [
        "T",
        "Top",
        "One bold word",
        "Sub",
        "Name: Ada | Role: Engineer",
        "first",
        "second",
        "a\n  b",
    ]
    assert document.blocks[4].heading_path == ("Top", "Sub")


def test_html_follows_its_declared_charset() -> None:
    markup = '<html><head><meta charset="big5"></head><body><p>台北市</p></body></html>'
    document = parse(markup.encode("big5"), "a.html")
    assert (document.text, document.encoding, document.warnings) == ("台北市", "big5", ())


def test_html_of_any_depth() -> None:
    assert "deep" in parse(b"<html>" + b"<div>" * 5_000 + b"deep", "a.html").text


def test_markdown_keeps_source_and_headings() -> None:
    data = b"---\ntitle: x\n---\n# A\n\ntext *one*\n\n```\n# no heading\n```\n\n## B\n\n- item\n\nC\n=\nend\n"
    document = parse(data, "a.md")
    assert blocks_of(document) == [
        "---\ntitle: x\n---",
        "# A\n\ntext *one*\n\n```\n# no heading\n```",
        "## B\n\n- item",
        "C\n=\nend",
    ]
    assert [block.heading_path for block in document.blocks] == [(), ("A",), ("A", "B"), ("C",)]


def test_json_gives_a_line_per_leaf_and_a_block_per_record() -> None:
    document = parse('[{"a": {"b": [1, true]}, "n": null}, {"名": "值"}]'.encode(), "a.json")
    assert blocks_of(document) == ["a.b[0]: 1\na.b[1]: true", "名: 值"]
    lines = parse(b'{"a": 1}\n\n{"a": "\\u0000\\ud800x"}\n', "a.jsonl")
    assert blocks_of(lines) == ["a: 1", "a: x"]


def test_json_failures_are_typed() -> None:
    with pytest.raises(MalformedDocumentError, match="line 2, column"):
        parse(b'{"a": 1,\n b}', "a.json")
    with pytest.raises(MalformedDocumentError, match="line 2"):
        parse(b'{"a": 1}\n{"b"\n', "a.jsonl")
    with pytest.raises(LimitExceededError, match="nested"):
        parse(b"[" * 100_000 + b"]" * 100_000, "a.json")


@pytest.mark.parametrize("html", [False, True])
def test_eml_gives_headers_body_and_attachments(html: bool) -> None:
    document = parse(documents.make_eml(html), "a.eml")
    assert document.text.startswith(
        "Subject: 季度 report\nFrom: Ada <ada@example.org>\nTo: bob@example.org\nDate:"
    )
    assert "Hello Bob" in document.text
    assert "evil" not in document.text
    assert document.text.endswith("Attachments: numbers.pdf")
    assert document.blocks[1].heading_path == ("季度 report",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_text_of_any_encoding_is_flagged_where_guessed(encoding: str) -> None:
    text = (
        "這是一個測試，我們在台北工作。\n第二行有中文字。"
        if encoding == "big5"
        else "这是一个测试，我们在北京工作。\n第二行。"
    )
    document = parse(text.encode(encoding), "a.txt")
    assert document.text == text
    assert bool(document.warnings) == (encoding in ("gb18030", "big5"))


def test_text_loses_what_no_store_takes() -> None:
    document = parse(b"a\x00b" + b" words" * 100 + b"\r\nc", "a.txt")
    assert document.text.startswith("ab words")
    assert document.text.endswith("\nc")


def test_text_keeps_what_a_reader_cannot_see() -> None:
    text = "\u202bשלום\u202c world\u200b and\u200d می\u200cخواهم, soft\u00adhyphen. " * 20
    document = parse(text.encode(), "a.txt")
    assert document.text.strip() == text.strip()


@pytest.mark.parametrize(
    "data", [b"", b" \n\t", "\ufeff".encode(), b"\xef\xbb\xbf \n", "\u3000\u2003".encode()]
)
def test_empty_is_its_own_error(data: bytes) -> None:
    with pytest.raises(EmptyDocumentError):
        parse(data, "a.txt")


def test_limits_are_named() -> None:
    with pytest.raises(LimitExceededError, match=r"over the limit of 1\.0 MiB"):
        parse(b"x" * 2_000_000, "a.txt", ParseLimits(max_bytes=2**20))
    with pytest.raises(LimitExceededError, match="10 characters"):
        parse(b"more than ten", "a.txt", ParseLimits(max_chars=10))
    with pytest.raises(UnsupportedTypeError):
        parse(bytes(1_000_000), "zeros.txt")
