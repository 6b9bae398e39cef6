"""What a person sees as files for other programs, streamed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.services.accounts import Caller
from aibox_assets.services.exports import CHUNK_COLUMNS, MEDIA_TYPES, Format, write_table
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.exports import read_chunks

router = APIRouter(prefix="/export", tags=["Export"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "files"))]
FileIds = Annotated[
    list[str] | None, Query(max_length=1000, description="Of these files; of all by default.")
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
