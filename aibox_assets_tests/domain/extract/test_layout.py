from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.extract.text.layout import SOFT_BREAK, read_layout


@given(st.text(alphabet="aB .\n|:北，- ", max_size=200))
def test_the_length_stays_so_that_offsets_stay_true(text: str) -> None:
    layout = read_layout(text)
    assert len(layout.text) == len(text)
    assert all(0 <= each.key_start < each.start <= each.end <= len(text) for each in layout.fields)


def test_a_wrapped_sentence_runs_on_and_a_heading_does_not() -> None:
    wide = "Harbor Street Capital invested in Northwind Cells for the second"
    layout = read_layout(f"Capital\n{wide}\ntime in July 2025.\nOutlook")
    assert layout.text == f"Capital\n{wide} time in July 2025.\nOutlook"


def test_lines_that_begin_with_one_label_are_rows() -> None:
    row = "Accept protocol filter: time to live used for the connection pool with the server(s)"
    rows = f"{row}\n{row.replace('time', 'age')}"
    assert read_layout(rows).text == rows


def test_a_break_inside_chinese_leaves_no_space() -> None:
    line = "北光系統是北風電池的子公司，位於漢堡，由安娜創立並領導，負責電池管理軟體與歐"
    assert read_layout(f"{line}\n洲客戶的技術支援。").text == f"{line}{SOFT_BREAK}洲客戶的技術支援。"


def test_rows_and_objects_have_fields() -> None:
    row = read_layout("Supplier: Elbe | City: Hamburg\nSupplier: Weser | City: Bremen")
    assert [(each.record, each.key) for each in row.fields] == [
        (0, "Supplier"), (0, "City"), (1, "Supplier"), (1, "City"),
    ]  # fmt: skip
    lines = read_layout("company.name: Acme\ncompany.founder: Jane Wu\ndeal.year: 2019")
    assert [each.key for each in lines.fields] == ["company", "founder", "year"]
    assert [each.record for each in lines.fields] == [0, 0, 1]


def test_prose_with_a_colon_is_no_record() -> None:
    assert read_layout("Note: the plant is closed.\nIt opens on Monday | Tuesday.").fields == ()
