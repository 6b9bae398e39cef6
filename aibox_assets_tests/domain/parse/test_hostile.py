"""Bombs, entities and damaged files: every outcome is one of our errors, or a document."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aibox_assets.domain.errors import (
    AIBoxError,
    EncryptedDocumentError,
    LimitExceededError,
    MalformedDocumentError,
)
from aibox_assets.domain.parse import ParseLimits, parse_document
from aibox_assets_tests.domain.parse import documents

LIMITS = ParseLimits()
VALID = {
    "a.pdf": documents.make_pdf(["Hello world", "Second page"]),
    "a.docx": documents.make_docx(),
    "a.pptx": documents.make_pptx(),
    "a.xlsx": documents.make_xlsx(),
    "a.eml": documents.make_eml(),
    "a.html": b"<html><body><h1>A</h1><table><tr><td>x<td>y</table></body></html>",
    "a.json": b'[{"a": [1, 2, {"b": "c"}]}]',
    "a.csv": b'Name,Age\nAda,"36"\n',
    "a.md": b"# A\n\n> - text\n",
}


def test_zip_bombs_are_refused_by_the_limit_they_break() -> None:
    many = documents.make_zip({"word/document.xml": b""} | {f"f{i}": b"" for i in range(200)})
    with pytest.raises(LimitExceededError, match="100 files"):
        parse_document(many, "many.docx", ParseLimits(zip_max_entries=100))
    dense = documents.replace_part(VALID["a.xlsx"], "xl/media/big.xml", bytes(30_000_000))
    with pytest.raises(LimitExceededError, match="ratio"):
        parse_document(dense, "dense.xlsx", LIMITS)
    with pytest.raises(LimitExceededError, match="20 MiB"):
        parse_document(dense, "large.xlsx", ParseLimits(zip_max_total_bytes=20 * 2**20))


def test_zip_entry_that_lies_about_its_size_is_refused() -> None:
    honest = documents.replace_part(VALID["a.xlsx"], "xl/worksheets/sheet1.xml", bytes(5_000_000))
    lying = honest.replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(MalformedDocumentError):
        parse_document(lying, "lying.xlsx", LIMITS)


def test_encrypted_office_documents() -> None:
    data = bytearray(VALID["a.docx"])
    with zipfile.ZipFile(BytesIO(VALID["a.docx"])) as archive:
        start = archive.start_dir
    data[start + 8] |= 1  # the flag of the first entry in the central directory
    with pytest.raises(EncryptedDocumentError):
        parse_document(bytes(data), "a.docx", LIMITS)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedDocumentError):
        parse_document(ole, "b.docx", LIMITS)


@pytest.mark.parametrize(
    ("name", "part"), [("a.docx", "word/document.xml"), ("a.pptx", "ppt/slides/slide1.xml")]
)
def test_entities_are_not_expanded(name: str, part: str) -> None:
    nested = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    doctype = f'<!DOCTYPE r [<!ENTITY e0 "boom"><!ENTITY x SYSTEM "file:///etc/passwd">{nested}]>'
    with zipfile.ZipFile(BytesIO(VALID[name])) as archive:
        xml = archive.read(part).decode()
    declaration, _, rest = xml.partition("?>")
    for old in ("Annual report", "First"):
        rest = rest.replace(old, "&e9;&x;safe")
    bomb = documents.replace_part(VALID[name], part, f"{declaration}?>{doctype}{rest}".encode())
    try:
        text = parse_document(bomb, name, LIMITS).text
    except AIBoxError:
        return
    assert "boom" not in text
    assert "root:" not in text


@given(st.binary(max_size=2_000), st.sampled_from([*VALID, "a.txt", "a.jsonl", "a.tsv", "noext"]))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_end_typed(data: bytes, name: str) -> None:
    _parse_or_refuse(data, name)


@given(st.sampled_from(sorted(VALID)), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutants_end_typed(name: str, data: st.DataObject) -> None:
    mutant = bytearray(VALID[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(mutant) - 1))
        piece = data.draw(st.binary(min_size=0, max_size=8))
        mutant[place : place + data.draw(st.integers(0, 16))] = piece
        if not mutant:
            return
    _parse_or_refuse(bytes(mutant), name)


def _parse_or_refuse(data: bytes, name: str) -> None:
    refusal = None
    try:
        document = parse_document(data, name, LIMITS)
    except AIBoxError as error:
        refusal = error
    if refusal is not None:
        assert refusal.permanent
        assert name in refusal.reason
        assert refusal.remedy
    else:
        document.text.encode("utf-8")
        assert "\x00" not in document.text
        assert document.text.strip()
