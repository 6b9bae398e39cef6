"""Scores that mean the same in every answer."""

from __future__ import annotations

import pytest

from aibox_assets.domain.ranking import FITS, calibration_of, coverage, score, word_weight


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
