"""Questions in the words of the other language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibox_assets.domain.translation.question import MOST_WORDS, translate_question
from aibox_assets.domain.words import segment_words


def _phrases(question: str, language: str) -> list[set[tuple[str, ...]]]:
    translation = translate_question(question, language)
    assert translation is not None
    assert translation.language != language
    return [set(each.phrases) for each in translation.words]


def test_chinese_words_become_english_ones() -> None:
    (company, year, founded) = _phrases("這家公司 2015 年在哪里成立？", "zh")
    assert ("company",) in company
    assert year == {("2015",)}
    assert ("establish",) in founded


def test_a_chinese_name_that_no_dictionary_has_stands_for_itself() -> None:
    (founded, tsmc) = _phrases("誰創立台積電？", "zh")
    assert ("establish",) in founded
    assert tsmc == {("台积", "积电")}
    assert {("胡格", "格诺", "诺派")} in _phrases("哪位德国诗人是胡格诺派后裔?", "zh")
    assert all(("哪一", "一年") not in each for each in _phrases("哪一年两支球队停赛了？", "zh"))


def test_a_word_of_two_entries_is_both_of_them() -> None:
    phrases = _phrases("风力发电机", "zh")
    assert any(("wind", "power") in each for each in phrases)
    assert any(("dynamo",) in each for each in phrases)


def test_english_words_become_pairs_of_chinese_characters() -> None:
    (university, nato) = _phrases("Which universities are in NATO?", "en")
    assert {("大学",), ("universities",)} <= university
    assert ("nato",) in nato


def test_a_phrase_is_one_word() -> None:
    (york,) = _phrases("Where is New York?", "en")
    assert {("纽约",), ("new", "york")} <= york


@pytest.mark.parametrize(
    ("question", "language"), [("", "en"), ("?!", "zh"), ("Where is it?", "en"), ("Wo?", "und")]
)
def test_what_says_nothing_has_no_translation(question: str, language: str) -> None:
    assert translate_question(question, language) is None


@settings(deadline=None)
@given(
    st.text(max_size=200) | st.text("公司在哪里发电机的水 a1 ", max_size=200), st.sampled_from(["en", "zh"])
)
def test_whatever_the_question_is_its_words_are_words_of_the_index(question: str, language: str) -> None:
    translation = translate_question(question, language)
    translated = translation.words if translation else ()
    assert sum(len(phrase) for each in translated for phrase in each.phrases) <= MOST_WORDS
    for each in translated:
        assert each.phrases
        for word in (word for phrase in each.phrases for word in phrase):
            assert word
            assert word in segment_words(word)
