"""What a few words between names say, and those behind a row of names."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.english.frames import FrameTypes, read_frames
from aibox_assets_tests.domain.extract.marked import read_marked

TYPES = FrameTypes("P", "O", "L")


def told(marked: str) -> set[str]:
    """What is told of a text whose names are marked with their types: "[O:Acme]"."""
    text, names = read_marked(marked)
    return {
        f"{head.name} {relation} {tail.name}" for head, relation, tail, _ in read_frames(text, names, TYPES)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[O:Mitsui] has taken a 12 per cent stake in [O:Brine].", {"Mitsui INVESTED_IN Brine"}),
        (
            "[O:Skarv] has raised 18 million euros from [O:Sofin] and [O:Novo].",
            {"Sofin INVESTED_IN Skarv", "Novo INVESTED_IN Skarv"},
        ),
        ("[O:Acme] paid 27.7 billion dollars for [O:Slack].", {"Acme ACQUIRED Slack"}),
        ("[O:Acme] sold [O:Beta] to [O:Gamma] in 2024.", {"Gamma ACQUIRED Beta"}),
        ("According to [O:Acme], [O:Beta] has bought [O:Gamma].", {"Beta ACQUIRED Gamma"}),
        (
            "[O:Fiat] and [O:Opel], long since merged into [O:Acme],",
            {"Fiat SUBSIDIARY_OF Acme", "Opel SUBSIDIARY_OF Acme"},
        ),
        ("[O:Acme] sells batteries to [O:Beta].", {"Acme SUPPLIES Beta"}),
        ("[O:Acme] sold its stake to [O:Beta].", set()),
        ("[O:Acme] and [O:Beta] are fierce rivals in glass.", {"Acme COMPETES_WITH Beta"}),
        ("[O:Acme] and [O:Beta] have formed a joint venture.", {"Acme PARTNERS_WITH Beta"}),
        ("[O:Acme] has its registered office in [L:Turin].", {"Acme HEADQUARTERED_IN Turin"}),
        ("[O:Acme] maintains its principal executive offices in [L:Turin].", {"Acme HEADQUARTERED_IN Turin"}),
        ("[O:Acme]'s old laboratories in [L:Rochester] stand empty.", {"Acme LOCATED_IN Rochester"}),
        ("the [L:Nairobi] bureau of [O:Agence]", {"Agence LOCATED_IN Nairobi"}),
        (
            "[P:Wu], at that time a student at the [O:Fribourg University]",
            {"Wu STUDIED_AT Fribourg University"},
        ),
        (
            "[P:Mané] joined [O:Liverpool] from [O:Southampton].",
            {"Mané WORKS_FOR Liverpool", "Mané WORKS_FOR Southampton"},
        ),
        ("[P:Wu] sits on the supervisory board of [O:Acme].", {"Wu WORKS_FOR Acme"}),
        ("[P:Wu] resigned from his post at the [O:Acme].", {"Wu LEFT Acme"}),
        ("[O:Acme], of [L:Austin] in Texas, sells nails.", {"Acme HEADQUARTERED_IN Austin"}),
        ("[O:Acme] of [L:Israel] sued.", {"Acme LOCATED_IN Israel"}),
        ("the [L:Oslo] tram company [O:Acme]", {"Acme HEADQUARTERED_IN Oslo"}),
        ("the [L:Swedish] firm [O:Acme]", set()),
        ("[O:Acme], a family firm in [L:Damme], builds drills.", {"Acme LOCATED_IN Damme"}),
        ("The housings are made by [O:Acme] in [L:Braunau].", {"Acme LOCATED_IN Braunau"}),
        ("He told [O:Acme] in [L:Lusaka] that it was over.", set()),
        ("Is [O:Acme] still based in [L:Austin]?", set()),
        (
            "[O:Acme] of [L:Dayton], [L:Ohio], delivers wing ribs to [O:Beta].",
            {"Acme HEADQUARTERED_IN Dayton", "Acme SUPPLIES Beta"},
        ),
        (
            "[O:Acme] is in [L:Oslo]. The company belongs to [O:Gamma].",
            {"Acme SUBSIDIARY_OF Gamma"},
        ),
        (
            "[O:Acme] sells nails. Its customers include [O:Beta] and [O:Gamma]; its rivals are [O:Delta] and [O:Eta].",
            {
                "Acme SUPPLIES Beta",
                "Acme SUPPLIES Gamma",
                "Acme COMPETES_WITH Delta",
                "Acme COMPETES_WITH Eta",
            },
        ),
        ("[P:Wu] met [O:Acme]. It belongs to [O:Beta].", set()),
        ("[O:Acme] sued [O:Beta]. The company belongs to [O:Gamma].", set()),
        (
            "[O:Acme Hospital] hired a man from [O:Beta]. The hospital belongs to [O:Gamma].",
            {"Acme Hospital SUBSIDIARY_OF Gamma"},
        ),
        (
            "[O:Acme] is in [L:Tema]. It was set up in 2012 by [P:Wu] and [P:Li].",
            {"Wu FOUNDED Acme", "Li FOUNDED Acme"},
        ),
        ("[O:Acme] bought the nail division of [O:Beta].", set()),
        (
            "[O:Acme], a joint venture of [O:Beta] and [O:Gamma],",
            {"Acme SUBSIDIARY_OF Beta", "Acme SUBSIDIARY_OF Gamma", "Beta PARTNERS_WITH Gamma"},
        ),
        ("[O:Slack], the service that [P:Stewart] had co-founded.", {"Stewart FOUNDED Slack"}),
        ("[P:Wu] moved from [L:Bari] to [L:Ghent].", {"Wu LIVES_IN Bari", "Wu LIVES_IN Ghent"}),
        ("two sons, [P:Fintan] and [P:Rory].", {"Fintan FAMILY_OF Rory"}),
        ("the Ritz Brothers, [P:Cantor] and [P:Durante].", set()),
        ("[P:Wu] and [P:Lee] met in [L:Paris].", set()),
    ],
)
def test_frames(text: str, expected: set[str]) -> None:
    assert told(text) == expected
