"""Events in English: what are names of some, and when they were."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.recognize.events_en import read_events
from aibox_assets_tests.domain.extract.chunks import chunk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Battle of Lund was lost.", {"Battle of Lund"}),
        ("In the Oslo Half Marathon she fell.", {"Oslo Half Marathon"}),
        ("He spoke at the Second Conference on Moss and at COP26.", {"Second Conference on Moss", "COP26"}),
        ("She won the Abel Prize in Mathematics.", {"Abel Prize in Mathematics"}),
        ("The Fair was small, and so was Vanity Fair.", set()),
        ("It happens every Week.", set()),
    ],
)
def test_names_of_events_have_their_form(text: str, expected: set[str]) -> None:
    assert {each.text for each in read_events(text, "Event")} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Battle of Lund was fought on 4 December 1676.", {"Battle of Lund 1676-12-04"}),
        ("Jane Wu opened the Oslo Book Fair on 3 May 2019.", {"Oslo Book Fair 2019-05-03"}),
        ("The Oslo Jazz Festival, first held in 1996, is over.", {"Oslo Jazz Festival 1996"}),
        ("The Oslo Jazz Festival was not held in 2020.", set()),
        ("Jane Wu won the Abel Prize in 2020.", set()),
    ],
)
def test_says_when_events_were(offline: Extractor, text: str, expected: set[str]) -> None:
    (extraction,) = offline.extract([chunk(text)])
    told = {f"{it.head} {it.tail}" for it in extraction.triples if it.relation == "OCCURRED_ON"}
    assert told == expected
