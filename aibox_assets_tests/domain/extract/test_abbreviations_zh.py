"""Places of one character, by the words around them."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.recognize.chinese import LISTED, ChineseRecognizer
from aibox_assets.domain.ontology import Ontology


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("挥舞中美两国国旗", ["中国", "美国"]),
        ("發表中俄聯合聲明", ["中国", "俄罗斯"]),
        ("總統訪華期間", ["中国"]),
        ("他任中国驻美大使", ["美国"]),
        ("其中美国最多，集中日本的企业", []),
        ("弘揚家庭美德", []),
    ],
)
def test_a_character_stands_for_a_place(ontology: Ontology, text: str, names: list[str]) -> None:
    found = ChineseRecognizer(ontology, []).recognize(text)
    assert [each.name for each in found if each.source == LISTED] == names
    assert all(text[each.char_start : each.char_end] == each.text for each in found)
