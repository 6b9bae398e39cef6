"""Who did what to whom in English, by verbs of several words, participles and nouns; and what is no deed."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk

ACTS = {
    *("DEFEATED", "PLAYED_AGAINST", "MET_WITH", "SPOKE_TO", "ACCUSED", "CRITICIZED", "SUPPORTED", "URGED", "ARRESTED"),
    *("KILLED", "SUCCEEDED", "APPOINTED", "LEFT", "REPRESENTS", "VISITED", "SUPPLIES", "COMPETES_WITH", "WON"),
    *("PARTNERS_WITH", "SUBSIDIARY_OF", "INVESTED_IN", "NEAR"),
}  # fmt: skip


def told(offline: Extractor, text: str) -> set[str]:
    (extraction,) = offline.extract([chunk(text)])
    return {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.relation in ACTS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roger Federer saw off Lleyton Hewitt in four sets.", {"Roger Federer DEFEATED Lleyton Hewitt"}),
        ("Lleyton Hewitt was no match for Roger Federer.", {"Roger Federer DEFEATED Lleyton Hewitt"}),
        (
            "Knocked out by Roger Federer, Lleyton Hewitt flew home.",
            {"Roger Federer DEFEATED Lleyton Hewitt"},
        ),
        ("Roger Federer drew with Lleyton Hewitt.", {"Lleyton Hewitt PLAYED_AGAINST Roger Federer"}),
        ("Colin Powell sat down with Ariel Sharon.", {"Ariel Sharon MET_WITH Colin Powell"}),
        ("In an interview with CNN, Alexander Downer was calm.", {"Alexander Downer SPOKE_TO CNN"}),
        ("Mary Robinson took Tony Blair to task.", {"Mary Robinson CRITICIZED Tony Blair"}),
        ("Mary Robinson threw her weight behind Tony Blair.", {"Mary Robinson SUPPORTED Tony Blair"}),
        (
            "The police took David Hicks away. The FBI took John Walker into custody.",
            {"FBI ARRESTED John Walker"},
        ),
        ("A court found Tom Lee guilty of the murder of the baker Ann Shaw.", {"Tom Lee KILLED Ann Shaw"}),
        ("Jane Wu stepped into the shoes of Ann Shaw.", {"Jane Wu SUCCEEDED Ann Shaw"}),
        ("Tom Lee walked out of the Green Party.", {"Tom Lee LEFT Green Party"}),
        ("Counsel for Tom Lee: Ann Shaw KC.", {"Ann Shaw REPRESENTS Tom Lee"}),
        ("Alexander Downer touched down in Nairobi.", {"Alexander Downer VISITED Nairobi"}),
        ("Siemens buys its cables from Nexans.", {"Nexans SUPPLIES Siemens"}),
        ("Siemens and Hitachi have been vying for the same orders.", {"Hitachi COMPETES_WITH Siemens"}),
        ("In a tie-up with Hitachi, Siemens will build trains.", {"Hitachi PARTNERS_WITH Siemens"}),
        ("Serena Williams took the Fed Cup.", {"Serena Williams WON Fed Cup"}),
        (
            "The Turner Prize went to Jane Wu and Tom Lee.",
            {"Jane Wu WON Turner Prize", "Tom Lee WON Turner Prize"},
        ),
    ],
)
def test_tells_who_did_what_to_whom(offline: Extractor, text: str, expected: set[str]) -> None:
    assert told(offline, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Roger Federer would have seen off Lleyton Hewitt.",
        "Tom Orr was jailed for the murder of Ann Lee with a recommendation by Jim Kay that he never be released.",
        "Before Jim Kay, on 18, edged Tom Orr to Ann Lee at first slip.",
        "Rumours that Tom Lee walked out of the Green Party were false.",
        "If Mary Robinson threw her weight behind Tony Blair, nobody heard of it.",
        "Did Siemens buy its cables from Nexans?",
        "There was no meeting between Colin Powell and Ariel Sharon.",
        "It was not Jane Wu who stepped into the shoes of Ann Shaw.",
        "Serena Williams took the stage at the Fed Cup.",
    ],
)
def test_tells_nothing_that_is_doubted_or_denied(offline: Extractor, text: str) -> None:
    assert told(offline, text) == set()


def test_a_prize_is_not_held_where_it_is_given(offline: Extractor) -> None:
    text = "Ann Lee accepted the 2001 Nobel Peace Prize in the Norwegian capital, Oslo."
    assert "Ann Lee WON 2001 Nobel Peace Prize" in told(offline, text)
    assert not [each for each in told(offline, text) if "HELD_IN" in each]


def test_who_does_likewise_does_it_too(offline: Extractor) -> None:
    text = "Norway came out in favour of Iceland, as did Sweden."
    assert told(offline, text) == {"Norway SUPPORTED Iceland", "Sweden SUPPORTED Iceland"}


def test_a_company_is_backed_with_money_and_not_supported(offline: Extractor) -> None:
    text = "Acme Corp., which is backed by Sequoia Capital, makes pumps."
    assert told(offline, text) == {"Sequoia Capital INVESTED_IN Acme Corp."}


def test_the_second_of_two_verbs_has_the_subject_of_the_first(offline: Extractor) -> None:
    text = "Mary Robinson criticised Tony Blair and endorsed John Howard."
    assert told(offline, text) == {
        "Mary Robinson CRITICIZED Tony Blair",
        "Mary Robinson SUPPORTED John Howard",
    }
