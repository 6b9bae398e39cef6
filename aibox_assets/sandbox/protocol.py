"""The messages between the parent and the parsing child, and what the parent believes of an answer.

A message is two lengths (8 bytes each, big-endian), then a JSON head and a body of bytes. JSON, not pickle: a
parser that was taken over must not run code in the parent. Nothing from the child is used before it is checked.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from aibox_assets.domain.errors import (
    AIBoxError,
    EmptyDocumentError,
    EncryptedDocumentError,
    LimitExceededError,
    MalformedDocumentError,
    ParserUnavailableError,
    UnsupportedTypeError,
)
from aibox_assets.domain.models import Block, ParsedDocument
from aibox_assets.domain.parse.builder import clean_text
from aibox_assets.domain.parse.document import MEDIA_TYPES
from aibox_assets.domain.parse.limits import MIB, ParseLimits

MAX_HEAD_BYTES = 128 * MIB  # the places of some two million blocks
_MAX_UTF8_BYTES = 4  # of one character
_MAX_MESSAGE_CHARS = 4_000
_MAX_WARNINGS = 1_000
_LENGTHS = struct.Struct(">QQ")
_ENCODING = re.compile(r"[\w.-]{1,40}", re.ASCII)
# What a document can be at fault for, and the one fault of a child itself. A document that took its child over may
# claim that one, which pauses a queue for seconds; the pauses that one file opens are counted, and have a bound.
_ERRORS: dict[str, type[AIBoxError]] = {
    kind.__name__: kind
    for kind in (
        EmptyDocumentError,
        UnsupportedTypeError,
        EncryptedDocumentError,
        MalformedDocumentError,
        LimitExceededError,
        ParserUnavailableError,
    )
}


class ProtocolError(Exception):
    """The child said what no working child says."""


class Message(NamedTuple):
    """One message, as it was read."""

    head: dict[str, Any]
    body: bytes


def write_message(stream: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message and flush it.

    :raises ProtocolError: the head is over its limit; nothing was sent.
    """
    encoded = json.dumps(head).encode("ascii")
    if len(encoded) > MAX_HEAD_BYTES:
        raise ProtocolError(f"more places than fit into {MAX_HEAD_BYTES // MIB} MiB")
    stream.write(_LENGTHS.pack(len(encoded), len(body)) + encoded)
    stream.write(body)
    stream.flush()


def read_message(stream: IO[bytes], max_body: int, max_head: int = MAX_HEAD_BYTES) -> Message | None:
    """Receive one message; None where the stream ended.

    :raises ProtocolError: a length over its limit, or a head that is no JSON object.
    """
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_length, body_length = _LENGTHS.unpack(lengths)
    if head_length > max_head or body_length > max_body:
        raise ProtocolError(f"a message of {head_length:,} and {body_length:,} bytes")
    encoded, body = stream.read(head_length), stream.read(body_length)
    if len(encoded) < head_length or len(body) < body_length:
        return None
    try:
        head = json.loads(encoded)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a head that is no JSON") from error
    if not isinstance(head, dict):
        raise ProtocolError("a head that is no object")
    return Message(head, body)


def max_answer_body(limits: ParseLimits) -> int:
    """Bytes of the longest text that *limits* allow."""
    return limits.max_chars * _MAX_UTF8_BYTES


def encode_document(document: ParsedDocument) -> Message:
    """The answer with a parsed document."""
    head = {
        "media_type": document.media_type,
        "encoding": document.encoding,
        "warnings": [clean_text(warning)[:_MAX_MESSAGE_CHARS] for warning in document.warnings],
        "blocks": [
            (
                block.char_start,
                block.char_end,
                block.page,
                block.sheet and clean_text(block.sheet),
                block.heading_path,
            )
            for block in document.blocks
        ],
    }
    return Message(head, document.text.encode("utf-8"))


def encode_error(error: AIBoxError, *, memory: bool = False) -> Message:
    """The answer with an error; *memory*: the child's address space is in pieces, end it."""
    reason, remedy = (clean_text(text)[:_MAX_MESSAGE_CHARS] for text in (error.reason, error.remedy))
    return Message({"error": type(error).__name__, "reason": reason, "remedy": remedy, "memory": memory}, b"")


def decode_error(message: Message, name: str) -> AIBoxError | None:
    """The error that an answer names, which says *name*; None where it has a document.

    :raises ProtocolError: an error that no document can be at fault for, or one without a reason.
    """
    if "error" not in message.head:
        return None
    kind = _ERRORS.get(_text(message.head["error"]))
    if kind is None:
        raise ProtocolError("an unknown kind of error")
    reason, remedy = _text(message.head.get("reason")), _text(message.head.get("remedy"))
    if max(len(reason), len(remedy)) > _MAX_MESSAGE_CHARS:
        raise ProtocolError("an endless reason")
    return kind(reason if clean_text(name) in reason else f"{name}: {reason}", remedy)


def decode_document(message: Message, limits: ParseLimits) -> ParsedDocument:
    """The document of an answer.

    :raises ProtocolError: it is none that a parser of ours makes under *limits*.
    """
    head = message.head
    try:
        text = message.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError("a text that is no UTF-8") from error
    if not text or len(text) > limits.max_chars or "\x00" in text:
        raise ProtocolError("a text that cannot be kept")
    encoding, warnings, media_type = head.get("encoding"), head.get("warnings"), _text(head.get("media_type"))
    if media_type not in MEDIA_TYPES:
        raise ProtocolError("an unknown media type")
    if encoding is not None and not _ENCODING.fullmatch(_text(encoding)):
        raise ProtocolError("an encoding without a name")
    if not isinstance(warnings, list) or len(warnings) > _MAX_WARNINGS:
        raise ProtocolError("warnings without end")
    return ParsedDocument(
        text=text,
        blocks=tuple(_blocks(head.get("blocks"), len(text), limits.max_pages)),
        media_type=media_type,
        encoding=encoding,
        warnings=tuple(_text(warning)[:_MAX_MESSAGE_CHARS] for warning in warnings),
    )


def _blocks(entries: object, length: int, max_pages: int) -> Iterator[Block]:
    if not isinstance(entries, list):
        raise ProtocolError("no blocks")
    position = 0
    for entry in entries:
        if not isinstance(entry, list) or len(entry) != 5:
            raise ProtocolError("a block of another shape")
        start, end, page, sheet, path = entry
        if type(start) is not int or type(end) is not int or not position <= start < end <= length:
            raise ProtocolError("a block outside the text")
        if page is not None and (type(page) is not int or not 1 <= page <= max_pages):
            raise ProtocolError("a page that cannot be")
        if not isinstance(path, list):
            raise ProtocolError("headings of another shape")
        yield Block(
            start, end, page, None if sheet is None else _text(sheet), tuple(_text(title) for title in path)
        )
        position = end


def _text(value: object) -> str:
    if not isinstance(value, str) or (not value.isascii() and clean_text(value) != value) or "\x00" in value:
        raise ProtocolError("a text that cannot be kept")
    return value
