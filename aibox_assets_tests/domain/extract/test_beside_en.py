"""Names that stand beside each other, and lists of names that say nothing."""

from __future__ import annotations

import re

import pytest

from aibox_assets.domain.extract.relate.english.beside import beside
from aibox_assets.domain.extract.type_relations import RelationTyper
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

_KINDS = {"P": "Person", "O": "Organization", "L": "Location"}


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("Talks in [Austin L], [Texas L], ended.", ["Austin LOCATED_IN Texas"]),
        ("Flights to [Paris L], [London L] and [Rome L].", []),
        ("Flights to [Oslo L], [Norway L] and [Sweden L].", []),
        ("[Andrew Hall P], 52, of [Miami L] said so.", ["Andrew Hall LIVES_IN Miami"]),
        (
            "[Ann Lee P] of [Bethany L], [Conn. L], won.",
            ["Ann Lee LIVES_IN Bethany", "Bethany LOCATED_IN Conn.", "Ann Lee LIVES_IN Conn."],
        ),
        ("At [NRC O] headquarters in nearby [Rockville L] they met.", ["NRC HEADQUARTERED_IN Rockville"]),
        ("[Acme Corp. O] of [Austin L] grew.", ["Acme Corp. HEADQUARTERED_IN Austin"]),
        ("[Acme O], an [Austin L] software firm, grew.", ["Acme HEADQUARTERED_IN Austin"]),
        ("[Kessel GmbH O] of [Stuttgart L] grew.", ["Kessel GmbH HEADQUARTERED_IN Stuttgart"]),
        ("[Anglican Archbishop O] of [Austin L] grew.", []),
        ("[Illinois L] Gov. [James Thompson P] signed.", ["James Thompson LEADS Illinois"]),
        ("[Iraq L]'s foreign minister [Naji Sabri P] left.", ["Naji Sabri LIVES_IN Iraq"]),
        ("The former [Acme O] engineer [Jane Wu P] left.", []),
        ("[Jane Wu P] became general counsel of [Titan O].", ["Jane Wu WORKS_FOR Titan"]),
        ("[Jane Wu P], until last year editor of the [Titan O], left.", ["Jane Wu WORKS_FOR Titan"]),
        ("The spokeswoman of [Titan O], [Jane Wu P], left.", ["Jane Wu WORKS_FOR Titan"]),
        ("[Jane Wu P], an executive with [Titan O], left.", ["Jane Wu WORKS_FOR Titan"]),
        ("Former president [Jane Wu P] of [Titan O] left.", []),
        ("[Acme O] said [Jane Wu P] left.", []),
        ("[Jane Wu P] and her husband [Tom Lee P] left.", ["Jane Wu SPOUSE_OF Tom Lee"]),
    ],
)
def test_what_stands_between_two_names_relates_them(ontology: Ontology, marked: str, said: list[str]) -> None:
    text, names = "", []
    for plain, name, kind in re.findall(r"([^\[]*)(?:\[([^\]]+) ([POL])\])?", marked):
        text += plain
        if name:
            names.append(Mention(len(text), len(text) + len(name), name, _KINDS[kind], name, 0.9))
            text += name
    found = list(beside(text, names, RelationTyper(ontology), ontology))
    read = [f"{each.head.name} {each.relation} {each.tail.name}" for each in found]
    assert read == said
    assert all(each.evidence.char_start == 0 for each in found), "the sentence is the evidence"
