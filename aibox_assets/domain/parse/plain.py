"""Plain text: one block, as it was written."""

from __future__ import annotations

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.source import SourceFile


def parse(source: SourceFile) -> ParsedDocument:
    """The decoded text; the encoding and any doubt about it are recorded."""
    decoded = source.decode()
    builder = DocumentBuilder(source)
    builder.warnings.extend(decoded.warnings)
    builder.add(decoded.text)
    return builder.finish(decoded.encoding)
