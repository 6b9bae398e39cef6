"""What a few words between names say, and those behind a row of names."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.frames_en import FrameTypes, read_frames
from aibox_assets.domain.models import Mention

TYPES = FrameTypes("P", "O", "L")


def told(marked: str) -> set[str]:
    """What is told of a text whose names are marked with their types: "[O:Acme]"."""
    text, names = "", []
    for i, part in enumerate(marked.replace("]", "[").split("[")):
        if i % 2:
            type_, name = part.split(":")
            names.append(Mention(len(text), len(text) + len(name), name, type_, name, 0.9))
            text += name
        else:
            text += part
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
        ("[O:Slack], the service that [P:Stewart] had co-founded.", {"Stewart FOUNDED Slack"}),
        ("[P:Wu] moved from [L:Bari] to [L:Ghent].", {"Wu LIVES_IN Bari", "Wu LIVES_IN Ghent"}),
        ("two sons, [P:Fintan] and [P:Rory].", {"Fintan FAMILY_OF Rory"}),
        ("the Ritz Brothers, [P:Cantor] and [P:Durante].", set()),
        ("[P:Wu] and [P:Lee] met in [L:Paris].", set()),
    ],
)
def test_frames(text: str, expected: set[str]) -> None:
    assert told(text) == expected
