"""What the parent believes of its child: nothing that it has not checked."""

from __future__ import annotations

import io
import json
import resource
import struct
import sys
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from aibox_assets.domain.errors import (
    AIBoxError,
    EmptyDocumentError,
    LimitExceededError,
    MalformedDocumentError,
    ParserUnavailableError,
)
from aibox_assets.domain.models import Block, ParsedDocument
from aibox_assets.domain.parse import ParseLimits
from aibox_assets.sandbox import ParserSandbox, parser
from aibox_assets.sandbox.protocol import (
    MAX_HEAD_BYTES,
    Message,
    ProtocolError,
    decode_document,
    decode_error,
    encode_document,
    encode_error,
    max_answer_body,
    read_message,
    write_message,
)
from aibox_assets_tests.sandbox import impostor

LIMITS = ParseLimits(max_chars=1_000, max_pages=10)
HEAD: dict[str, Any] = {
    "media_type": "text/plain",
    "encoding": "utf-8",
    "warnings": ["guessed"],
    "blocks": [[0, 3, None, None, []], [4, 7, 2, "表", ["標題", "b"]]],
}
BODY = "abc 文字d".encode()
DOCUMENT = ParsedDocument(
    "abc 文字d",
    (Block(0, 3), Block(4, 7, 2, "表", ("標題", "b"))),
    "text/plain",
    "utf-8",
    ("guessed",),
)


def raw(head: object, body: bytes = b"") -> bytes:
    encoded = json.dumps(head).encode()
    return struct.pack(">QQ", len(encoded), len(body)) + encoded + body


def blocks(*entries: object) -> bytes:
    return raw(HEAD | {"blocks": list(entries)}, BODY)


def failure(**changes: object) -> bytes:
    named = {"error": "MalformedDocumentError", "reason": "x", "remedy": "y", "memory": False}
    return raw(named | changes)


def sent(message: Message) -> Message:
    """As the other side reads it."""
    stream = io.BytesIO()
    write_message(stream, *message)
    stream.seek(0)
    received = read_message(stream, 1_000)
    assert received is not None
    return received


LIES = {
    "huge head": struct.pack(">QQ", 2**63, 0),
    "huge body": struct.pack(">QQ", 2, 2**40) + b"{}",
    "more text than a document may have": raw(HEAD, b"x" * 1_001),
    "more bytes than a document may have": raw(HEAD, b"x" * 4_001),
    "garbage": b"\xff" * 4_000,
    "words": b"Segmentation fault, this is no answer at all\n" * 10,
    "no object": raw([1]),
    "no JSON": struct.pack(">QQ", 3, 0) + b"{{{",
    "deep JSON": struct.pack(">QQ", 200_000, 0) + b"[" * 200_000,
    "number without end": struct.pack(">QQ", 10_008, 0) + b'{"a": 1' + b"1" * 10_000 + b"}",
    "empty head": raw({}, BODY),
    "no text": raw(HEAD),
    "no UTF-8": raw(HEAD, b"\xed\xa0\x80 abc def"),
    "NUL": raw(HEAD, b"abc\x00def"),
    "media type": raw(HEAD | {"media_type": "text/x-shellscript"}, BODY),
    "media type list": raw(HEAD | {"media_type": []}, BODY),
    "encoding": raw(HEAD | {"encoding": "<script>"}, BODY),
    "encoding number": raw(HEAD | {"encoding": 8}, BODY),
    "warnings": raw(HEAD | {"warnings": "one"}, BODY),
    "many warnings": raw(HEAD | {"warnings": ["w"] * 5_000}, BODY),
    "warning surrogate": raw(HEAD | {"warnings": ["\ud800"]}, BODY),
    "blocks": raw(HEAD | {"blocks": {"0": 1}}, BODY),
    "short block": blocks([0, 3]),
    "no block": blocks(7),
    "behind the text": blocks([0, 8, None, None, []]),
    "before the text": blocks([-1, 3, None, None, []]),
    "backwards": blocks([3, 2, None, None, []]),
    "empty block": blocks([3, 3, None, None, []]),
    "overlap": blocks([0, 3, None, None, []], [2, 5, None, None, []]),
    "float": blocks([0.0, 3, None, None, []]),
    "true": blocks([False, True, None, None, []]),
    "page": blocks([0, 3, 11, None, []]),
    "page zero": blocks([0, 3, 0, None, []]),
    "page word": blocks([0, 3, "1", None, []]),
    "sheet": blocks([0, 3, None, 4, []]),
    "sheet surrogate": blocks([0, 3, None, "a\udfff", []]),
    "sheet NUL": blocks([0, 3, None, "a\x00", []]),
    "heading": blocks([0, 3, None, None, [None]]),
    "heading string": blocks([0, 3, None, None, "abc"]),
    "unknown class": failure(error="KeyError"),
    "attribute of the module": failure(error="annotations"),
    "error of the installation": failure(error="ConfigurationError"),
    "transient error": failure(error="StoreUnavailableError"),
    "base class": failure(error="AIBoxError"),
    "class list": failure(error=["MalformedDocumentError"]),
    "no reason": failure(reason=None),
    "endless reason": failure(reason="x" * 5_000),
    "surrogate reason": failure(reason="\ud800"),
}


def believe(answer: bytes) -> ParsedDocument | AIBoxError:
    message = read_message(io.BytesIO(answer), max_answer_body(LIMITS))
    assert message is not None
    return decode_error(message, "lie.txt") or decode_document(message, LIMITS)


