"""What real documents do to sentences: rows, headings, companies named by their trade, nouns for names."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: Jane Wu | employer: Acme Robotics | title: Managing Director",
         {"Jane Wu WORKS_FOR Acme Robotics", "Jane Wu LEADS Acme Robotics"}),
        ("姓名: 陳建仁 | 公司: 山海精密", {"陳建仁 WORKS_FOR 山海精密"}),
        ("Speaker: Jane Wu | Organization: Acme Robotics | Title: What makes a good chairman",
         {"Jane Wu WORKS_FOR Acme Robotics"}),
        ("Capital\nHarbor Bank invested in Acme Robotics.", {"Harbor Bank INVESTED_IN Acme Robotics"}),
        ("Northwind Systems was founded by Jane Wu. The company is headquartered in Berlin.",
         {"Jane Wu FOUNDED Northwind Systems", "Northwind Systems HEADQUARTERED_IN Berlin"}),
        ("Acme Robotics sued Harbor Bank. The company is headquartered in Berlin.",
         {"Acme Robotics ACCUSED Harbor Bank"}),
        ("Jane Wu, former chief executive of Harbor Bank, spoke.",
         {"Jane Wu HAS_ROLE former chief executive", "Jane Wu LEADS Harbor Bank"}),
        ("She praised Harbor Systems, the company that Acme Robotics acquired in May.",
         {"Acme Robotics ACQUIRED Harbor Systems"}),
        ("遠山電池由王小明創立，總部位於新竹。", {"王小明 FOUNDED 遠山電池", "遠山電池 HEADQUARTERED_IN 新竹"}),
        ("固態電池供應緊張，新能源汽車電池的價格由市場決定。", set()),
        ("王小明畢業於明和大學，創立了遠山電池。",
         {"王小明 STUDIED_AT 明和大學", "王小明 FOUNDED 遠山電池"}),
        ("燈光與舞台展在漢堡舉行。", {"燈光與舞台展 HELD_IN 漢堡"}),
    ],
)  # fmt: skip
def test_reads(offline: Extractor, text: str, expected: set[str]) -> None:
    (extraction,) = offline.extract([chunk(text)])
    assert {f"{each.head} {each.relation} {each.tail}" for each in extraction.triples} == expected


def test_a_clause_says_nothing_of_the_next_in_the_row(offline: Extractor) -> None:
    text = "Jane Wu, who leads Acme Robotics, and Tom Baker, who leads Harbor Bank, met."
    (extraction,) = offline.extract([chunk(text)])
    found = {(each.head, each.tail) for each in extraction.triples}
    assert ("Jane Wu", "Acme Robotics") in found
    assert ("Tom Baker", "Acme Robotics") not in found


def test_evidence_holds_the_name_that_a_noun_stands_for(offline: Extractor) -> None:
    (extraction,) = offline.extract(
        [chunk("Northwind Systems was founded by Jane Wu. The company is headquartered in Berlin.")]
    )
    assert all(each.head in each.evidence for each in extraction.triples)


def test_confidence_follows_the_evidence(offline: Extractor) -> None:
    texts = [
        "company: Northwind Systems | headquarters: Berlin",
        "Northwind Systems is headquartered in Berlin.",
        "Northwind Systems was founded by Jane Wu. The company is headquartered in Berlin.",
    ]
    found = [
        each.triples[-1].confidence for each in offline.extract([chunk(t, i) for i, t in enumerate(texts)])
    ]
    assert len(set(found)) == 3
    # How surely it is stated; shares of being right are fitted, and ask the tagger, too.
    _, prose, noun = (
        each.typed[-1].evidence.confidence
        for each in offline.trace([chunk(t, i) for i, t in enumerate(texts)])
    )
    assert noun < prose
