"""CSV and TSV: each row a line with its headers."""

from __future__ import annotations

import csv
import sys
from io import StringIO
from itertools import islice

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.rows import render_rows
from aibox_assets.domain.parse.source import SourceFile
from aibox_assets.domain.sniff import TSV

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50

csv.field_size_limit(sys.maxsize)  # the file's size is limited already


def parse(source: SourceFile) -> ParsedDocument:
    """One block of rendered rows."""
    decoded = source.decode()
    text = decoded.text.replace("\x00", "")
    separator = "\t" if source.media_type == TSV else find_separator(text)
    builder = DocumentBuilder(source)
    builder.warnings.extend(decoded.warnings)
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator)
    builder.add("\n".join(render_rows(rows)))
    return builder.finish(decoded.encoding)


def find_separator(text: str) -> str:
    """The separator for which most of the first rows have the same number of cells, above one."""

    def agreement(separator: str) -> tuple[float, int]:
        sample = islice(csv.reader(StringIO(text, newline=""), delimiter=separator), _SAMPLE_ROWS)
        widths = [len(row) for row in sample if row]
        if not widths:
            return 0.0, 0
        common = max(set(widths), key=lambda width: (widths.count(width), width))
        return (widths.count(common) / len(widths), common) if common > 1 else (0.0, 0)

    return max(_SEPARATORS, key=agreement)