@pytest.fixture
def sandbox() -> Iterator[ParserSandbox]:
    """One whose child answers with the bytes of each file."""
    box = ParserSandbox(LIMITS, timeout=20, memory_mb=1024)
    box._command = (sys.executable, "-P", impostor.__file__)
    yield box
    box.close()


def test_an_honest_answer_is_the_same_document() -> None:
    message = sent(encode_document(DOCUMENT))
    assert decode_error(message, "a.txt") is None
    assert decode_document(message, LIMITS) == DOCUMENT
    assert decode_document(Message(HEAD, BODY), LIMITS) == DOCUMENT


def test_an_error_keeps_its_kind_and_always_names_the_file() -> None:
    for reason, expected in (("a.txt is empty.", "a.txt is empty."), ("It is empty.", "a.txt: It is empty.")):
        error = decode_error(encode_error(EmptyDocumentError(reason, "Look.")), "a.txt")
        assert type(error) is EmptyDocumentError
        assert (error.reason, error.remedy) == (expected, "Look.")


def test_what_no_store_takes_is_cleaned_before_it_is_sent() -> None:
    error = decode_error(encode_error(MalformedDocumentError("a.txt \ud800 \x00" + "x" * 9_000)), "a.txt")
    assert error is not None
    assert error.reason.startswith("a.txt  xxx")
    dirty = ParsedDocument("abc", (Block(0, 3, sheet="s\x00"),), "text/plain", None, ("\ud800w",))
    clean = decode_document(sent(encode_document(dirty)), LIMITS)
    assert (clean.blocks[0].sheet, clean.warnings) == ("s", ("w",))


def test_a_head_over_its_limit_is_not_sent() -> None:
    stream = io.BytesIO()
    with pytest.raises(ProtocolError, match="128 MiB"):
        write_message(stream, {"blocks": "x" * MAX_HEAD_BYTES})
    assert stream.getvalue() == b""


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_not_believed(lie: str) -> None:
    with pytest.raises(ProtocolError):
        believe(LIES[lie])


@pytest.mark.parametrize(
    "lie", ["huge head", "huge body", "garbage", "deep JSON", "behind the text", "unknown class"]
)
def test_a_lie_fails_this_file_by_a_typed_error_and_ends_the_child(sandbox: ParserSandbox, lie: str) -> None:
    sandbox.describe_limits()
    liar = sandbox._child
    assert liar is not None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(MalformedDocumentError) as caught:
        sandbox.parse(LIES[lie], "lie.txt")
    assert type(caught.value) is MalformedDocumentError
    assert "lie.txt" in caught.value.reason
    assert caught.value.remedy
    assert liar.poll() is not None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024, "KiB, for what never came"
    assert sandbox.parse(raw(HEAD, BODY), "next.txt") == DOCUMENT


def test_only_half_an_answer_is_a_crash(sandbox: ParserSandbox) -> None:
    with pytest.raises(MalformedDocumentError, match=r"half\.txt crashed its parser"):
        sandbox.parse(b"end", "half.txt")
    assert sandbox.parse(raw(HEAD, BODY), "next.txt") == DOCUMENT


def test_silence_ends_at_the_limit_of_time(sandbox: ParserSandbox) -> None:
    sandbox.describe_limits()
    sandbox._timeout = 0.3
    with pytest.raises(LimitExceededError, match=r"silent\.txt took longer .* 0\.3 s"):
        sandbox.parse(b"silence", "silent.txt")
    sandbox._timeout = 20
    assert sandbox.parse(raw(HEAD, BODY), "next.txt") == DOCUMENT


def test_silence_after_half_an_answer_ends_at_the_limit_of_time(sandbox: ParserSandbox) -> None:
    sandbox.describe_limits()
    sandbox._timeout = 0.3
    with pytest.raises(LimitExceededError, match=r"half\.txt took longer"):
        sandbox.parse(struct.pack(">QQ", 100, 100) + b"{", "half.txt")


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit('no interpreter')",
        "print('hello, this is not a parser')",
        "import sys, struct; sys.stdout.buffer.write(struct.pack('>QQ', 2, 0) + b'{}')",
        "import time; time.sleep(600)",
    ],
)
def test_a_child_that_cannot_start_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(parser, "_START_SECONDS", 3.0)
    box = ParserSandbox(LIMITS, timeout=20, memory_mb=1024)
    box._command = (sys.executable, "-c", program)
    started = time.monotonic()
    with pytest.raises(ParserUnavailableError) as caught:
        box.parse(b"text", "a.txt")
    assert not caught.value.permanent
    assert time.monotonic() - started < 15
    assert box._child is None
    assert program not in str([child.cmdline() for child in psutil.Process().children()])


def test_a_program_that_is_missing_is_no_fault_of_the_file() -> None:
    box = ParserSandbox(LIMITS, timeout=20, memory_mb=1024)
    box._command = ("/nonexistent/python",)
    with pytest.raises(ParserUnavailableError):
        box.parse(b"text", "a.txt")


def test_every_error_of_the_allow_list_is_permanent() -> None:
    for kind in (MalformedDocumentError, LimitExceededError, EmptyDocumentError):
        error = decode_error(encode_error(kind("a.txt is bad.")), "a.txt")
        assert isinstance(error, AIBoxError)
        assert error.permanent
