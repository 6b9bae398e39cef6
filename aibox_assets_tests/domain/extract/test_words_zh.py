"""Words and tags must be jieba's own: the tagger was trained on them."""

from __future__ import annotations

import jieba.posseg
import pytest

from aibox_assets.domain.extract.text.words_zh import is_known, known_words, words_with

_TEXTS = (
    "郭台铭创立了鸿海，总部位于新北市土城区。",
    "马云出生于杭州，毕业于杭州师范大学外语系英语专业；后来他和孙正义、蔡崇信等人见面。",
    "魑魅魍魉龘靐齉爩，〇㐀㐁中國㐂 Windows 11 的更新",
    "王" * 60,
    "",
)


def _cut(words: object, text: str) -> list[tuple[str, str]]:
    return [(each.word, each.flag) for each in words.cut(text)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", _TEXTS)
def test_words_are_those_of_jieba(text: str) -> None:
    assert _cut(known_words(), text) == _cut(jieba.posseg, text)


def test_added_words_stay_apart() -> None:
    text = "静和芯片厂开工"
    before = _cut(known_words(), text)
    assert ("静和芯片厂", "nt") in _cut(words_with([("静和芯片厂", "nt")]), text)
    assert _cut(known_words(), text) == before
    assert not is_known("静和芯片厂")
