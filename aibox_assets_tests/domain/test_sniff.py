"""Types by content, whatever the extension says."""

from __future__ import annotations

import pytest

from aibox_assets.domain import sniff
from aibox_assets.domain.errors import MalformedDocumentError, UnsupportedTypeError
from aibox_assets.domain.sniff import sniff_media_type
from aibox_assets_tests.domain.parse import documents


@pytest.mark.parametrize("name", ["right", "wrong.txt", "wrong.pdf", "wrong.csv", "wrong.exe"])
def test_binary_formats_by_content(name: str) -> None:
    assert sniff_media_type(documents.make_pdf(["x"]), name) == sniff.PDF
    assert sniff_media_type(documents.make_docx(), name) == sniff.DOCX
    assert sniff_media_type(documents.make_pptx(), name) == sniff.PPTX
    assert sniff_media_type(documents.make_xlsx(), name) == sniff.XLSX


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("<!DOCTYPE html><p>x", "a.txt", sniff.HTML),
        ("<!-- c -->\n<HTML><body>", "a", sniff.HTML),
        ("<p>fragment</p>", "a.html", sniff.HTML),
        ("just words", "a.html", sniff.PLAIN),
        ('{"a": 1}', "a.txt", sniff.JSON),
        ('{"a": 1', "a.json", sniff.JSON),
        ('{"a": 1}\n{"a": 2}', "a.txt", sniff.JSONL),
        ("{not json} at all", "a.txt", sniff.PLAIN),
        ("[1] A footnote", "a.txt", sniff.PLAIN),
        ("From: a@b\nTo: c@d\nSubject: x\n\nbody", "a.txt", sniff.EML),
        ("Subject: x\n\nbody", "a.eml", sniff.EML),
        ("Note: this\nDate: today\n\nbody", "a.txt", sniff.PLAIN),
        ("# Title", "a.md", sniff.MARKDOWN),
        ("# Title", "a.txt", sniff.PLAIN),
        ("a,b\n1,2", "a.csv", sniff.CSV),
        ("a\tb\n1\t2", "a.tsv", sniff.TSV),
        ("a\tb\n1\t2\n3\t4\n5\t6", "noextension", sniff.TSV),
        ("a,b\n1,2\n3,4\n5,6", "a.dat", sniff.CSV),
        ("One, two. Three\n" * 6, "letter", sniff.PLAIN),
        ("words", "a.pdf", sniff.PLAIN),
    ],
)
def test_text_formats(text: str, name: str, expected: str) -> None:
    assert sniff_media_type(text.encode(), name) == expected


def test_text_about_pdf_is_text() -> None:
    assert sniff_media_type(b"The header %PDF-1.7 starts a PDF.", "a.txt") == sniff.PLAIN


def test_refusals_name_content_and_extension() -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
    with pytest.raises(UnsupportedTypeError, match=r"a\.docx: the content is binary .*extension is \.docx"):
        sniff_media_type(png, "a.docx")
    with pytest.raises(UnsupportedTypeError, match="no extension"):
        sniff_media_type(bytes(100_000), "zeros")
    with pytest.raises(UnsupportedTypeError, match="ZIP archive"):
        sniff_media_type(documents.make_zip({"a.txt": b"x"}), "a.zip")
    with pytest.raises(UnsupportedTypeError, match="before 2007"):
        sniff_media_type(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc")
    with pytest.raises(MalformedDocumentError, match="cut off"):
        sniff_media_type(documents.make_docx()[:2_000], "a.docx")
