"""The words of both sides."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.words import MAX_WORD, cut_words, fold_phrases, fold_script, segment_words


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("臺灣鴻海", "台湾鸿海"),
        ("乾燥", "干燥"),
        ("裡", "里"),
        ("裏", "里"),
        ("頭髮", "头发"),
        ("電池", "电池"),
    ],
)
def test_traditional_characters_become_simplified(traditional: str, simplified: str) -> None:
    assert fold_script(traditional) == simplified


@given(st.text())
def test_folding_the_script_keeps_the_length_and_is_idempotent(text: str) -> None:
    folded = fold_script(text)
    assert len(folded) == len(text)
    assert fold_script(folded) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AX-4471", ["ax", "4471", "ax4471"]),
        ("ＡＸ－４４７１", ["ax", "4471", "ax4471"]),
        ("Zürich, naïve STRASSE Straße", ["zurich", "naive", "strasse", "strasse"]),
        ("O'Brien’s", ["o", "brien", "s", "obriens"]),
        ("snake_case a@b.org", ["snake", "case", "snakecase", "a", "b", "org", "aborg"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("1,000 kg", ["1", "000", "1000", "kg"]),
        ("... \x00 🔋 !", []),
        ("與Nvidia合作", ["与", "nvidia", "合作"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert segment_words(text) == words


def test_both_scripts_give_the_same_words() -> None:
    assert segment_words("北風電池由林美華創立，總部位於新竹。") == segment_words(
        "北风电池由林美华创立，总部位于新竹。"
    )


@pytest.mark.parametrize("name", ["林美華", "北風電池", "鴻海", "欧阳娜娜"])
def test_a_name_keeps_all_of_its_words_in_any_sentence(name: str) -> None:
    pairs = {fold_script(name[i : i + 2]) for i in range(len(name) - 1)}
    for sentence in ("{}", "由{}創立", "我們與{}合作，價格上漲。", "the {} report"):
        assert pairs <= set(segment_words(sentence.format(name)))


@given(st.text())
def test_words_are_folded_short_and_free_of_separators(text: str) -> None:
    for word in segment_words(text):
        assert 0 < len(word) <= max(MAX_WORD, len(text))
        assert not any(character.isspace() or character in "\x00_-'\"" for character in word)


def test_a_blob_is_cut() -> None:
    assert segment_words("A" * 5000) == ["a" * MAX_WORD]


def test_importing_loads_no_dictionary() -> None:
    code = "import sys, aibox_assets.domain.words as w; w.segment_words; print('jieba' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("伺服器的軟體", "服务器的软件"),
        ("它引用了「伺服器」一词，然后用简体中文继续写了很长很长的一段文字来说明这个词在两岸的不同用法。",)
        * 2,
        ("程序和文件",) * 2,  # both standards have the words, with other meanings
        ("No Chinese at all",) * 2,
        ("",) * 2,
    ],
)
def test_phrases_of_traditional_text_alone_are_folded(text: str, folded: str) -> None:
    assert fold_phrases(text) == folded


def test_words_to_look_up_do_not_overlap() -> None:
    assert cut_words("北京大學的 AX-4471") == ["北京大学", "的", "ax", "4471", "ax4471"]
    assert cut_words("?!") == []
