"""Schools, families, homes, members and who runs what, as English says it over a clause."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk

OF_LIVES = {"STUDIED_AT", "FAMILY_OF", "SPOUSE_OF", "LIVES_IN", "MEMBER_OF", "LEADS", "BORN_IN", "HAS_ROLE"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Jane Wu was born in Leeds, read history at Durham University and lives in Paris.",
            {
                "Jane Wu BORN_IN Leeds",
                "Jane Wu STUDIED_AT Durham University",
                "Jane Wu LIVES_IN Paris",
            },
        ),
        ("Jane Wu holds a degree from Durham University.", {"Jane Wu STUDIED_AT Durham University"}),
        (
            "Leith Academy stands in Fife. Its alumni include Jane Wu and Tom Lee.",
            {"Jane Wu STUDIED_AT Leith Academy", "Tom Lee STUDIED_AT Leith Academy"},
        ),
        ("Jane Wu's brother was Tom Lee.", {"Jane Wu FAMILY_OF Tom Lee"}),
        ("An alumna of Durham University, Jane Wu sings.", {"Jane Wu STUDIED_AT Durham University"}),
        (
            "A native of Leeds, Jane Wu has made Paris her home.",
            {"Jane Wu BORN_IN Leeds", "Jane Wu LIVES_IN Paris"},
        ),
        ("Jane Wu took the helm at Acme Corp. in 2019.", {"Jane Wu LEADS Acme Corp."}),
        ("With her husband, the cameraman Tom Lee, she came.", {"Tom Lee HAS_ROLE cameraman"}),
        ("The firm, whose chairman and treasurer is Tom Lee, is new.", {"Tom Lee HAS_ROLE treasurer"}),
        (
            "Acme Corp., Beta Ltd and Gamma Inc. are among the members of the Pump Makers Association.",
            {
                "Acme Corp. MEMBER_OF Pump Makers Association",
                "Beta Ltd MEMBER_OF Pump Makers Association",
                "Gamma Inc. MEMBER_OF Pump Makers Association",
            },
        ),
        ("Jane Wu was a cabinet maker in Leeds.", {"Jane Wu HAS_ROLE cabinet maker"}),
        ("Tom Lee, a palaeontologist, was here.", {"Tom Lee HAS_ROLE palaeontologist"}),
        (
            "Tom Lee and Jane Wu have a shop in Leeds, and their son Max runs it.",
            {"Max FAMILY_OF Tom Lee", "Jane Wu FAMILY_OF Max"},
        ),
        ("Jane Wu, head of the Estonian port authority, was silent.", {"Jane Wu HAS_ROLE head"}),
        ("Jane Wu never studied at Durham University.", set()),
        ("Jane Wu was a finalist and a troublemaker.", set()),
    ],
)
def test_says_of_lives(offline: Extractor, text: str, expected: set[str]) -> None:
    (extraction,) = offline.extract([chunk(text)])
    told = {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.relation in OF_LIVES}
    assert told == expected
