"""Write the sample documents of binary formats and foreign encodings into ``samples/``.

The sources are in ``tools/sample_texts/``: ``NAME.FORMAT.md|txt|yaml`` becomes ``NAME.FORMAT``, and
``NAME.ENCODING.txt`` becomes ``NAME.txt`` in that encoding. Samples in UTF-8 text formats have no source
here: they are edited in ``samples/`` itself.

Needs, beside the project's ``dev`` extra, ``fpdf2`` and the font WenQuanYi Micro Hei (Debian package
``fonts-wqy-microhei``; Apache-2.0, or GPL-3 with the font exception: both allow embedding). Only the glyphs
that a PDF uses are embedded. Run: ``python tools/build_samples.py [FONT.ttc]``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import docx
import openpyxl
import yaml
from pptx import Presentation
from pptx.util import Inches

SOURCES = Path(__file__).with_name("sample_texts")
SAMPLES = Path(__file__).parents[1] / "samples"
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
WRITTEN = datetime(2026, 6, 1, tzinfo=UTC)
_CJK = re.compile(r"[\u3400-\u9fff]")


def read_pages(source: str) -> Iterator[list[str]]:
    """The blocks of each page or slide; ``---`` parts pages, an empty line parts blocks."""
    for page in re.split(r"^---\n", source, flags=re.M):
        yield [block.strip() for block in re.split(r"\n\s*\n", page) if block.strip()]


def read_table(block: str) -> list[list[str]]:
    """The cells of a pipe table, header row first."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
    return [rows[0], *rows[2:]]


def split_heading(block: str) -> tuple[int, str]:
    """Level (0 for a paragraph) and text."""
    marks, _, text = block.partition(" ")
    return (len(marks), text) if marks and not marks.strip("#") else (0, block)


def write_pdf(source: str, target: Path) -> None:
    from fpdf import FPDF  # type: ignore[import-untyped]  # not a dependency of the project

    pdf = FPDF(format="A4")
    pdf.set_creation_date(WRITTEN)
    pdf.add_font("body", fname=FONT)
    pdf.set_margin(22)
    pdf.set_auto_page_break(True, margin=14)
    wrap = "CHAR" if len(_CJK.findall(source)) > len(source) / 2 else "WORD"
    for number, page in enumerate(read_pages(source), 1):
        pdf.add_page()
        for block in page:
            level, text = split_heading(block)
            pdf.set_font("body", size={0: 11, 1: 20, 2: 14}[level])
            size = {0: 6.2, 1: 12, 2: 9}[level]
            pdf.multi_cell(0, size, text, align="L", wrapmode=wrap, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(2.5)
        pdf.set_y(-20)
        pdf.set_font("body", size=8)
        pdf.cell(0, 5, str(number), align="C")
    pdf.output(str(target))


def write_docx(source: str, target: Path) -> None:
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = WRITTEN
    for page in read_pages(source):
        for block in page:
            level, text = split_heading(block)
            if block.startswith("|"):
                cells = read_table(block)
                table = document.add_table(len(cells), len(cells[0]), style="Table Grid")
                for row, values in zip(table.rows, cells, strict=True):
                    for cell, value in zip(row.cells, values, strict=True):
                        cell.text = value
            elif level:
                document.add_heading(text, level)
            else:
                document.add_paragraph(text)
    document.save(str(target))


def write_pptx(source: str, target: Path) -> None:
    deck = Presentation()
    deck.core_properties.modified = WRITTEN
    for page in read_pages(source):
        title, *blocks = [line for block in page for line in block.splitlines()]
        rows = [line for line in blocks if line.startswith("|")]
        slide = deck.slides.add_slide(deck.slide_layouts[5 if rows else 1])
        slide.shapes.title.text = split_heading(title)[1]
        if rows:
            cells = read_table("\n".join(rows))
            area = (Inches(0.7), Inches(1.6), Inches(8.6), Inches(4))
            table = slide.shapes.add_table(len(cells), len(cells[0]), *area).table
            for y, values in enumerate(cells):
                for x, value in enumerate(values):
                    table.cell(y, x).text = value
        else:
            slide.placeholders[1].text = "\n".join(line.removeprefix("- ") for line in blocks)
    deck.save(str(target))


def write_xlsx(source: str, target: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = WRITTEN.replace(tzinfo=None)
    for sheet in yaml.safe_load(source):
        page = book.create_sheet(sheet["sheet"])
        for row in sheet["rows"]:
            page.append(row)
    book.save(target)


def write_eml(source: str, target: Path) -> None:
    head, _, body = source.partition("\n\n")
    message = EmailMessage(policy=SMTP)
    for line in head.splitlines():
        name, _, value = line.partition(": ")
        message[name] = value
    message.set_content(body, cte="quoted-printable")
    target.write_bytes(message.as_bytes())


WRITERS: dict[str, Callable[[str, Path], None]] = {
    ".pdf": write_pdf,
    ".docx": write_docx,
    ".pptx": write_pptx,
    ".xlsx": write_xlsx,
    ".eml": write_eml,
}


def build(source: Path) -> Path:
    """Write one sample, and return its path."""
    target = SAMPLES / source.relative_to(SOURCES).with_suffix("")
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text(encoding="utf-8")
    if target.suffix in WRITERS:
        WRITERS[target.suffix](text, target)
        return target
    encoding = target.suffix.removeprefix(".")
    target = target.with_suffix(".txt")
    target.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return target


if __name__ == "__main__":
    if len(sys.argv) > 1:
        FONT = Path(sys.argv[1])
    for path in sorted(path for path in SOURCES.rglob("*") if path.is_file()):
        written = build(path)
        print(f"{written.stat().st_size:>8,} {written.relative_to(SAMPLES)}")
