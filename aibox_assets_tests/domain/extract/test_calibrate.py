"""Confidences become shares by source and language; what was not measured stays."""

from __future__ import annotations

from dataclasses import replace

from aibox_assets.domain.extract.proposals.calibrate import Calibration, read_calibration
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedName, TaggedRelation
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention, Relation

WU = Mention(0, 2, "Wu", "Person", "Wu", 0.9, "tagger")
MEI = Mention(4, 6, "吳美", "Person", "吳美", 0.9, "tagger")
SAID = TypedRelation(WU, MEI, "SPOUSE_OF", Relation(WU, MEI, "妻子", 0, 6, 0.9))
NOTHING = Tagged((), (), {})


def test_a_line_moves_confidences_of_its_kind_and_relations_alone() -> None:
    calibration = Calibration({"rules/zh": {"one": 0.0, "SPOUSE_OF": 0.0}})
    other = replace(SAID, relation="LIVES_IN")
    found = calibration.of_relations("Wu妻子吳美", [SAID, other], NOTHING, [WU, MEI])
    assert [each.confidence for each in found] == [0.5, other.confidence]
    (english,) = calibration.of_relations("Wu's wife", [SAID], NOTHING, [WU, MEI])
    assert english.confidence == SAID.confidence


def test_the_tagger_votes_for_what_a_rule_says() -> None:
    calibration = Calibration({"rules/zh": {"voted": 2.0, "SPOUSE_OF": 0.0}})
    names = (TaggedName(0, 2, "Person", 0.9), TaggedName(4, 6, "Person", 0.9))
    agrees = Tagged(names, (TaggedRelation(1, 0, "SPOUSE_OF", 0.6),), {})
    alone, both = (
        calibration.of_relations("Wu妻子吳美", [SAID], tagged, [WU, MEI])[0].confidence
        for tagged in (NOTHING, agrees)
    )
    assert alone == 0.5 < both


def test_what_is_shipped_can_be_read() -> None:
    assert read_calibration().relations
