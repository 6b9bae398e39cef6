from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.extract.text.scripts import split_by_script


@given(st.text(alphabet="ab。.！ \n中文，1"))
def test_segments_join_to_the_text(text: str) -> None:
    segments = split_by_script(text)
    assert "".join(each.text for each in segments) == text
    assert all(text[each.start :].startswith(each.text) for each in segments)


def test_cuts_where_the_script_changes() -> None:
    text = "Acme Inc. grew 3.5 percent. 台積電與 Nvidia 合作。它很大。 Then it rained."
    assert [each.chinese for each in split_by_script(text)] == [False, True, False]
