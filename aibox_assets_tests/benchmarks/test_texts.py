"""Texts that are made of others are new, and the same in every run."""

from __future__ import annotations

from aibox_assets_tests.integration.texts import write_news
from benchmarks.texts import vary, write_tiny

TEXTS = write_news(3, seed=5)


def test_varied_texts_all_differ_and_have_the_same_sentences() -> None:
    varied = vary(TEXTS, 9, seed=1)
    assert len({*varied, *TEXTS}) == 12
    assert sorted(varied[3].partition(". ")[2].split(". ")) == sorted(TEXTS[0].split(". "))
    assert varied == vary(TEXTS, 9, seed=1) != vary(TEXTS, 9, seed=2)


def test_tiny_texts_are_one_sentence_each_and_all_differ() -> None:
    tiny = write_tiny(TEXTS, 100, seed=1)
    assert len({*tiny, *write_tiny(TEXTS, 100, seed=2)}) == 200
    assert all(len(text.split()) < 40 for text in tiny)
