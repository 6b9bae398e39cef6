"""When a relation holds: what is over, what is to come, and what the words say of something else."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk


def told(offline: Extractor, text: str) -> dict[str, str]:
    """The tense of each triple that is read off the words."""
    (extraction,) = offline.extract([chunk(text)])
    return {f"{it.head} {it.relation} {it.tail}": it.tense for it in extraction.triples}


@pytest.mark.parametrize(
    ("text", "said", "tense"),
    [
        ("Jane Wu, former chief executive of Harbor Bank, spoke.", "Jane Wu LEADS Harbor Bank", "past"),
        ("Former Yahoo CEO Marissa Mayer spoke in Chicago.", "Marissa Mayer LEADS Yahoo", "past"),
        ("Tom Fisher was formerly a director of Siemens.", "Tom Fisher LEADS Siemens", "past"),
        ("李娜曾任蓝天科技公司的总经理。", "李娜 LEADS 蓝天科技公司", "past"),
        ("北风电池公司前董事长张伟离开。", "张伟 LEADS 北风电池公司", "past"),
        ("Acme Corporation will acquire Beta Labs in May.", "Acme Corporation ACQUIRED Beta Labs", "future"),
        ("Tom Fisher will join Siemens in June.", "Tom Fisher WORKS_FOR Siemens", "future"),
        ("顶点公司将收购贝塔实验室公司。", "顶点公司 ACQUIRED 贝塔实验室公司", "future"),
        # The words are about something else.
        (
            "Ann Lee, former chief executive of Delta Bank, lives in Paris.",
            "Ann Lee LIVES_IN Paris",
            "",
        ),
        ("Former Yahoo CEO Marissa Mayer joined Google.", "Marissa Mayer WORKS_FOR Google", ""),
        ("Acme Corporation, which will move to Bonn, acquired Beta Labs.", "Acme Corporation ACQUIRED Beta Labs", ""),
        # What happened did so, whatever will be.
        ("Robert Hill says Qantas will recover.", "Robert Hill SPOKE_ABOUT Qantas", ""),
    ],
)  # fmt: skip
def test_says_when(offline: Extractor, text: str, said: str, tense: str) -> None:
    assert told(offline, text).get(said) == tense
