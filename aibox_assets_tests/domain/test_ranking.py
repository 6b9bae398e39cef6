"""Scores that mean the same in every answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.ranking import (
    COMMON,
    FITS,
    UNKNOWN,
    calibration_of,
    coverage,
    score,
    weigh_translated,
    word_weight,
)
from aibox_assets.domain.translation import TranslatedWord


def test_noise_fits_nothing_and_an_answer_does() -> None:
    for model in ("intfloat/multilingual-e5-small", "builtin:all-MiniLM-L6-v2", "other"):
        known = calibration_of(model)
        for pair, noise in known.noise.items():
            assert score(known.strength(noise, pair), 0) < FITS
            assert score(known.strength(known.answer[pair], pair), 0.5) > 0.9
            below, above = known.strength(noise - 0.01, pair), known.strength(noise + 0.01, pair)
            assert below is not None
            assert above is not None
            assert below < above


def test_what_a_model_makes_of_a_language_that_it_does_not_know_says_nothing() -> None:
    assert calibration_of("builtin:all-MiniLM-L6-v2").strength(0.9, ("en", "zh")) is None


def test_words_and_meaning_add_up() -> None:
    assert score(1, 0.5) > score(1, 0) > score(0, 0)
    assert score(0, 1) > 0.9  # an exact code, whatever the model thinks of it
    assert score(None, 1) > 0.9 > 0.5 > score(None, 0.1)


def test_what_many_passages_have_in_common_tells_none_of_them_apart() -> None:
    known, pair = calibration_of("multilingual-e5-small"), ("en", "en")
    middle = (known.noise[pair] + known.answer[pair]) / 2
    assert known.excess([middle + 0.02] * COMMON + [0.5], pair) == pytest.approx(0.02)
    assert known.excess([0.99] * (COMMON - 1) + [middle], pair) == 0
    assert known.excess([0.99] * (COMMON - 1), pair) == 0
    assert known.excess([], pair) == 0


def test_nearness_adds_to_what_a_passage_is_worth() -> None:
    assert score(0.5, 0.1) == score(0.5, 0.1, nearness=0.0) < score(0.5, 0.1, nearness=0.5)
    assert score(0.5, 0.1, translated=True) < score(0.5, 0.1, translated=True, nearness=1.0) < 1


def test_languages_that_were_not_measured_are_read_as_the_first_pair() -> None:
    known = calibration_of("multilingual-e5-small")
    assert known.strength(0.85, ("und", "zh")) == known.strength(0.85, ("en", "en"))


def test_rare_words_weigh_more() -> None:
    assert word_weight(0, 100) > word_weight(1, 100) > word_weight(50, 100) > word_weight(100, 100) > 0
    assert word_weight(5, 3) > 0  # a count that is newer than the total
    weights = {"rare": word_weight(1, 100), "common": word_weight(50, 100)}
    assert coverage(weights, weights) == pytest.approx(1)
    assert coverage(weights, ["rare"]) > coverage(weights, ["common"]) > coverage(weights, []) == 0
    assert coverage({}, []) == 0


def _translated(*words: tuple[tuple[str, ...], ...]) -> list[TranslatedWord]:
    return [TranslatedWord(phrases) for phrases in words]


def test_a_word_counts_as_far_as_its_best_translation_is_held() -> None:
    found = {"harbor": 5.0, "sea": 50.0, "port": 5.0, "quake": 1.0}
    words = weigh_translated(
        _translated((("harbor",), ("sea", "port")), (("quake",),)), {form: form for form in found}, found, 100
    )
    assert words.coverage(["harbor", "quake"]) == pytest.approx(1)
    assert words.coverage(["sea", "port", "quake"]) == pytest.approx(1)
    assert words.coverage(["harbor", "sea", "port"]) == words.coverage(["harbor"])
    assert 0 < words.coverage(["sea"]) < words.coverage(["port"]) < words.coverage(["harbor"])
    assert words.coverage(["harbor"]) < words.coverage(["quake"])
    assert words.coverage(["other"]) == words.coverage([]) == 0


def test_stop_words_do_not_count_and_names_that_are_nowhere_count_half() -> None:
    found = {"kuechli": 0.0, "play": 3.0, "game": 0.0}
    forms = {"kuechly": "kuechli", "play": "play", "game": "game"}
    known = (("the",),), (("play",), ("game",))
    assert weigh_translated(_translated(*known), forms, found, 10).coverage(["play"]) == 1
    words = weigh_translated(_translated(*known, (("kuechly",),)), forms, found, 10)
    play, name = word_weight(3, 10), word_weight(0, 10)
    assert words.coverage(["play"]) == pytest.approx(play / (play + UNKNOWN * name))
    assert weigh_translated([], {}, {}, 0).coverage(["play"]) == 0


_FORMS = st.sampled_from("abcdefg")
_WORDS = st.lists(
    st.lists(st.lists(_FORMS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    max_size=4,
)


@given(_WORDS, st.dictionaries(_FORMS, st.floats(0, 50)), st.floats(0, 60), st.sets(_FORMS), _FORMS)
def test_coverage_is_a_share_and_never_falls_with_a_word_more(
    words: list[tuple[tuple[str, ...], ...]], found: dict[str, float], total: float, held: set[str], more: str
) -> None:
    weighed = weigh_translated(_translated(*words), {form: form for form in found}, found, total)
    assert 0 <= weighed.coverage(held) <= weighed.coverage({*held, more}) + 1e-9 <= 1 + 2e-9


def test_translated_words_say_less_than_a_question_s_own() -> None:
    for strength in (None, 0.0, 1.0):
        assert score(strength, 0, translated=True) < FITS or strength
        assert score(strength, 1, translated=True) < score(strength, 1)
