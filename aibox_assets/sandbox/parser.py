"""Parses in a child process that is limited in all that it may do, so that a hostile file harms nobody else.

A child by ``subprocess``, not ``multiprocessing``: the callers are daemonic worker processes, which may not
have children of that kind. The child stays warm from file to file.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import IO

from aibox_assets.domain.errors import (
    AIBoxError,
    LimitExceededError,
    MalformedDocumentError,
    ParserUnavailableError,
)
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.limits import MIB, ParseLimits
from aibox_assets.sandbox.child import REPAIR, ChildOptions
from aibox_assets.sandbox.deadlines import Deadlines
from aibox_assets.sandbox.memory import memory_for, out_of_memory
from aibox_assets.sandbox.protocol import (
    Message,
    ProtocolError,
    decode_document,
    decode_error,
    max_answer_body,
    read_message,
    write_message,
)
from aibox_assets.sandbox.report import SandboxReport, decode_report

_PIPE_BYTES = 1024 * 1024  # Linux lets anyone have so much; sixteen times the default
# What an interpreter may need to start; no secret of ours is ever among it.
_INHERITED = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONHOME")
_START_SECONDS = 60.0
_REPORT_BYTES = 16_384
# What native code prints when an allocation fails and it can only abort.
_OUT_OF_MEMORY = (b"memory allocation", b"bad_alloc", b"out of memory", b"Out of memory", b"MemoryError")
_SAVE_ANEW = "Open it in its own program and save it anew."


class _ChildLostError(Exception):
    """The child ended, ran out of memory or broke the protocol while it had the file."""

    def __init__(self, error: AIBoxError) -> None:
        super().__init__(str(error))
        self.error = error


class ParserSandbox:
    """One warm parsing child. Thread-safe; a fork gets a child of its own.

    :param limits: of the documents.
    :param timeout: seconds of wall time, and of CPU, for one file.
    :param memory_mb: address space of the child, MiB.
    """

    # -P: nothing is imported from the folder that it starts in.
    _command: Sequence[str] = (sys.executable, "-P", "-m", "aibox_assets.sandbox.child")

    def __init__(self, limits: ParseLimits, timeout: float, memory_mb: int) -> None:
        self._limits = limits
        self._timeout = timeout
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None
        self._report: SandboxReport | None = None
        self._owner = os.getpid()
        self._deadlines = Deadlines()

    def parse(self, data: bytes, name: str) -> ParsedDocument:
        """As :func:`parse_document`, within the limits.

        :raises LimitExceededError: also over time or memory.
        :raises MalformedDocumentError: also where the file crashed its parser, or made it break the protocol.
        :raises ParserUnavailableError: no child could be started, or a new one lacks a library as well.
        """
        self._limits.check_size(data, name)
        with self._locked():
            warm = self._is_alive()
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

    def describe_limits(self) -> SandboxReport:
        """What holds in the child, as it measured it when it started.

        :raises ParserUnavailableError: no child could be started.
        """
        with self._locked():
            self._ensure_child()
            assert self._report is not None
            return self._report

    def close(self) -> None:
        """End the child; the next file starts a new one."""
        if self._child is not None and self._owner == os.getpid():
            self._child.kill()
            self._child.communicate()
        if self._stderr is not None:
            self._stderr.close()
        self._child = self._stderr = self._report = None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        if self._owner != os.getpid():  # forked: the pipes are still the parent's
            self._lock, self._child, self._owner = threading.Lock(), None, os.getpid()
            self._deadlines = Deadlines()
        with self._lock:
            yield

    def _is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def _ask(self, data: bytes, name: str) -> ParsedDocument:
        child = self._ensure_child()
        assert child.stdin is not None
        assert child.stdout is not None
        self._empty_output()
        message = None
        try:
            lost = contextlib.suppress(BrokenPipeError, ConnectionResetError)
            with self._deadlines.over(child, self._timeout) as timed_out, lost:
                write_message(child.stdin, {"name": name}, data)
                message = read_message(child.stdout, max_answer_body(self._limits))
            if message is not None:
                return self._read_answer(message, name)
        except ProtocolError as error:
            self.close()
            raise _ChildLostError(
                MalformedDocumentError(f"{name} made its parser answer with {error}.", _SAVE_ANEW)
            ) from error
        except (AIBoxError, _ChildLostError):
            raise
        except BaseException:
            self.close()  # its answer would be taken for that of the next file
            raise
        code = child.wait()
        reason = self._explain(data, name, code)
        self.close()
        if timed_out.is_set() or code == -signal.SIGXCPU:
            raise LimitExceededError(
                f"{name} took longer to parse than the limit of {self._timeout:g} s.",
                "Split the file, or raise AIBOX_PARSE_TIMEOUT.",
            )
        raise _ChildLostError(reason)

    def _read_answer(self, message: Message, name: str) -> ParsedDocument:
        error = decode_error(message, name)
        if error is None:
            return decode_document(message, self._limits)
        # Its address space is in pieces, or another one may find the library.
        if message.head.get("memory") is True or isinstance(error, ParserUnavailableError):
            self.close()
            raise _ChildLostError(error)
        raise error

    def _ensure_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        try:
            child = self._start_child()
            assert child.stdout is not None
            with self._deadlines.over(child, _START_SECONDS):
                message = read_message(child.stdout, 0, _REPORT_BYTES)
            if message is None:
                raise ProtocolError(f"nothing: {self._read_output().decode('utf-8', 'replace')[-500:]}")
            self._report = decode_report(message.head)
        except (OSError, ProtocolError) as error:
            self.close()
            raise ParserUnavailableError(
                f"The process that parses did not start; it answered with {error}.",
                REPAIR,
            ) from error
        return child

    def _start_child(self) -> subprocess.Popen[bytes]:
        options = ChildOptions(
            os.getpid(), max(1, math.ceil(self._timeout)), self._memory_mb, asdict(self._limits)
        )
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(filter(os.path.isabs, sys.path))
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        # Its folder is empty, and gone as soon as it is in it: nothing can be made there.
        with tempfile.TemporaryDirectory() as folder:
            self._child = subprocess.Popen(
                [*self._command, json.dumps(asdict(options))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                pipesize=_PIPE_BYTES,
                cwd=folder,
                env=environment,
            )
        return self._child

    def _empty_output(self) -> None:
        """Forget what was printed over earlier files; the child may write so much and no more."""
        assert self._stderr is not None
        if os.lseek(self._stderr.fileno(), 0, os.SEEK_CUR):  # the position is the child's, too
            os.lseek(self._stderr.fileno(), 0, os.SEEK_SET)
            os.ftruncate(self._stderr.fileno(), 0)

    def _read_output(self) -> bytes:
        assert self._stderr is not None
        self._stderr.seek(0)
        return self._stderr.read()[-4096:]

    def _explain(self, data: bytes, name: str, code: int) -> AIBoxError:
        """The error for a child that ended with *code* (negative: by a signal) while it had the file."""
        output = self._read_output()
        silent_abort = code == -signal.SIGABRT and not output.strip()  # PDFium's way to be out of memory
        if code == -signal.SIGKILL or silent_abort or any(sign in output for sign in _OUT_OF_MEMORY):
            return out_of_memory(name, len(data), min(memory_for(data), self._memory_mb * MIB))
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return MalformedDocumentError(f"{name} crashed its parser ({how}).", _SAVE_ANEW)
