"""The cache of extractions: equal text under an equal extractor costs no second model call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import ARRAY

from aibox_assets.domain.models import Chunk, EntityMention, Extraction, Triple, values_of
from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import extractions

_Placed = TypeVar("_Placed", EntityMention, Triple)

_KEEP: Final = sa.text(
    """INSERT INTO aibox.extractions (text_hash, extractor, result)
    SELECT text_hash, :extractor, CAST(result AS jsonb)
    FROM unnest(CAST(:hashes AS text[]), CAST(:results AS text[])) AS r (text_hash, result)
    ON CONFLICT DO NOTHING"""
)


class ExtractionCache:
    """What an extractor found in a text, wherever the text stands.

    Offsets are kept relative to the chunk, and ids left out, so that they fit the next file.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, extractor: str, chunks: Sequence[Chunk]) -> dict[str, Extraction]:
        """Known extractions by chunk id.

        :param extractor: name and version of the extractor, and the ontology's digest.
        """
        by_hash: dict[str, dict[str, Any]] = {}
        hashes = sorted({chunk.text_hash for chunk in chunks})
        known = sa.any_(sa.literal(hashes, ARRAY(sa.Text)))
        where = (extractions.c.extractor == extractor) & (extractions.c.text_hash == known)
        with transaction(self._engine) as connection:
            for text_hash, result in connection.execute(
                sa.select(extractions.c.text_hash, extractions.c.result).where(where)
            ):
                by_hash[text_hash] = result
            connection.execute(extractions.update().where(where).values(used_at=sa.func.now()))
        return {
            chunk.chunk_id: _place(by_hash[chunk.text_hash], chunk)
            for chunk in chunks
            if chunk.text_hash in by_hash
        }

    def keep(self, extractor: str, chunks: Sequence[Chunk], found: Sequence[Extraction]) -> None:
        """Remember what was found, one extraction per chunk, in the same order."""
        results = {
            chunk.text_hash: json.dumps(_lift(extraction, chunk))
            for chunk, extraction in zip(chunks, found, strict=True)
        }
        if not results:
            return
        hashes = sorted(results)  # so that two writers take their rows in one order
        with transaction(self._engine) as connection:
            connection.execute(
                _KEEP,
                {"extractor": extractor, "hashes": hashes, "results": [results[each] for each in hashes]},
            )


def _lift(extraction: Extraction, chunk: Chunk) -> dict[str, list[dict[str, Any]]]:
    return {
        "mentions": [
            values_of(_shift(mention, "", "", -chunk.char_start)) for mention in extraction.mentions
        ],
        "triples": [values_of(_shift(triple, "", "", -chunk.char_start)) for triple in extraction.triples],
    }


def _place(result: dict[str, Any], chunk: Chunk) -> Extraction:
    mentions = (EntityMention(**mention) for mention in result["mentions"])
    triples = (Triple(**triple) for triple in result["triples"])
    place = (chunk.file_id, chunk.chunk_id, chunk.char_start)
    return Extraction(
        chunk.chunk_id,
        tuple(_shift(mention, *place) for mention in mentions),
        tuple(_shift(triple, *place) for triple in triples),
    )


def _shift(item: _Placed, file_id: str, chunk_id: str, by: int) -> _Placed:
    return replace(
        item, file_id=file_id, chunk_id=chunk_id, char_start=item.char_start + by, char_end=item.char_end + by
    )
