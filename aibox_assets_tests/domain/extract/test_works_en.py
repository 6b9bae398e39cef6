"""Who made which work, beside its title."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk

MADE = {"AUTHORED", "PERFORMED", "DIRECTED"}


def told(offline: Extractor, text: str) -> set[str]:
    (extraction,) = offline.extract([chunk(text)])
    return {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.relation in MADE}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Across the Black Waters is an English novel by the Indian writer Mulk Raj Anand.",
            {"Mulk Raj Anand AUTHORED Across the Black Waters"},
        ),
        (
            "“Across the Black Waters” is Mulk Raj Anand's second novel.",
            {"Mulk Raj Anand AUTHORED Across the Black Waters"},
        ),
        (
            "The Godfather (1972) is an American crime film directed by Francis Ford Coppola.",
            {"Francis Ford Coppola DIRECTED The Godfather"},
        ),
        (
            "“Cry for Help” is the first single from Rick Astley's third studio album, Free.",
            {"Rick Astley PERFORMED Cry for Help", "Rick Astley PERFORMED Free"},
        ),
        (
            "“Blank Page” is a song recorded by Christina Aguilera, taken from her seventh album, Lotus.",
            {"Christina Aguilera PERFORMED Blank Page", "Christina Aguilera PERFORMED Lotus"},
        ),
        (
            "“Yesterday Once More” is a song written by Richard Carpenter and John Bettis.",
            {"Richard Carpenter AUTHORED Yesterday Once More", "John Bettis AUTHORED Yesterday Once More"},
        ),
        (
            "Eric Rescorla’s book, SSL and TLS, published by Addison-Wesley, explains it.",
            {"Eric Rescorla AUTHORED SSL and TLS"},
        ),
        ("Graceland is a mansion in Memphis that Elvis Presley owned.", set()),
        ("Nicole Kidman was praised for her roles in the musical “Moulin Rouge”.", set()),
        ("Jane Wu read a novel in Berlin.", set()),
    ],
)
def test_says_who_made_which_work(offline: Extractor, text: str, expected: set[str]) -> None:
    assert told(offline, text) == expected


def test_what_is_written_is_not_produced_besides(offline: Extractor) -> None:
    (found,) = offline.extract(
        [chunk("Paul Graham in his book ANSI Common Lisp calls it “manifest typing”.")]
    )
    assert {each.relation for each in found.triples} == {"AUTHORED"}
