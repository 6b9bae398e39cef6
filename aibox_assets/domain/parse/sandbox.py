"""Parses in a child process under limits of time and memory, so that a hostile file harms nobody else.

A child by ``subprocess``, not ``multiprocessing``: the callers are daemonic worker processes, which may not
have children of that kind. The child stays warm from file to file.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from typing import IO, Any

from aibox_assets.domain import errors
from aibox_assets.domain.errors import AIBoxError, LimitExceededError, MalformedDocumentError
from aibox_assets.domain.models import Block, ParsedDocument
from aibox_assets.domain.parse.child import read_message, write_message
from aibox_assets.domain.parse.limits import MIB, ParseLimits, memory_for, out_of_memory

_PIPE_BYTES = 1024 * 1024  # Linux lets anyone have so much; sixteen times the default
_CHILD_MODULE = "aibox_assets.domain.parse.child"
# What native code prints when an allocation fails and it can only abort.
_OUT_OF_MEMORY = (b"memory allocation", b"bad_alloc", b"out of memory", b"Out of memory", b"MemoryError")


class _ChildLostError(Exception):
    """The child ended, or ran out of memory, while it had the file."""

    def __init__(self, error: AIBoxError) -> None:
        super().__init__(str(error))
        self.error = error


class ParserSandbox:
    """One warm parsing child. Thread-safe; a fork gets a child of its own.

    :param limits: of the documents.
    :param timeout: seconds of wall time for one file.
    :param memory_mb: address space of the child, MiB.
    """

    def __init__(self, limits: ParseLimits, timeout: float, memory_mb: int) -> None:
        self._limits = limits
        self._timeout = timeout
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None
        self._owner = os.getpid()

    def parse(self, data: bytes, name: str) -> ParsedDocument:
        """As :func:`parse_document`, within the limits.

        :raises LimitExceededError: also over time or memory.
        :raises MalformedDocumentError: also where the file crashed its parser.
        """
        self._limits.check_size(data, name)
        if self._owner != os.getpid():  # forked: the pipes are still the parent's
            self._lock, self._child, self._owner = threading.Lock(), None, os.getpid()
        with self._lock:
            warm = self._child is not None and self._child.poll() is None
            try:
                return self._ask(data, name)
            except _ChildLostError as lost:
                if not warm:
                    raise lost.error from None
            # What an earlier file left behind in a warm child must not fail this one.
            try:
                return self._ask(data, name)
            except _ChildLostError as lost:
                raise lost.error from None

    def close(self) -> None:
        """End the child; the next file starts a new one."""
        if self._child is not None and self._owner == os.getpid():
            self._child.kill()
            self._child.communicate()
        if self._stderr is not None:
            self._stderr.close()
        self._child = self._stderr = None

    def _ask(self, data: bytes, name: str) -> ParsedDocument:
        child = self._ensure_child()
        assert child.stdin is not None
        assert child.stdout is not None
        timed_out = threading.Event()

        def end_child() -> None:
            timed_out.set()
            child.kill()

        timer = threading.Timer(self._timeout, end_child)
        timer.daemon = True
        timer.start()
        try:
            write_message(child.stdin, {"name": name}, data)
            message = read_message(child.stdout)
        except (BrokenPipeError, ConnectionResetError):
            message = None
        finally:
            timer.cancel()
        if message is not None:
            return self._read_answer(*message)
        code = child.wait()
        reason = self._explain(data, name, code)
        self.close()
        if timed_out.is_set():
            raise LimitExceededError(
                f"{name} took longer to parse than the limit of {self._timeout:g} s.",
                "Split the file, or raise AIBOX_PARSE_TIMEOUT.",
            )
        raise _ChildLostError(reason)

    def _read_answer(self, head: dict[str, Any], body: bytes) -> ParsedDocument:
        if "error" in head:
            kind = getattr(errors, str(head["error"]))
            error: AIBoxError = kind(head["reason"], head["remedy"])
            if head["memory"]:
                self.close()  # its address space is in pieces
                raise _ChildLostError(error)
            raise error
        return ParsedDocument(
            text=body.decode("utf-8"),
            blocks=tuple(
                Block(start, end, page, sheet, tuple(path))
                for start, end, page, sheet, path in head["blocks"]
            ),
            media_type=head["media_type"],
            encoding=head["encoding"],
            warnings=tuple(head["warnings"]),
        )

    def _ensure_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        arguments = [str(os.getpid()), str(self._memory_mb), json.dumps(asdict(self._limits))]
        self._child = subprocess.Popen(
            [sys.executable, "-m", _CHILD_MODULE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            pipesize=_PIPE_BYTES,
        )
        return self._child

    def _explain(self, data: bytes, name: str, code: int) -> AIBoxError:
        """The error for a child that ended with *code* (negative: by a signal) while it had the file."""
        assert self._stderr is not None
        self._stderr.seek(0)
        output = self._stderr.read()[-4096:]
        silent_abort = code == -signal.SIGABRT and not output.strip()  # PDFium's way to be out of memory
        if code == -signal.SIGKILL or silent_abort or any(sign in output for sign in _OUT_OF_MEMORY):
            return out_of_memory(name, len(data), min(memory_for(data), self._memory_mb * MIB))
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return MalformedDocumentError(
            f"{name} crashed its parser ({how}).", "Open it in its own program and save it anew."
        )
