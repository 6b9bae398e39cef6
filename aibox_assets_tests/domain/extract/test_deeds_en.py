"""Who did what to whom, as English prose says it; and what is no deed."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.ontology import load_ontology
from aibox_assets_tests.domain.extract.chunks import chunk

DEEDS = {each.name for each in load_ontology(None).relation_types if each.happens} - {
    "SPOKE_ABOUT", "WAS_IN", "ACTIVE_IN",
}  # fmt: skip


def told(offline: Extractor, text: str) -> set[str]:
    (extraction,) = offline.extract([chunk(text)])
    return {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Howard met George W. Bush in Washington on Monday.", {"George W. Bush MET_WITH John Howard"}),
        (
            "Tony Blair and John Howard met George W. Bush.",
            {"George W. Bush MET_WITH Tony Blair", "George W. Bush MET_WITH John Howard"},
        ),
        ("Colin Powell held talks with Ariel Sharon.", {"Ariel Sharon MET_WITH Colin Powell"}),
        ("Microsoft was sued by Netscape in 2002.", {"Netscape ACCUSED Microsoft"}),
        ("Roger Federer defeated Lleyton Hewitt in four sets.", {"Roger Federer DEFEATED Lleyton Hewitt"}),
        ("David Hicks was captured by the Northern Alliance.", {"Northern Alliance ARRESTED David Hicks"}),
        ("Israeli troops attacked Gaza City on Monday.", {"Israel ATTACKED Gaza City"}),
        ("After Israel's attack on Gaza City, shops stayed closed.", {"Israel ATTACKED Gaza City"}),
        ("Ariel Sharon accused Yasser Arafat of lying.", {"Ariel Sharon ACCUSED Yasser Arafat"}),
        ("Roger Federer knocked out Lleyton Hewitt.", {"Roger Federer DEFEATED Lleyton Hewitt"}),
        ("Lleyton Hewitt was knocked out by Roger Federer.", {"Roger Federer DEFEATED Lleyton Hewitt"}),
        ("Mary Robinson criticised Tony Blair.", {"Mary Robinson CRITICIZED Tony Blair"}),
        ("Tony Blair has visited Moscow twice.", {"Tony Blair VISITED Moscow"}),
        ("Alexander Downer told CNN that it was over.", {"Alexander Downer SPOKE_TO CNN"}),
        (
            "Steve Waugh praised Brett Lee. He met Shane Warne in Perth.",
            {"Steve Waugh SUPPORTED Brett Lee", "Shane Warne MET_WITH Steve Waugh"},
        ),
    ],
)
def test_tells_who_did_what_to_whom(offline: Extractor, text: str, expected: set[str]) -> None:
    assert {
        each for each in told(offline, text) if each.split()[-2:] and set(each.split()) & DEEDS
    } == expected


@pytest.mark.parametrize(
    "text",
    [
        "John Howard did not meet George W. Bush.",
        "John Howard met neither George W. Bush nor Tony Blair.",
        "John Howard will meet George W. Bush.",
        "John Howard may have met George W. Bush.",
        "John Howard wants to meet George W. Bush.",
        "John Howard denied that Tony Blair met George W. Bush.",
        "Did John Howard meet George W. Bush?",
        "If Tony Blair met George W. Bush, nobody saw it.",
        "John Howard is accused of attacking George W. Bush.",
        "Roger Federer hopes to beat Lleyton Hewitt and defeat Pete Sampras.",
        "Israel's planned attack on Gaza City was called off by the government.",
        "APT supports Debian, and Exim replaces Postfix.",
    ],
)
def test_takes_nothing_for_a_deed_that_did_not_happen(offline: Extractor, text: str) -> None:
    assert not {each for each in told(offline, text) if set(each.split()) & DEEDS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Robert Hill says Qantas is in trouble.", "Robert Hill SPOKE_ABOUT Qantas"),
        ("According to the Pentagon, Osama bin Laden has fled.", "Pentagon SPOKE_ABOUT Osama bin Laden"),
        ("Donald Rumsfeld spoke to reporters in Brussels.", "Donald Rumsfeld WAS_IN Brussels"),
        ("Richard Reid was arrested in Boston.", "Richard Reid WAS_IN Boston"),
        ("Mark Chapman fatally shot John Lennon years ago in New York.", "John Lennon WAS_IN New York"),
        (
            "“We won the match,” Steve Waugh said. “Shane Warne was the best of us. Nobody doubts it.”",
            "Steve Waugh SPOKE_ABOUT Shane Warne",
        ),
        (
            "“It is over. Brett Lee has left us,” Steve Waugh said on Monday.",
            "Steve Waugh SPOKE_ABOUT Brett Lee",
        ),
        ("Boonah, 50 kilometres south-west of Brisbane, was hit.", "Boonah NEAR Brisbane"),
        ("He fled the Palestinian town of Jenin.", "Jenin LOCATED_IN Palestine"),
    ],
)
def test_tells_of_what_was_spoken_and_where_people_were(offline: Extractor, text: str, expected: str) -> None:
    assert expected in told(offline, text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "Robert Hill met Daryl Williams. “He was in Boston,” Kim Beazley said.",
            "Robert Hill WAS_IN Boston",
        ),
        ("Richard Reid was possibly in Boston.", "Richard Reid WAS_IN Boston"),
        ("In Boston, the police accused Richard Reid.", "Richard Reid WAS_IN Boston"),
        (
            "“It is over,” Steve Waugh said. Nobody believed it. “Brett Lee has left us.”",
            "Steve Waugh SPOKE_ABOUT Brett Lee",
        ),
        (
            "Corel sold its Linux division in 2001, Stormix declared bankruptcy in January, and Progeny went on.",
            "Stormix SPOKE_ABOUT Corel",
        ),
        ("Richard Reid will speak in Boston.", "Richard Reid WAS_IN Boston"),
    ],
)
def test_leaves_open_where_people_were(offline: Extractor, text: str, wrong: str) -> None:
    assert wrong not in told(offline, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lleyton Hewitt played at the Hopman Cup in Perth.",
         {"Hopman Cup HELD_IN Perth", "Lleyton Hewitt PARTICIPATED_IN Hopman Cup"}),
        ("Pete Sampras won the US Open in 2002.", {"Pete Sampras WON US Open"}),
    ],
)  # fmt: skip
def test_tells_of_events(offline: Extractor, text: str, expected: set[str]) -> None:
    assert expected <= told(offline, text)


def test_what_a_spokesman_says_the_one_says_whom_he_speaks_for(offline: Extractor) -> None:
    text = "A spokesman for the Red Cross said Israel had closed the road."
    assert "Red Cross SPOKE_ABOUT Israel" in told(offline, text)


def test_asks_somebody_to_do_something(offline: Extractor) -> None:
    assert "Colin Powell URGED Ariel Sharon" in told(
        offline, "Colin Powell urged Ariel Sharon to end the blockade."
    )
