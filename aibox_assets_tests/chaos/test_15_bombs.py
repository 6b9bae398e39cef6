"""Bombs of 10 MB to 10 GB, entities, and references outward: refused in 5 s of a core and 300 MB; nobody is called."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets_tests.chaos.measured_sandbox import TIMEOUT, MeasuredSandbox
from aibox_assets_tests.domain.parse import bombs, documents

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

MAX_SECONDS = 5.0
MAX_MIB = 300.0
MB, GB = 10**6, 10**9
PARTS = ("word/document.xml", "ppt/slides/slide1.xml", "xl/worksheets/sheet1.xml")


def zip_bombs() -> Iterator[tuple[str, bytes]]:
    """Office documents with one huge part, many parts, parts that overlap, and archives in archives."""
    for part in PARTS:
        extension = {"word": "docx", "ppt": "pptx", "xl": "xlsx"}[part.split("/")[0]]
        for size in (10 * MB, 100 * MB, GB, 10 * GB):
            yield f"{size // MB}mb.{extension}", bombs.zip_bomb(part, size)
        yield f"lying.{extension}", bombs.understate(bombs.zip_bomb(part, GB))
    yield "media.docx", bombs.zip_bomb("word/media/image1.png", GB, b"\0")
    yield "nested.docx", _nest(bombs.zip_bomb(PARTS[0], 100 * MB), 3)
    yield "overlap.docx", bombs.overlapping_docx(30 * MB, 1_000)
    yield (
        "entries.xlsx",
        documents.make_zip({"xl/workbook.xml": b""} | {f"{n}.xml": b"" for n in range(50_000)}),
    )


def pdf_bombs() -> Iterator[tuple[str, bytes]]:
    """Streams that are packed once or twice, and pages that claim to be many or huge."""
    for size in (100 * MB, GB, 10 * GB):
        yield f"blank-{size // MB}mb.pdf", bombs.flate_pdf(bombs.deflate(b" ", size))
        twice = bombs.deflate(b" ", size, times=2)
        yield f"twice-{size // MB}mb.pdf", bombs.flate_pdf(twice, "[/FlateDecode /FlateDecode]")
    for size in (100 * MB, GB):
        yield f"text-{size // MB}mb.pdf", bombs.flate_pdf(bombs.deflate(bombs.TEXT_OPERATOR, size))
        yield f"states-{size // MB}mb.pdf", bombs.flate_pdf(bombs.deflate(b"q Q ", size))


def refuse(sandbox: MeasuredSandbox, name: str, data: bytes) -> None:
    """Parse a bomb: an error of ours within the bars."""
    result = sandbox.parse(data, name)
    assert isinstance(result, AIBoxError), f"{name} was parsed to {len(result.text):,} characters"
    assert result.permanent
    assert name in result.reason
    assert sandbox.longest[0] < MAX_SECONDS, sandbox.figures()
    assert sandbox.waited < TIMEOUT, sandbox.figures()
    assert sandbox.peak_mib < MAX_MIB, f"{name}: {sandbox.figures()}"


@pytest.mark.parametrize("make", [zip_bombs, pdf_bombs])
def test_bombs_are_refused(make: Callable[[], Iterator[tuple[str, bytes]]]) -> None:
    with MeasuredSandbox() as sandbox:
        for name, data in make():
            refuse(sandbox, name, data)
    print(f"\nline 15, {make.__name__}: {sandbox.figures()}")


def test_bombs_below_every_declared_limit_are_refused() -> None:
    with MeasuredSandbox() as sandbox:
        for name, make in bombs.SMALL.items():
            refuse(sandbox, name, make())
        for claimed in (4_999, 2**31 - 1):
            page = zlib.compress(bombs.TEXT_OPERATOR)
            assert isinstance(
                sandbox.parse(bombs.flate_pdf(page, count=claimed), "count.pdf"), ParsedDocument
            )
            huge = bombs.flate_pdf(page, media_box="0 0 1e9 1e9")
            assert isinstance(sandbox.parse(huge, "huge.pdf"), ParsedDocument), "nothing is drawn"
    print(f"\nline 15, small bombs: {sandbox.figures()}")
    assert sandbox.longest[0] < MAX_SECONDS
    assert sandbox.waited < TIMEOUT
    assert sandbox.peak_mib < MAX_MIB


def test_entities_are_not_expanded_and_nobody_is_called() -> None:
    with listener() as (port, was_called), MeasuredSandbox() as sandbox:
        for name, data in entity_files(port):
            result = sandbox.parse(data, name)
            shown = str(result) if isinstance(result, AIBoxError) else result.text
            assert "root:" not in shown
            written = 20 if data.startswith(b"PK") else data.count(b"boom")  # plain text shows its own source
            assert shown.count("boom") <= written, f"{name}: entities were expanded"
            assert sandbox.longest[0] < MAX_SECONDS, sandbox.figures()
        assert not was_called()
    print(f"\nline 15, entities: {sandbox.figures()}; connections outward 0")
    assert sandbox.peak_mib < MAX_MIB


def entity_files(port: int) -> Iterator[tuple[str, bytes]]:
    """Documents of each kind with markup that names a local file and our own socket, or that multiplies."""
    url = f"http://127.0.0.1:{port}/leak"
    nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctypes = {
        "laughs": f'<!DOCTYPE r [<!ENTITY e0 "boom">{nested}]>',
        "quadratic": f'<!DOCTYPE r [<!ENTITY e11 "{"boom " * 20_000}">]>',
        "file": '<!DOCTYPE r [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>',
        "socket": f'<!DOCTYPE r [<!ENTITY e11 SYSTEM "{url}">]>',
        "dtd": f'<!DOCTYPE r SYSTEM "{url}.dtd">',
        "parameter": f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{url}"> %p;]>',
    }
    makers = {"docx": documents.make_docx, "pptx": documents.make_pptx, "xlsx": documents.make_xlsx}
    texts = {"docx": "Annual report", "pptx": "First", "xlsx": "Ada"}
    parts = {"docx": PARTS[0], "pptx": PARTS[1], "xlsx": PARTS[2]}
    for kind, doctype in doctypes.items():
        for extension, make in makers.items():
            yield (
                f"{kind}.{extension}",
                bombs.with_doctype(make(), parts[extension], doctype, texts[extension]),
            )
        repeats = "&e11;" * 1_000
        yield f"{kind}.xml", f'<?xml version="1.0"?>{doctype}<r>{repeats}</r>'.encode()
        yield f"{kind}.html", f"{doctype}<html><body>{repeats}</body></html>".encode()
    fetched = f'<img src="{url}"><link rel=stylesheet href="{url}"><script src="{url}"></script><iframe src="{url}">'
    yield "page.html", f"<html><head><base href='{url}'></head><body>words {fetched}</body></html>".encode()
    mail = f"From: a@b\nTo: c@d\nSubject: s\nDate: x\nContent-Type: text/html\n\n<p>words {fetched}"
    yield "mail.eml", mail.encode()
    link = f'<Relationship Id="rId99" TargetMode="External" Target="{url}" Type="{_IMAGE}"/></Relationships>'
    yield (
        "relation.docx",
        bombs.edit_part(documents.make_docx(), "word/_rels/document.xml.rels", "</Relationships>", link),
    )


_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"


@contextmanager
def listener() -> Iterator[tuple[int, Callable[[], bool]]]:
    """A socket on loopback, and whether anybody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def was_called() -> bool:
            try:
                server.accept()[0].close()
            except TimeoutError:
                return False
            return True

        yield server.getsockname()[1], was_called


def _nest(innermost: bytes, depth: int) -> bytes:
    """An archive in an archive in an archive, in a DOCX."""
    for level in range(depth):
        innermost = documents.make_zip({f"{level}-{copy}.zip": innermost for copy in range(4)})
    return documents.replace_part(documents.make_zip({PARTS[0]: b"<x/>"}), "word/embeddings/a.zip", innermost)
