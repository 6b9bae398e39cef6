"""The cache of extractions against a real Postgres; every verb is tried twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from aibox_assets.domain.models import EntityMention, Extraction, Triple
from aibox_assets.stores.extractions import ExtractionCache
from aibox_assets_tests.stores.documents import chunk_of

pytestmark = pytest.mark.integration

CHUNK = chunk_of("a", 3, "Ann Lee works for Acme.")
FOUND = Extraction(
    CHUNK.chunk_id,
    (EntityMention("a", CHUNK.chunk_id, "Person:ann lee", "Ann Lee", "Person", 3000, 3007, 0.9),),
    (
        Triple(
            "a", CHUNK.chunk_id, "Ann Lee", "Person", "Person:ann lee", "WORKS_FOR", "Acme", "Organization",
            "Organization:acme", 0.8, 3000, 3023, CHUNK.text,
        ),
    ),
)  # fmt: skip


@pytest.fixture
def cache(engine: Engine) -> ExtractionCache:
    return ExtractionCache(engine)


def test_an_equal_text_elsewhere_costs_nothing_and_gets_its_own_place(cache: ExtractionCache) -> None:
    for _ in range(2):
        cache.keep("x@1", [CHUNK], [FOUND])
        assert cache.find("x@1", [CHUNK]) == {CHUNK.chunk_id: FOUND}
    other = replace(chunk_of("b", 0, CHUNK.text), char_start=10)
    (found,) = cache.find("x@1", [other]).values()
    assert (found.mentions[0].file_id, found.mentions[0].char_start) == ("b", 10)
    assert (found.triples[0].chunk_id, found.triples[0].char_end) == (other.chunk_id, 33)
    assert cache.find("x@2", [CHUNK]) == cache.find("x@1", []) == {}


def test_a_hundred_thousand_texts_are_looked_up_in_one_call(cache: ExtractionCache) -> None:
    cache.keep("x@1", [CHUNK], [FOUND])
    chunks = [CHUNK, *(chunk_of("b", n, f"t{n}") for n in range(100_000))]
    assert cache.find("x@1", chunks) == {CHUNK.chunk_id: FOUND}
