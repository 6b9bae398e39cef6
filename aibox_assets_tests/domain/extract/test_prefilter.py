"""A prefilter gives every pattern that matches, and not those whose letters a text lacks."""

from __future__ import annotations

import re

import pytest

from aibox_assets.domain.extract.relate.english.acts import _ALL
from aibox_assets.domain.extract.text.prefilter import Prefilter

_PERSON, _PLACE = "\ue000", "\ue002"
_MATCHES = (
    (r"\bfound(?:ed|s)?\sby", "It was founded by her."),
    (r"(?:bought|acquired|took\sover)\s[A-Z]", "Acme took over Beta."),
    (r"(?:[a-z]+\s)?organi[sz]e[sd]?\b", "He organised it."),
    (r"(?i:beaten|knocked\sout)\sby", "KNOCKED OUT by"),
    (r"(?:alpha|beta)?\s\d{4}", "in 1994"),
    (r"(?:alpha){2,}|beta", "alphaalpha"),
    (r"(?P<verb>made)++(?=\sby)", "made by"),
    (r"(?!alpha)\w+", "beta"),
    (r"(?:killer|)\sof", "the end of"),
    (rf"{_PERSON}\sof\s[{_PERSON}{_PLACE}]", f"{_PERSON} of {_PLACE}"),
)


@pytest.mark.parametrize(("pattern", "text"), _MATCHES)
def test_gives_what_matches(pattern: str, text: str) -> None:
    compiled = re.compile(pattern)
    assert compiled.search(text)
    assert Prefilter([compiled]).of(text) == [compiled]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bfound(?:ed|s)?\sby", "It was bought by her."),
        (r"(?:bought|acquired|took\sover)\s[A-Z]", "Acme left Beta."),
        (r"(?i:beaten|knocked\sout)\sby", "seen by"),
        (rf"{_PERSON}\sof\s{_PLACE}", f"{_PERSON} of Rome"),
    ],
)
def test_leaves_out_what_lacks_its_letters(pattern: str, text: str) -> None:
    assert Prefilter([re.compile(pattern)]).of(text) == []


def test_reads_words_of_the_text_without_marks() -> None:
    married = re.compile(rf"{_PERSON}\smarried\s{_PERSON}")
    assert Prefilter([married]).of(f"{_PERSON} married {_PERSON}", "Ann married Bob") == [married]


def test_keeps_the_order_of_items() -> None:
    patterns = [re.compile(each) for each in ("gamma", r"\w", "alpha", "beta")]
    assert Prefilter(patterns).of("alpha beta gamma") == patterns


def test_gives_every_clause_that_matches() -> None:
    """Over texts with marks for names, as the rules see them."""
    clauses = Prefilter(_ALL)
    for text in (
        f"{_PERSON} was narrowly beaten by {_PERSON}, as did {_PERSON}. The arrest of {_PERSON} by {_PERSON} followed.",
        f"{_PERSON} backed {_PERSON}. Beaten in the final by {_PERSON}, {_PERSON} left {_PLACE}.",
        f"{_PERSON} flew to {_PLACE}, accusing {_PERSON}; {_PLACE} is close to {_PLACE}.",
    ):
        matching = [each for each in _ALL if each.pattern.search(text)]
        assert matching
        given = clauses.of(text)
        assert all(each in given for each in matching)
