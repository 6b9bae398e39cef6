"""Words that stand for a name: what they carry over, and where they are left open."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk


def told(offline: Extractor, text: str) -> dict[str, str]:
    """What is told, with the words that say so."""
    (extraction,) = offline.extract([chunk(text)])
    return {f"{it.head} {it.relation} {it.tail}": it.evidence for it in extraction.triples}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Jane Wu was born in Berlin. She founded Acme Corporation in 1999.",
            "Jane Wu FOUNDED Acme Corporation",
        ),
        (
            "Tom Fisher is a lawyer. His wife, Ann Fisher, works for Siemens.",
            "Ann Fisher SPOUSE_OF Tom Fisher",
        ),
        (
            "Acme Corporation is based in Paris. It acquired Beta Labs in 2010.",
            "Acme Corporation ACQUIRED Beta Labs",
        ),
        ("马云出生于杭州。他创立了阿里巴巴集团。", "马云 FOUNDED 阿里巴巴集团"),
        ("李娜毕业于清华大学，她创立了蓝天科技公司。", "李娜 FOUNDED 蓝天科技公司"),
        (
            "马云创立了阿里巴巴集团。该公司总部位于杭州。",
            "阿里巴巴集团 HEADQUARTERED_IN 杭州",
        ),
    ],
)
def test_a_word_carries_the_name_before_it(offline: Extractor, text: str, expected: str) -> None:
    found = told(offline, text)
    assert expected in found
    # The name that it stands for is among the words that are shown.
    assert found[expected] == text


@pytest.mark.parametrize(
    ("text", "never"),
    [
        # Two people, and none of them is spoken of alone.
        ("Jane Wu and Ann Fisher met in Berlin. She founded Acme Corporation.", "FOUNDED"),
        # Whoever was "she" is no "he".
        ("Jane Wu said that she was ill. He founded Acme Corporation.", "Jane Wu FOUNDED"),
        # The wife is John's, not Mary's.
        ("Mary Brown is from Kent. She is a daughter of John Smith and his wife Ann Lee.", "Ann Lee SPOUSE_OF Mary"),
        # A daughter is spoken of, and not named.
        ("The daughter of Tom Fisher, she was born in Paris. She founded Acme Corporation.", "Tom Fisher FOUNDED"),
        ('"Tom Fisher is here," she said. "He founded Acme Corporation," he added.', "FOUNDED"),
        ("张伟和李娜在北京见面。他创立了蓝天科技公司。", "FOUNDED"),
        ("李娜住在北京，她是律师。他创立了蓝天科技公司。", "李娜 FOUNDED"),
        ("李娜住在北京。他们创立了蓝天科技公司。", "李娜 FOUNDED"),
    ],
)  # fmt: skip
def test_what_may_mean_several_is_left_open(offline: Extractor, text: str, never: str) -> None:
    # What the tagger guesses besides is no matter of these words.
    (trace,) = offline.trace([chunk(text)])  # type: ignore[attr-defined]
    ruled = {
        f"{it.head.name} {it.relation} {it.tail.name}" for it in trace.typed if it.evidence.source == "rules"
    }
    assert not {each for each in ruled if never in each}
