"""Small files that are large when they are read."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Final

from aibox_assets_tests.domain.parse import documents

MIB: Final = 2**20
_SPREADSHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_OPERATOR: Final = b"BT /F1 24 Tf 72 700 Td (boom boom boom) Tj ET\n"


def deflate(piece: bytes, size: int, times: int = 1) -> bytes:
    """*size* bytes of repeated *piece*, packed without ever being whole; *times* over."""
    packer = zlib.compressobj(9)
    block = piece * max(1, MIB // len(piece))
    packed = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    return packed


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
    """An Office document with a part of *size* bytes."""
    packed = BytesIO()
    whole = {"word": documents.make_docx, "ppt": documents.make_pptx, "xl": documents.make_xlsx}
    with (
        zipfile.ZipFile(BytesIO(whole[part.split("/")[0]]())) as honest,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in honest.namelist():
            if name != part:
                archive.writestr(name, honest.read(name))
        with archive.open(part, "w", force_zip64=True) as entry:
            block = fill * (16 * MIB // len(fill))
            for _ in range(size // len(block)):
                entry.write(block)
            entry.write(block[: size % len(block)])
    return packed.getvalue()


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
