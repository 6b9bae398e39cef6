"""Small documents, built in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from io import BytesIO

import docx
import openpyxl
import pptx


def make_pdf(pages: Sequence[str], encrypt: str = "") -> bytes:
    """A PDF with a line of text per page; *encrypt* is put into the trailer as it is."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for text in pages:
        content = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET"
        number = len(objects) + 1
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        kids.append(f"{number} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body = "%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"<< /Size {size} /Root 1 0 R {encrypt} >>"
    body += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(body)}\n%%EOF\n"
    return body.encode("latin-1")


def make_encrypted_pdf() -> bytes:
    """Under the standard security handler, with keys that the empty password does not match."""
    keys = f"/O <{'41' * 32}> /U <{'42' * 32}>"
    return make_pdf(
        ["secret"],
        f"/Encrypt << /Filter /Standard /V 1 /R 2 {keys} /P -4 >> /ID [<{'43' * 16}> <{'43' * 16}>]",
    )


def make_docx() -> bytes:
    document = docx.Document()
    document.add_heading("Annual report", level=1)
    document.add_paragraph("Ada Lovelace founded the company. 她住在台北。")
    document.add_heading("Sales", level=2)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Region", "Amount", "Asia", "42"], strict=True):
        cell.text = text
    document.add_paragraph("After the table.")
    return _saved(document)


def make_pptx() -> bytes:
    presentation = pptx.Presentation()
    for title, body in (("First", "Alpha text"), ("Second", "Beta text")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        slide.notes_slide.notes_text_frame.text = f"Notes of {title}"
    return _saved(presentation)


def make_xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "People"
    sheet.append(["Name", "Age"])
    sheet.append(["Ada", 36])
    sheet.append(["王小明", 41.5])
    second = workbook.create_sheet("库存")
    second.append(["Item", "Count"])
    second.append(["Bolt", 7])
    return _saved(workbook)


def make_eml(html: bool = False) -> bytes:
    message = EmailMessage()
    message["Subject"] = "季度 report"
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "bob@example.org"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    if html:
        message.set_content("<p>Hello <b>Bob</b></p><script>evil()</script>", subtype="html")
    else:
        message.set_content("Hello Bob,\nthe numbers are in.\n")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="numbers.pdf")
    return message.as_bytes()


def make_zip(entries: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def replace_part(package: bytes, part: str, content: bytes) -> bytes:
    """An Office document with one of its files replaced, or added."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    return make_zip(entries | {part: content})


def _saved(document: object) -> bytes:
    stream = BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def make_book(
    pages: Sequence[Sequence[tuple[float, float, str]]], outline: Sequence[tuple[str, int, float | None]] = ()
) -> bytes:
    """A PDF with lines at places: (points from the bottom, size, text or the operand of ``TJ``) per page.

    :param outline: titles with the page, from 0, and the place on it.
    """
    objects: list[str] = ["", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        content = ""
        for top, size, text in lines:
            shown = f"{text} TJ" if text.startswith("[") else f"({text}) Tj"
            content += f"BT /F1 {size} Tf 72 {top} Td {shown} ET\n"
        number = len(objects) + 1
        kids.append(number)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    root = len(objects) + 1
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {f'/Outlines {root} 0 R' if outline else ''} >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>"
    if outline:
        last = root + len(outline)
        objects.append(f"<< /Type /Outlines /First {root + 1} 0 R /Last {last} 0 R /Count {len(outline)} >>")
        for index, (title, page, height) in enumerate(outline, start=root + 1):
            view = "/Fit" if height is None else f"/XYZ 72 {height} 0"
            following = f"/Next {index + 1} 0 R" if index < last else ""
            objects.append(
                f"<< /Title ({title}) /Parent {root} 0 R {following} /Dest [{kids[page]} 0 R {view}] >>"
            )
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    body += f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}"
    return body.encode("latin-1")
