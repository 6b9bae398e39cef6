"""Recall of the offline extractor on the sample documents, read the way a home reads them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import yaml

from aibox_assets.domain.chunk import ChunkSplitter
from aibox_assets.domain.encoders.multilingual import multilingual_pieces
from aibox_assets.domain.extract import Extractor, entity_key
from aibox_assets.domain.ontology import Ontology
from aibox_assets.domain.parse import ParseLimits, parse_document
from aibox_assets.settings import Settings

_TESTS = Path(__file__).parents[2]
_SAMPLES = _TESTS.parent / "samples"
_FACTS = _TESTS / "data" / "sample_facts.yaml"
_LEAST_FOUND = 44  # of 50

Fact = tuple[str, str, str]


def _fact(head: str, relation: str, tail: str, ontology: Ontology) -> Fact:
    ends = entity_key("", head), entity_key("", tail)
    first, last = sorted(ends) if ontology.relation(relation).symmetric else ends
    return first, relation, last


def _default_splitter() -> ChunkSplitter:
    tokens = Settings.model_fields["chunk_tokens"].default, Settings.model_fields["chunk_overlap"].default
    return ChunkSplitter(multilingual_pieces().count, *tokens)


def _found(offline: Extractor, ontology: Ontology, splitter: ChunkSplitter, file: str) -> set[Fact]:
    path = _SAMPLES / file
    chunks = splitter.split(file, parse_document(path.read_bytes(), path.name, ParseLimits()))
    return {
        _fact(each.head, each.relation, each.tail, ontology)
        for extraction in offline.extract(chunks)
        for each in extraction.triples
    }


def test_finds_what_the_samples_say(offline: Extractor, ontology: Ontology) -> None:
    expected: dict[str, list[Fact]] = defaultdict(list)
    for each in yaml.safe_load(_FACTS.read_text(encoding="utf-8"))["triples"]:
        expected[each["file"]].append(_fact(each["head"], each["relation"], each["tail"], ontology))
    splitter = _default_splitter()
    missed = [
        f"{file}: {' | '.join(fact)}"
        for file, facts in expected.items()
        for found in [_found(offline, ontology, splitter, file)]
        for fact in facts
        if fact not in found
    ]
    total = sum(map(len, expected.values()))
    assert total >= 50
    assert total - len(missed) >= _LEAST_FOUND, "\n".join(missed)
