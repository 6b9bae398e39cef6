"""Small files that are large when they are read."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Final

from aibox_assets_tests.domain.parse import documents

MIB: Final = 2**20
_SPREADSHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_OPERATOR: Final = b"BT /F1 24 Tf 72 700 Td (boom boom boom) Tj ET\n"


@lru_cache(maxsize=8)
def deflate(piece: bytes, size: int, times: int = 1) -> bytes:
    """About *size* bytes of repeated *piece* in zlib's format; *times* over. Made from one packed block."""
    block, packed = _packed_block(piece)
    count = max(1, size // len(block))
    checksum = 1
    for _ in range(count):
        checksum = zlib.adler32(block, checksum)
    stream = b"\x78\xda" + packed * count + b"\x03\x00" + checksum.to_bytes(4, "big")
    for _ in range(times - 1):
        stream = zlib.compress(stream, 9)
    return stream


def _packed_block(piece: bytes) -> tuple[bytes, bytes]:
    """A MiB of *piece*, and the same packed so that it may be repeated in a raw stream."""
    block = piece * (MIB // len(piece))
    packer = zlib.compressobj(9, wbits=-15)
    return block, packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)


def flate_pdf(
    packed: bytes, filters: str = "/FlateDecode", media_box: str = "0 0 612 792", count: int = 1
) -> bytes:
    """A PDF of one page with *packed* for its content; *count* is what it says its number of pages is."""
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [3 0 R] /Count {count} >>".encode(),
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{media_box}] /Contents 4 0 R /Resources {font} >>".encode(),
        f"<< /Length {len(packed)} /Filter {filters} >>\nstream\n".encode() + packed + b"\nendstream",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


def docx_of(body: bytes) -> bytes:
    """A DOCX with this XML for its body."""
    xml = b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (_WORD.encode(), body)
    return documents.replace_part(documents.make_docx(), "word/document.xml", xml)


def sparse_xlsx(last: str, row: int = 1_048_576) -> bytes:
    """A sheet of two cells, A1 and one far away: *last* is its column."""
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{last}{row}"><v>2</v></c></row>'
    return _xlsx_of(cells.encode())


def repeating_xlsx(cells: int, length: int) -> bytes:
    """A sheet whose *cells* all show one shared text of *length* characters."""
    text = "boom " * (length // 5)
    shared = f'<sst xmlns="{_SPREADSHEET}" count="1" uniqueCount="1"><si><t>{text}</t></si></sst>'
    sheet = _xlsx_of(b'<row><c t="s"><v>0</v></c></row>' * cells)
    return documents.replace_part(sheet, "xl/sharedStrings.xml", shared.encode())


def zip_bomb(part: str, size: int, fill: bytes = b" ") -> bytes:
    """An Office document with a part of about *size* bytes, whose checksum is right up to 1 GiB."""
    block, piece = _packed_block(fill)
    count = size // len(block)
    checksum = 0
    for _ in range(count if count <= 1024 else 0):
        checksum = zlib.crc32(block, checksum)
    makers = {"word": documents.make_docx, "ppt": documents.make_pptx, "xl": documents.make_xlsx}
    packed = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(makers[part.split("/")[0]]())) as honest,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in honest.namelist():
            if name != part:
                archive.writestr(name, honest.read(name))
        entry = zipfile.ZipInfo(part)
        archive.writestr(entry, piece * count + b"\x03\x00", zipfile.ZIP_STORED)
        # The directory at the end, which is what is read, tells what the bytes unpack to.
        entry.compress_type, entry.file_size, entry.CRC = zipfile.ZIP_DEFLATED, count * len(block), checksum
    return packed.getvalue()


def understate(package: bytes) -> bytes:
    """An Office document whose largest part claims to have 100 bytes."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        size = max(entry.file_size for entry in archive.infolist())
    return package.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


def overlapping_docx(size: int, copies: int) -> bytes:
    """A DOCX with *copies* parts in its directory that all are the same *size* bytes on the disk.

    Source: D. Fifield, "A better zip bomb", WOOT 2019.
    """
    honest = zip_bomb("word/document.xml", size)
    with zipfile.ZipFile(BytesIO(honest)) as archive:
        start = archive.start_dir
        entry = next(info for info in archive.infolist() if info.filename == "word/document.xml")
    end = honest.rindex(b"PK\x05\x06")
    name = entry.filename.encode()
    at = honest.index(name, start) - 46
    record = honest[at : at + 46 + len(name)]
    record = record[:30] + struct.pack("<H", 0) + record[32:]  # without its extra field
    others = b"".join(record[:46] + b"%017d" % number for number in range(copies))
    assert len(name) == 17
    count, length = archive_entries(honest) + copies, end - start + len(others)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, length, start, 0)
    return honest[:end] + others + tail


def archive_entries(package: bytes) -> int:
    """How many files are inside."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return len(archive.infolist())


def edit_part(package: bytes, part: str, old: str, new: str) -> bytes:
    """An Office document with *old* replaced by *new* in one of its parts."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        xml = archive.read(part).decode()
    assert old in xml
    return documents.replace_part(package, part, xml.replace(old, new).encode())


def with_doctype(package: bytes, part: str, doctype: str, text: str) -> bytes:
    """An Office document with *doctype* in one of its parts, and its entity ``e11`` for *text*."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        xml = archive.read(part).decode()
    rest = xml.rpartition("?>")[2]
    assert text in rest
    start = '<?xml version="1.0" encoding="UTF-8"?>'
    return documents.replace_part(
        package, part, f"{start}{doctype}{rest.replace(text, '&e11;' * 10)}".encode()
    )


def _xlsx_of(rows: bytes) -> bytes:
    xml = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (_SPREADSHEET.encode(), rows)
    return documents.replace_part(documents.make_xlsx(), "xl/worksheets/sheet1.xml", xml)


SMALL: Final[dict[str, Callable[[], bytes]]] = {
    "flate.pdf": lambda: flate_pdf(deflate(b"q Q ", 400 * MIB)),
    "tags.docx": lambda: docx_of(b"<w:p/>" * 1_600_000),
    "far.xlsx": lambda: sparse_xlsx("Z"),
    "shared.xlsx": lambda: repeating_xlsx(20_000, 30_000),
}
"""Bombs below every limit of size and ratio: only memory stops them."""
