"""Chunks for the tests of this folder."""

from aibox_assets.domain.models import Chunk


def chunk(text: str, ordinal: int = 0, char_start: int = 0) -> Chunk:
    return Chunk(
        chunk_id=f"c{ordinal}",
        file_id="file",
        ordinal=ordinal,
        text=text,
        token_count=len(text.split()),
        char_start=char_start,
        char_end=char_start + len(text),
        page=None,
        sheet=None,
        heading_path=(),
        language="und",
    )
