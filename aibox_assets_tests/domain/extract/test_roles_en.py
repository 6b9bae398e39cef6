"""What people are, as English prose says it."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foreign Minister Alexander Downer flew to Nauru.", {"Alexander Downer: foreign minister"}),
        (
            "The hospital's chief executive officer, Tony Sherbon, says so.",
            {"Tony Sherbon: chief executive officer"},
        ),
        ("Army chief General Jane Wu flew to Nauru.", {"Jane Wu: chief", "Jane Wu: general"}),
        ("Marie Curie was a physicist who lived in Paris.", {"Marie Curie: physicist"}),
        ("Former Yahoo CEO Marissa Mayer spoke in Chicago.", {"Marissa Mayer: former CEO"}),
        ("Jane Wu, 41, a lawyer, spoke for Acme Robotics.", {"Jane Wu: lawyer"}),
        ("Jane Wu, the long-time law editor, spoke.", {"Jane Wu: law editor"}),
        ("Jane Wu left Acme Corp. in 2015 and became manager of Beta Ltd.", {"Jane Wu: manager"}),
        (
            "The two chief executives, Jane Wu and Tom Lee, met.",
            {"Jane Wu: chief executive", "Tom Lee: chief executive"},
        ),
        ("Jane Wu became general counsel of Acme Corp. in May.", {"Jane Wu: general counsel"}),
        ("The hotelier Jane Wu moved to Oslo.", {"Jane Wu: hotelier"}),
        ("We met Jane Wu, 41, a marine biologist who grew up in Hobart.", {"Jane Wu: marine biologist"}),
        ("The rebels' spokesman, Lt. Col. Tom Lee, agreed.", {"Tom Lee: spokesman", "Tom Lee: lt. col."}),
        ("Sen. Jane Wu met the late senator Tom Lee.", {"Jane Wu: senator", "Tom Lee: senator"}),
        ("Jane Wu was succeeded as dean by Tom Lee.", {"Jane Wu: dean", "Tom Lee: dean"}),
        ("The king appointed Jane Wu minister of solid fuels.", {"Jane Wu: minister of solid fuels"}),
        ("Jane Wu was sworn in as president of Peru in May.", {"Jane Wu: president"}),
        ("It was opened by a farmer, Tom Lee, in 1987.", {"Tom Lee: farmer"}),
        ("Tom Lee, once a fitter at Acme Corp., wrote it.", {"Tom Lee: former fitter"}),
        (
            "Directors: Jane Wu (Chair), Tom Lee.",
            {"Jane Wu: chair", "Jane Wu: director", "Tom Lee: director"},
        ),
        ("If Jane Wu is elected mayor of Leeds, he will leave.", set()),
        ("His business partner, Tom Lee, was in Rome.", set()),
        ("Author: Tom Lee, Oslo", set()),
        ("Tom Lee is the author of the tcpd program.", {"Tom Lee: author"}),
        ("Tom Lee is the initial author of the measure objects.", {"Tom Lee: author"}),
        ("Jane Wu and Tom Lee, authors of DOC++.", set()),
        ("Tom Lee is the author of the novel Emma, and lives in Oslo.", set()),
        ("Jane Wu is not a lawyer.", set()),
        ("Jane Wu met the founder of Dropbox in London.", set()),
        ("The would-be senator Jane Wu lives in Berlin.", set()),
    ],
)
def test_says_what_people_are(offline: Extractor, text: str, expected: set[str]) -> None:
    (extraction,) = offline.extract([chunk(text)])
    assert {f"{it.head}: {it.tail}" for it in extraction.triples if it.relation == "HAS_ROLE"} == expected
