"""Office documents: values stay under their headers when cells are merged, and nothing that is written is missing."""

from __future__ import annotations

from io import BytesIO

import docx
import openpyxl
import pptx
from docx.oxml import OxmlElement
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx.util import Inches

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse import ParseLimits, parse_document
from aibox_assets.domain.parse.rows import Cell, render_rows, spread_cells
from aibox_assets_tests.domain.parse import documents
from aibox_assets_tests.domain.parse.bombs import edit_part

MERGED = [
    "Region: Asia | Sales 2023: 1 | Sales 2024: 2",
    "Region: Asia | Sales 2023: 3 | Sales 2024: 4",
    "Region: Africa | Sales 2023: none",
]
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def parse(data: bytes, name: str) -> ParsedDocument:
    return parse_document(data, name, ParseLimits())


def blocks_of(document: ParsedDocument) -> list[str]:
    return [document.text[block.char_start : block.char_end] for block in document.blocks]


def fill(cell: object) -> None:
    """A table of a title over two columns, and a value over two rows; *cell* gives the cell at a row and column."""
    values = ["Region", "Sales", "", "", "2023", "2024", "Asia", "1", "2", "", "3", "4", "Africa", "none", ""]
    for place, value in enumerate(values):
        if value:
            cell(*divmod(place, 3)).text = value  # type: ignore[operator]
    for first, last in (((0, 0), (1, 0)), ((0, 1), (0, 2)), ((2, 0), (3, 0)), ((4, 1), (4, 2))):
        cell(*first).merge(cell(*last))  # type: ignore[operator]


def test_docx_keeps_values_under_their_headers_when_cells_are_merged() -> None:
    document = docx.Document()
    fill(document.add_table(rows=5, cols=3).cell)
    stream = BytesIO()
    document.save(stream)
    assert blocks_of(parse(stream.getvalue(), "a.docx"))[0].splitlines() == MERGED


def test_docx_believes_rows_that_are_told_to_be_headers() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Year", "2024", "Profit", "7"], strict=True):
        cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    stream = BytesIO()
    document.save(stream)
    assert blocks_of(parse(stream.getvalue(), "a.docx")) == ["Year: Profit | 2024: 7"]


def test_docx_reads_headers_footers_comments_and_footnotes() -> None:
    document = docx.Document()
    document.add_heading("Pumps", level=1)
    paragraph = document.add_paragraph("The pump was replaced.")
    document.add_comment(paragraph.runs, text="By whom?", author="Ada")
    document.add_paragraph("It runs.")
    document.sections[0].header.paragraphs[0].text = "Contract 17/B"
    document.sections[0].footer.paragraphs[0].text = "Page 1 of 9"
    document.add_section().footer.is_linked_to_previous = False
    document.sections[1].footer.paragraphs[0].text = "Valve Press, Kaohsiung"
    stream = BytesIO()
    document.save(stream)
    parsed = parse(stream.getvalue(), "a.docx")
    assert blocks_of(parsed) == [
        "Contract 17/B",
        "Pumps",
        "The pump was replaced.",
        "Comment by Ada: By whom?",
        "It runs.",
        "Valve Press, Kaohsiung",
    ]
    assert [block.heading_path for block in parsed.blocks] == [(), *[("Pumps",)] * 4, ()]


def test_docx_reads_footnotes_where_they_are_made() -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/>'
    relationship = f'<Relationship Id="rId99" Type="{office}/footnotes" Target="footnotes.xml"/>'
    note = (
        '<w:footnote w:id="0"/><w:footnote w:id="2"><w:p><w:r><w:t>Since May.</w:t></w:r></w:p></w:footnote>'
    )
    body = (
        '<w:p><w:r><w:t>It runs</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
        "<w:p><w:r><w:t>Well.</w:t></w:r></w:p>"
    )
    package = edit_part(documents.make_docx(), "[Content_Types].xml", "</Types>", f"{part}</Types>")
    end = "</Relationships>"
    package = edit_part(package, "word/_rels/document.xml.rels", end, relationship + end)
    package = documents.replace_part(
        package, "word/footnotes.xml", f'<w:footnotes xmlns:w="{WORD}">{note}</w:footnotes>'.encode()
    )
    xml = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode()
    package = documents.replace_part(package, "word/document.xml", xml)
    assert blocks_of(parse(package, "a.docx")) == ["It runs", "Note: Since May.", "Well."]


def test_pptx_keeps_values_under_their_headers_when_cells_are_merged() -> None:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    fill(slide.shapes.add_table(5, 3, Inches(1), Inches(1), Inches(5), Inches(3)).table.cell)
    stream = BytesIO()
    presentation.save(stream)
    assert blocks_of(parse(stream.getvalue(), "a.pptx"))[0].splitlines() == MERGED


def test_xlsx_keeps_values_under_their_headers_when_cells_are_merged() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    rows = [
        ["Stock"],
        ["Region", "Sales", ""],
        ["", "first", "second"],
        ["Asia", 1, 2],
        ["", 3, 4],
        ["Africa", "none"],
    ]
    for number, row in enumerate(rows, start=3):
        for column, value in enumerate(row, start=2):
            sheet.cell(number, column, value or None)
    for merged in ("B3:D3", "B4:B5", "C4:D4", "B6:B7", "C8:D8"):
        sheet.merge_cells(merged)
    stream = BytesIO()
    workbook.save(stream)
    assert blocks_of(parse(stream.getvalue(), "a.xlsx"))[0].splitlines() == [
        "Stock",
        "Region: Asia | Sales first: 1 | Sales second: 2",
        "Region: Asia | Sales first: 3 | Sales second: 4",
        "Region: Africa | Sales first: none",
    ]


CELLS = st.builds(
    Cell, st.sampled_from(["a", "7", "", "x" * 300]), st.integers(-1, 200), st.integers(-1, 200)
)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=6))
@settings(deadline=None)
def test_any_spans_keep_every_text(rows: list[list[Cell]]) -> None:
    spread = list(spread_cells(rows))
    assert len(spread) == len(rows)
    for cells, row in zip(rows, spread, strict=True):
        shown = [cell for cell in row if cell]
        assert all(cell.text in shown for cell in cells if cell.text)
    assert list(render_rows(spread)) or not any(cell.text.strip() for cells in rows for cell in cells)
