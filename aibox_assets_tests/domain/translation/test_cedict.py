"""Reading CC-CEDICT: entries with short translations; anything else is left out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.translation.cedict import FUNCTION_WORDS, MAX_PHRASE, content_words, read_entries

LINES = """# CC-CEDICT
發電機 发电机 [fa1 dian4 ji1] /electricity generator/dynamo/
總統 总统 [zong3 tong3] /president (of a country)/CL:個|个[ge4],位[wei4]/
打 打 [da3] /to beat; to strike, to hit (sb)/one long description of what nobody would say here/
北約 北约 [Bei3 yue1] /abbr. for 北大西洋公約組織|北大西洋公约组织[Bei3 Da4 xi1 yang2 Gong1 yue1 Zu3 zhi1]/
北大西洋公約組織 北大西洋公约组织 [Bei3 Da4 xi1 yang2 Gong1 yue1 Zu3 zhi1] /NATO/
的 的 [de5] /of/
王 王 [Wang2] /surname Wang/
""".splitlines()


def test_entries_have_their_short_translations() -> None:
    entries = read_entries(LINES)
    assert entries["发电机"] == [("electricity", "generator"), ("dynamo",)]
    assert entries["总统"] == [("president",)]
    assert entries["打"] == [("beat",), ("strike",), ("hit",)]
    assert entries["王"] == [("wang",)]
    assert "的" not in entries


def test_an_abbreviation_has_the_translations_of_what_it_stands_for() -> None:
    assert read_entries(LINES)["北约"] == [("nato",)]


def test_british_spellings_come_after_the_dictionary_s() -> None:
    lines = [
        "港 港 [gang3] /harbor/",
        "組織 组织 [zu3 zhi1] /to organize/organization/",
        "或 或 [huo4] /or, color/",
    ]
    entries = read_entries(lines)
    assert entries["港"] == [("harbor",), ("harbour",)]
    assert entries["组织"] == [("organize",), ("organization",), ("organise",), ("organisation",)]
    assert entries["或"] == [("color",), ("colour",)]


def test_content_words_are_folded_and_in_order() -> None:
    assert content_words("Who's the Note-Taker of Zürich?") == ["note", "taker", "zurich"]


@pytest.mark.parametrize(
    "line", ["", "# 水 水 [shui3] /water/", "水 水 /water/", "水 水 [shui3] water", "水 [shui3] /water/"]
)
def test_a_line_of_another_form_is_left_out(line: str) -> None:
    assert read_entries([line, *LINES]) == read_entries(LINES)


_PIECES = st.sampled_from(
    [*"水電机(|)/[];, -'’.", "CL:", "see ", "variant of ", "surname ", "to ", "Water"]
) | st.text(max_size=5)
_GLOSSES = st.lists(_PIECES, max_size=8).map("".join)


@given(
    st.lists(
        st.tuples(st.sampled_from(["水", "电", "三C", "机"]), _GLOSSES) | st.text(max_size=30), max_size=6
    )
)
def test_whatever_the_lines_are_phrases_are_short_and_of_words_that_say_something(
    lines: list[object],
) -> None:
    text = [line if isinstance(line, str) else "{0} {0} [x] /{1}/".format(*line) for line in lines]  # type: ignore[misc]
    for word, phrases in read_entries(text).items():
        assert word
        assert phrases
        assert len(set(phrases)) == len(phrases)
        for phrase in phrases:
            assert 0 < len(phrase) <= MAX_PHRASE
            assert FUNCTION_WORDS.isdisjoint(phrase)
            assert all(re.fullmatch(r"[^\W_]+", each) for each in phrase)
