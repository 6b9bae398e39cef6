"""What a person sees as files for other programs, streamed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from aibox_assets.api.cursors import Text
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.services.exports import CHUNK_COLUMNS, MEDIA_TYPES, Format, write_table
from aibox_assets.services.graph_exports import GRAPH_TYPES, TRIPLE_COLUMNS, read_triples, write_graph
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.exports import read_chunks

router = APIRouter(prefix="/export", tags=["Export"])


class TripleFormat(StrEnum):
    """Formats of triples: tables and graphs."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    GRAPHML = "graphml"
    JSON_LD = "json-ld"


Knower = Annotated[Caller, Depends(needs(Role.READER, "graph"))]
Reader = Annotated[Caller, Depends(needs(Role.READER, "files"))]
FileIds = Annotated[
    list[Text] | None, Query(max_length=1000, description="Of these files; of all by default.")
]


@router.get("/chunks", response_class=StreamingResponse)
def export_chunks(
    caller: Reader, platform: PlatformOf, format: Format = Format.JSONL, file_id: FileIds = None
) -> StreamingResponse:
    """The chunks of the files that the caller sees, with their places."""
    parts = read_chunks(platform.engine, caller.viewer, file_id)
    return StreamingResponse(
        write_table(parts, CHUNK_COLUMNS, format),
        media_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="chunks.{format}"'},
    )


@router.get("/triples", response_class=StreamingResponse)
def export_triples(
    caller: Knower,
    platform: PlatformOf,
    format: TripleFormat = TripleFormat.JSONL,
    file_id: FileIds = None,
) -> StreamingResponse:
    """The triples of the files that the caller sees, with their evidence; also as a graph."""
    parts = read_triples(platform, caller.viewer, file_id)
    if format in GRAPH_TYPES:
        content, media_type = write_graph(parts, format), GRAPH_TYPES[format]
    else:
        table = Format(format)
        content, media_type = write_table(parts, TRIPLE_COLUMNS, table), MEDIA_TYPES[table]
    ending = {"json-ld": "jsonld"}.get(format, format)
    return StreamingResponse(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="triples.{ending}"'},
    )
