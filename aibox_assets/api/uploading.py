"""Files in the body of a request: parsed as they stream in, in memory never more than a piece."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from aibox_assets.api.problems import ProblemError
from aibox_assets.domain.errors import PermanentError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.uploads import Destination, Uploaded, open_inbox, plan_upload, take_in_upload
from aibox_assets.stores.arriving import ArrivingFile
from aibox_assets.stores.asked import Asked

MAX_FILES: Final = 100
"""In one request."""
MAX_FIELDS: Final = 2**16
"""Bytes of what is no file."""
SLOT_SECONDS: Final = 60.0
SILENT_SECONDS: Final = 60.0
_PIECE: Final = 2**20
_REPORT_SECONDS: Final = 0.5


class UploadSlots:
    """How many uploads arrive at once; the others wait their turn."""

    def __init__(self, most: int) -> None:
        self._semaphore = asyncio.Semaphore(most)

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """Wait for a slot, and have it for the time of the block.

        :raises ProblemError: 503, none was free in time.
        """
        try:
            await asyncio.wait_for(self._semaphore.acquire(), SLOT_SECONDS)
        except TimeoutError:
            raise ProblemError(
                503, "busy", "Too many uploads arrive at once.", "Try again soon.", {"Retry-After": "10"}
            ) from None
        try:
            yield
        finally:
            self._semaphore.release()


@dataclass(slots=True)
class _Part:
    to: Destination
    file: ArrivingFile
    total: int | None
    reported: float = 0.0


class Upload:
    """The files of one request. Nothing of it is taken in before all of it has arrived."""

    def __init__(
        self, platform: Platform, owner: str, boundary: bytes, length: int | None, within: str
    ) -> None:
        self._platform, self._owner, self._length, self._within = platform, owner, length, within
        self._inbox = open_inbox(platform)
        self._parts: list[_Part] = []
        self._part: _Part | None = None
        self._name, self._value, self._disposition = bytearray(), bytearray(), b""
        self._read = self._fields = 0
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._header,
                    "on_headers_finished": self._open,
                    "on_part_data": self._write,
                    "on_part_end": self._close,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise _malformed(str(error)) from error

    def feed(self, data: bytes) -> None:
        """The next bytes of the body."""
        self._read += len(data)
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _malformed(str(error)) from error

    def take_in(self, asked: Asked) -> list[Uploaded]:
        """The body is over: put its files into their places."""
        if not self._ended:
            raise _malformed("The body ends before its last boundary")
        if not self._parts:
            raise _malformed("There is no file in it; a part with a filename is one")
        return [take_in_upload(self._platform, part.to, part.file, asked) for part in self._parts]

    def clean_up(self) -> None:
        """Leave nothing of what is not in its place."""
        for part in self._parts:
            part.file.discard()

    def _begin(self) -> None:
        self._name, self._value, self._disposition = bytearray(), bytearray(), b""

    def _header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._name, self._value = bytearray(), bytearray()

    def _open(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" not in options:
            return
        if len(self._parts) >= MAX_FILES:
            raise ProblemError(413, "limit_exceeded", f"More than {MAX_FILES} files.", "Send them in parts.")
        try:
            # Browsers write a quotation mark in a name as %22, and no other character so.
            name = options[b"filename"].decode().replace("%22", '"')
        except UnicodeDecodeError:
            raise _malformed("The name of a file is not UTF-8") from None
        try:
            to = plan_upload(self._platform, self._inbox, self._owner, name, self._within)
        except PermanentError as error:
            raise ProblemError(422, "bad_name", error.reason, error.remedy) from error
        if any(each.to.path == to.path for each in self._parts):
            raise ProblemError(
                422,
                "bad_name",
                f"Two files of the request are {to.path}.",
                "Send them with other names, or apart.",
            )
        file = ArrivingFile(self._inbox.root, to.path, self._platform.max_bytes)
        # What is still to come of the body is nearly all of the last file.
        self._part = _Part(to, file, None if self._length is None else max(0, self._length - self._read))
        self._parts.append(self._part)

    def _write(self, data: bytes, start: int, end: int) -> None:
        if self._part is None:
            self._fields += end - start
            if self._fields > MAX_FIELDS:
                raise ProblemError(413, "limit_exceeded", "The fields beside the files are too large.")
            return
        self._part.file.write(data[start:end])
        self._report(self._part)

    def _close(self) -> None:
        if self._part is not None:
            self._part.file.finish()
            self._part.total = self._part.file.size
            self._part.reported = 0.0
            self._report(self._part)
        self._part = None

    def _report(self, part: _Part) -> None:
        now = time.monotonic()
        if now - part.reported >= _REPORT_SECONDS:
            part.reported = now
            total = None if part.total is None else max(part.total, part.file.size)
            self._platform.live.report_upload(part.to.file_id, part.file.size, total)

    def _end(self) -> None:
        self._ended = True


async def receive_files(
    request: Request, platform: Platform, asked: Asked, within: str = ""
) -> list[Uploaded]:
    """Take the files of a request in.

    :param within: folders in that of their owner.
    :raises ProblemError: it has none, or is cut short. :raises AIBoxError: a file is too large, the disk full.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise ProblemError(
            415, "unsupported_media_type", "Files are sent as multipart/form-data.", "See the page /docs."
        )
    length = request.headers.get("content-length")
    given = int(length) if length is not None and length.isdigit() else None
    upload = await run_in_threadpool(Upload, platform, asked.by, options[b"boundary"], given, within)
    try:
        waiting = bytearray()
        stream = request.stream()
        while True:
            try:
                async with asyncio.timeout(SILENT_SECONDS):
                    piece = await anext(stream, None)
            except TimeoutError:
                raise ProblemError(408, "too_slow", "Nothing came for a minute.", "Send it again.") from None
            except ClientDisconnect:
                raise ProblemError(400, "cut_short", "The body was cut short.", "Send it again.") from None
            if piece is None:
                break
            waiting += piece
            if len(waiting) >= _PIECE:
                whole, waiting = bytes(waiting), bytearray()
                await run_in_threadpool(upload.feed, whole)
        await run_in_threadpool(upload.feed, bytes(waiting))
        return await run_in_threadpool(upload.take_in, asked)
    finally:
        await asyncio.shield(run_in_threadpool(upload.clean_up))


def _malformed(reason: str) -> ProblemError:
    return ProblemError(422, "malformed", f"{reason}.", "Send files as multipart/form-data.")
