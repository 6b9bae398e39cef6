"""How each asset is made: a digest of all configuration that its results depend on, but for what they are made from."""

from __future__ import annotations

import hashlib
from typing import Final

from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.domain.ontology import Ontology
from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES

CODE_VERSIONS: Final = {CHUNKS: "2", EMBEDDINGS: "1", KG_TRIPLES: "1"}
"""Raised when an asset's code makes something else of the same input."""


def chunk_recipe(max_tokens: int, overlap: int, tokenizer_revision: str) -> str:
    """Of chunks: how long they are, and by whose tokens."""
    return _digest(CHUNKS, f"{max_tokens}/{overlap}/{tokenizer_revision}")


def embedding_recipe(spec: EmbeddingModelSpec) -> str:
    """Of vectors: the model, and what is put before a passage."""
    return _digest(EMBEDDINGS, f"{spec.name}/{spec.revision}/{spec.passage_prefix}")


def triple_recipe(extractor_id: str) -> str:
    """Of triples: the extractor with its ontology, see :func:`extractor_id`."""
    return _digest(KG_TRIPLES, extractor_id)


def extractor_id(name: str, version: str, ontology: Ontology) -> str:
    """An extractor as its cached results are known by."""
    return f"{name}@{version}/{ontology.digest[:16]}"


def _digest(asset: str, configuration: str) -> str:
    return hashlib.sha256(f"{CODE_VERSIONS[asset]}/{configuration}".encode()).hexdigest()[:16]
