"""Confidences become shares by source and language; what was not measured stays."""

from __future__ import annotations

from aibox_assets.domain.extract.calibrate import Calibration, read_calibration
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention, Relation

WU = Mention(0, 2, "Wu", "Person", "Wu", 0.9, "tagger")


def test_a_line_moves_confidences_of_its_kind_alone() -> None:
    calibration = Calibration(relations={"rules/zh": (0.0, 0.0)})
    chinese = Mention(0, 2, "吳美", "Person", "吳美", 0.9, "tagger")
    said = TypedRelation(WU, chinese, "SPOUSE_OF", Relation(WU, chinese, "妻子", 0, 6, 0.9))
    assert calibration.of_relation(said, "Wu妻子吳美").confidence == 0.5
    assert calibration.of_relation(said, "Wu's wife").confidence == said.confidence


def test_what_is_shipped_can_be_read() -> None:
    read_calibration()
