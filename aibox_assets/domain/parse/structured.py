"""JSON and JSON lines: one ``path: value`` line per leaf, a block per record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from aibox_assets.domain.errors import MalformedDocumentError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.builder import DocumentBuilder
from aibox_assets.domain.parse.source import SourceFile
from aibox_assets.domain.sniff import JSONL


def parse(source: SourceFile) -> ParsedDocument:
    """The records of a top-level list, or of the lines, each a block.

    :raises MalformedDocumentError: not JSON; names the line and column.
    """
    decoded = source.decode()
    builder = DocumentBuilder(source)
    builder.warnings.extend(decoded.warnings)
    records = (
        _read_lines(decoded.text, source.name)
        if source.media_type == JSONL
        else _read_whole(decoded.text, source.name)
    )
    for record in records:
        builder.add("\n".join(flatten(record)))
    return builder.finish(decoded.encoding)


def flatten(value: object, path: str = "") -> Iterator[str]:
    """A line per leaf: ``orders[0].customer: Ada``; nulls and empty strings say nothing and are left out."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flatten(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from flatten(item, f"{path}[{index}]")
    elif value is not None and value != "":
        shown = value if isinstance(value, str) else json.dumps(value)
        yield f"{path}: {shown}" if path else shown


def _read_whole(text: str, name: str) -> Iterable[object]:
    value = _load(text, name, 1)
    return value if isinstance(value, list) else [value]


def _read_lines(text: str, name: str) -> Iterator[object]:
    # Not splitlines(): JSON strings may hold U+2028 and the like.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _load(line, name, number)


def _load(text: str, name: str, line: int) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise MalformedDocumentError(
            f"{name} is not JSON: {error.msg} at line {line + error.lineno - 1}, column {error.colno}.",
            "Correct it there, or give it the extension .txt.",
        ) from error
