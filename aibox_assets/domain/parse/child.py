"""The parsing child: reads files from its standard input, answers on its standard output.

Started by :mod:`aibox_assets.domain.parse.sandbox`; not for people. Arguments: the pid of its parent, its
memory in MiB, the limits as JSON. A message is two lengths (8 bytes each, big-endian), then a JSON head and a
body of bytes. JSON, not pickle: a parser that was taken over must not run code in the parent.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import struct
import sys
from dataclasses import asdict
from typing import IO, Any

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.document import parse_document
from aibox_assets.domain.parse.limits import MIB, ParseLimits, memory_for, out_of_memory

_LENGTHS = struct.Struct(">QQ")
_PR_SET_PDEATHSIG = 1


def write_message(stream: IO[bytes], head: dict[str, Any], body: bytes) -> None:
    """Send one message and flush it."""
    encoded = json.dumps(head).encode("utf-8")
    stream.write(_LENGTHS.pack(len(encoded), len(body)) + encoded)
    stream.write(body)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Receive one message; None where the stream ended."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_length, body_length = _LENGTHS.unpack(lengths)
    encoded, body = stream.read(head_length), stream.read(body_length)
    if len(encoded) < head_length or len(body) < body_length:
        return None
    head: dict[str, Any] = json.loads(encoded)
    return head, body


def answer(data: bytes, name: str, limits: ParseLimits) -> tuple[dict[str, Any], bytes]:
    """Parse one file within the memory that its size allows; the message that says how it went."""
    ceiling = resource.getrlimit(resource.RLIMIT_AS)[1]
    allowed = memory_for(data)
    soft = _address_space() + allowed
    resource.setrlimit(resource.RLIMIT_AS, (soft if ceiling < 0 else min(soft, ceiling), ceiling))
    try:
        return _document_message(parse_document(data, name, limits))
    except AIBoxError as error:
        return _error_message(error, memory=False), b""
    except MemoryError:
        return _error_message(out_of_memory(name, len(data), allowed), memory=True), b""
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def _address_space() -> int:
    """Bytes that this process has mapped: what RLIMIT_AS counts."""
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - a fifth of the time of Path.open
        return int(statm.read().split()[0]) * resource.getpagesize()


def _document_message(document: ParsedDocument) -> tuple[dict[str, Any], bytes]:
    head = {
        "media_type": document.media_type,
        "encoding": document.encoding,
        "warnings": document.warnings,
        "blocks": [tuple(asdict(block).values()) for block in document.blocks],
    }
    return head, document.text.encode("utf-8")


def _error_message(error: AIBoxError, *, memory: bool) -> dict[str, Any]:
    return {
        "error": type(error).__name__,
        "reason": error.reason,
        "remedy": error.remedy,
        "memory": memory,
    }


def main(arguments: list[str]) -> None:
    """Serve until the parent closes the pipe or dies."""
    parent, memory_mb, limits = int(arguments[0]), int(arguments[1]), ParseLimits(**json.loads(arguments[2]))
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be told
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MIB, memory_mb * MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the parent's to answer
    # What a library prints must not get between the messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    while (message := read_message(requests)) is not None:
        head, data = message
        write_message(answers, *answer(data, str(head["name"]), limits))


if __name__ == "__main__":
    main(sys.argv[1:])
