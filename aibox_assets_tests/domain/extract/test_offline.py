from __future__ import annotations

import pytest

from aibox_assets.domain.chat import TextFaultError
from aibox_assets.domain.extract import Extractor, entity_key, load_extractor
from aibox_assets.domain.extract.tagger.tagger import Tagged, Tagger
from aibox_assets.domain.ontology import Ontology
from aibox_assets_tests.domain.extract.chunks import chunk

MIXED = (
    "The report came late. Microsoft CEO Satya Nadella spoke.\n"
    "郭台銘創立了鴻海。台積電與 Nvidia 合作。\nNokia is based in Finland."
)


def test_offsets_point_into_the_files_text(offline: Extractor) -> None:
    before = "x" * 1000
    text = before + MIXED
    (extraction,) = offline.extract([chunk(MIXED, char_start=1000)])
    assert extraction.triples
    for mention in extraction.mentions:
        assert " ".join(text[mention.char_start : mention.char_end].split()) in (
            mention.name,
            mention.name.split()[-1],
        )
    for triple in extraction.triples:
        assert text[triple.char_start : triple.char_end] == triple.evidence
        assert triple.head.split()[-1] in triple.evidence
        assert triple.tail.split()[-1] in triple.evidence
        assert 0 < triple.confidence <= 1


def test_reads_each_script_by_its_own_rules(offline: Extractor) -> None:
    (extraction,) = offline.extract([chunk(MIXED)])
    found = {(each.head, each.relation, each.tail) for each in extraction.triples}
    assert ("Satya Nadella", "LEADS", "Microsoft") in found
    assert ("郭台銘", "FOUNDED", "鴻海") in found
    assert ("Nokia", "HEADQUARTERED_IN", "Finland") in found
    assert any(relation == "PARTNERS_WITH" for _, relation, _ in found)


def test_an_organization_is_where_the_text_says_and_not_where_its_neighbour_is(offline: Extractor) -> None:
    text = (
        "Northwind Cells is headquartered in Hsinchu and shows the Kite-7 for the first time in Europe. Its "
        "subsidiary Nordlicht Systems, which is located in Hamburg, shows the software of the pack."
    )
    (extraction,) = offline.extract([chunk(text)])
    seats = {"HEADQUARTERED_IN", "LOCATED_IN"}
    found = {(each.head, each.tail) for each in extraction.triples if each.relation in seats}
    assert found - {("Hamburg", "Europe")} == {
        ("Northwind Cells", "Hsinchu"),
        ("Nordlicht Systems", "Hamburg"),
    }


def test_threads_change_nothing(offline: Extractor, ontology: Ontology) -> None:
    texts = [
        MIXED,
        "",
        "Jane Wu founded Acme Robotics in 2011.",
        *(f"Ada {n} leads Acme." for n in range(20)),
    ]
    chunks = [chunk(text) for text in texts]
    assert load_extractor("offline", ontology, threads=3).extract(chunks) == offline.extract(chunks)


def test_a_text_that_cannot_be_read_ends_the_call(
    ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Tagger.read

    def fail(tagger: Tagger, text: str) -> Tagged:
        if "unreadable" in text:
            raise TextFaultError("It cannot be read.", "Leave it out.")
        return read(tagger, text)

    monkeypatch.setattr(Tagger, "read", fail)
    extractor = load_extractor("offline", ontology, threads=2)
    with pytest.raises(TextFaultError):
        extractor.extract([chunk("Jane Wu founded Acme."), chunk("unreadable"), chunk(MIXED)])
    assert extractor.extract([chunk("Jane Wu founded Acme.")])[0].triples


def test_one_extraction_per_chunk_in_order_whatever_the_batch(offline: Extractor) -> None:
    texts = [
        "Jane Wu founded Acme Robotics.",
        "",
        " \n",
        "馬雲出生於杭州。",
        "Nokia is based in Finland. " * 20,
        "a",
    ]
    chunks = [chunk(text, i) for i, text in enumerate(texts)]
    together = offline.extract(chunks)
    assert [each.chunk_id for each in together] == [each.chunk_id for each in chunks]
    assert together == [offline.extract([each])[0] for each in chunks]
    assert offline.extract([]) == []


def test_a_surname_joins_its_only_bearer(offline: Extractor) -> None:
    text = "Jane Miller works for Siemens. Later, Miller moved to Berlin."
    (extraction,) = offline.extract([chunk(text)])
    people = {each.key for each in extraction.mentions if each.type == "Person"}
    assert people == {entity_key("Person", "Jane Miller")}


def test_a_fact_said_twice_is_one_triple(offline: Extractor) -> None:
    (extraction,) = offline.extract([chunk("Google acquired YouTube. Yes, Google acquired YouTube.")])
    found = [(each.head, each.tail) for each in extraction.triples if each.relation == "ACQUIRED"]
    assert found == [("Google", "YouTube")]


def test_hostile_text_does_no_harm(offline: Extractor) -> None:
    texts = [
        "《" * 500,
        "·" * 200 + "王·",
        "A" * 5000,
        "公司" * 300,
        "\u200b\u202e王",
        "由，被。的" * 100,
        "1,2,3\n" * 200,
    ]
    assert len(offline.extract([chunk(text, i) for i, text in enumerate(texts)])) == len(texts)
