"""Names that a document defines for itself, in everyday contracts of both languages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.naming.defined import spell_out
from aibox_assets.domain.models import Chunk, Extraction
from aibox_assets_tests.domain.extract.chunks import chunk

Fact = tuple[str, str, str]


def read(offline: Extractor, *texts: str) -> tuple[list[Chunk], dict[str, Extraction]]:
    """The chunks of one document, and what is found in them."""
    chunks, start = [], 0
    for number, text in enumerate(texts):
        chunks.append(chunk(text, number, start))
        start += len(text) + 1
    found = dict(zip((each.chunk_id for each in chunks), offline.extract(chunks), strict=True))
    spelled = spell_out(chunks, found)
    again = offline.extract([each.chunk for each in spelled])
    return chunks, found | {
        each.source.chunk_id: each.back(extraction) for each, extraction in zip(spelled, again, strict=True)
    }


def facts(found: dict[str, Extraction]) -> set[Fact]:
    return {(each.head, each.relation, each.tail) for one in found.values() for each in one.triples}


CLIENT = 'This agreement is made between Acme Ltd. ("the Client") and Beta Software GmbH (the "Supplier").'


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (
            (CLIENT, "The Client acquired Nordwind Energy in 2019. The Supplier is headquartered in Munich."),
            {
                ("Acme Ltd.", "ACQUIRED", "Nordwind Energy"),
                ("Beta Software GmbH", "HEADQUARTERED_IN", "Munich"),
            },
        ),
        (
            (
                "This lease is between Harbour Estates Limited, a company registered in England with its office at "
                '1 High Street, London (hereinafter referred to as "the Landlord"), and John Smith ("Tenant").',
                "The Landlord was founded by Mary Hill.",
            ),
            {("Mary Hill", "FOUNDED", "Harbour Estates Limited")},
        ),
        (
            (
                "北京星河科技有限公司（以下简称“甲方”）与上海远洋物流股份有限公司（以下简称乙方）签订本合同。",
                "甲方收购了深圳蓝海软件有限公司。乙方由李娜创立。",
            ),
            {
                ("北京星河科技有限公司", "ACQUIRED", "深圳蓝海软件有限公司"),
                ("李娜", "FOUNDED", "上海远洋物流股份有限公司"),
            },
        ),
        (
            (
                "甲方：北京星河科技有限公司\n乙方（受托方）：上海远洋物流股份有限公司\n\n乙方总部位于上海。张伟是甲方的董事长。",
            ),
            {
                ("上海远洋物流股份有限公司", "HEADQUARTERED_IN", "上海"),
                ("张伟", "LEADS", "北京星河科技有限公司"),
            },
        ),
        (
            ("鴻海精密工業股份有限公司（以下簡稱「本公司」）成立於1974年。", "本公司收購了夏普。"),
            {("鴻海精密工業股份有限公司", "ACQUIRED", "夏普")},
        ),
    ],
)
def test_what_a_defined_name_does_its_thing_does(
    offline: Extractor, texts: Sequence[str], told: set[Fact]
) -> None:
    assert told <= facts(read(offline, *texts)[1])


def test_offsets_and_evidence_are_those_of_the_text(offline: Extractor) -> None:
    chunks, found = read(
        offline, CLIENT, "In 2019 the Client acquired Nordwind Energy. Jane Wu works for the Client."
    )
    second = chunks[1]
    words = {
        (each.name, second.text[each.char_start - second.char_start : each.char_end - second.char_start])
        for each in found["c1"].mentions
    }
    assert words == {
        ("Acme Ltd.", "the Client"),
        ("Nordwind Energy", "Nordwind Energy"),
        ("Jane Wu", "Jane Wu"),
    }
    for each in found["c1"].triples:
        start = each.char_start - second.char_start
        assert each.evidence == second.text[start : each.char_end - second.char_start]
    assert "Jane Wu works for the Client." in {each.evidence for each in found["c1"].triples}


def test_the_names_elsewhere_mean_nothing(offline: Extractor) -> None:
    _, found = read(offline, "The Client acquired Nordwind Energy in 2019. 甲方收购了深圳蓝海软件有限公司。")
    assert not {"Acme Ltd.", "北京星河科技有限公司"} & {head for head, _, _ in facts(found)}


@pytest.mark.parametrize(
    "texts",
    [
        # Two things of one defined name.
        (CLIENT, 'Gamma Inc. ("the Client") agrees.', "The Client acquired Nordwind Energy."),
        # More than the name before the bracket.
        ('Acme plc and its subsidiaries (the "Group") sell.', "The Group acquired Beta Software GmbH."),
        # A nickname, and a title.
        ('George W. Bush ("Dubya") spoke.', "Dubya met Angela Merkel."),
        # The word in a longer name.
        (CLIENT, "Client Services Inc. acquired Nordwind Energy."),
        ("北京星河科技有限公司（以下简称“公司”）", "深圳蓝海软件有限公司收购了上海远洋物流股份有限公司。"),
        (
            "北京星河科技有限公司与上海远洋物流股份有限公司（以下合称“双方”）",
            "双方收购了深圳蓝海软件有限公司。",
        ),
    ],
)
def test_nothing_is_read_anew(offline: Extractor, texts: Sequence[str]) -> None:
    chunks = [chunk(text, number, 1000 * number) for number, text in enumerate(texts)]
    found = dict(zip((each.chunk_id for each in chunks), offline.extract(chunks), strict=True))
    assert spell_out(chunks, found) == []
