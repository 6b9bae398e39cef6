"""For whom 他 and 她 stand."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.meant import read_named
from aibox_assets.domain.models import Mention

PEOPLE = ("何思源", "白露", "方宁")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("何思源生于杭州。他毕业于复旦大学。", ["何思源"]),
        ("何思源与白露合著一书。他1990年去世。", []),
        ("何思源原名白露。他1990年去世。", ["何思源"]),
        ("何思源生于杭州。父亲白露是教师。他1990年去世。", ["何思源"]),
        ("何思源的父亲白露是教师，他1990年去世。", ["白露"]),
        ("何思源生于杭州。1959年，他和白露作画。1990年，他去世。", ["何思源", "何思源"]),
        ("何思源和白露作画，他们获奖。", []),
        ("他生于杭州。", []),
    ],
)
def test_words_stand_for_whom_the_text_goes_on_about(text: str, meant: list[str]) -> None:
    names = [
        Mention(at, at + len(name), name, "Person", name, 0.9)
        for name in PEOPLE
        if (at := text.find(name)) >= 0
    ]
    named = read_named(text, sorted(names, key=lambda each: each.char_start), {"person": "Person"})
    assert [each.name for each in named.names if each.text in ("他", "她")] == meant
    for each in named.meant:
        assert text[each.char_start : each.char_end] == each.text
