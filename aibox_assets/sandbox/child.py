"""The parsing child: reads files from its standard input, answers on its standard output.

Started by :mod:`aibox_assets.sandbox.parser`; not for people. Its argument is a :class:`ChildOptions` as JSON.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from aibox_assets.domain.errors import AIBoxError, LimitExceededError, ParserUnavailableError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse.document import parse_document
from aibox_assets.domain.parse.limits import MIB, ParseLimits
from aibox_assets.sandbox.confinement import confine, load_modules
from aibox_assets.sandbox.memory import memory_for, out_of_memory
from aibox_assets.sandbox.protocol import (
    Message,
    ProtocolError,
    encode_document,
    encode_error,
    read_message,
    write_message,
)

# How many files at their limit of time a child may parse before another takes over.
_FILES_AT_THE_LIMIT = 10
REPAIR = "Check that the installation is whole and that the machine has memory and space left."

Parse = Callable[[bytes, str, ParseLimits], ParsedDocument]


@dataclass(frozen=True, slots=True)
class ChildOptions:
    """What the parent asks of its child.

    :ivar parent: its process id. :ivar seconds: of CPU for one file. :ivar memory_mb: of address space, MiB.
    :ivar limits: of the documents, as a dict.
    """

    parent: int
    seconds: int
    memory_mb: int
    limits: dict[str, int]


def serve(options: ChildOptions, parse: Parse = parse_document) -> None:
    """Answer files until the parent closes the pipe or dies, or the CPU time of this process is used up."""
    limits = ParseLimits(**options.limits)
    load_modules()
    # What a library prints must not get between the messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the parent's to answer
    report = confine(options.memory_mb * MIB, _FILES_AT_THE_LIMIT * options.seconds)
    if os.getppid() != options.parent:  # it died before we asked to be told
        return
    write_message(answers, asdict(report))
    while (message := read_message(requests, limits.max_bytes)) is not None:
        if not _allow_cpu(options.seconds):
            return  # the parent asks another child
        name = str(message.head["name"])
        answer = _answer(parse, message.body, name, limits, statm)
        try:
            write_message(answers, *answer)
        except ProtocolError as error:
            write_message(
                answers, *encode_error(LimitExceededError(f"{name} has {error}.", "Split the file."))
            )


def _answer(parse: Parse, data: bytes, name: str, limits: ParseLimits, statm: int) -> Message:
    """Parse one file within the memory that its size allows; the message that says how it went."""
    ceiling = resource.getrlimit(resource.RLIMIT_AS)[1]
    allowed = memory_for(data)
    soft = int(os.pread(statm, 64, 0).split()[0]) * resource.getpagesize() + allowed
    resource.setrlimit(resource.RLIMIT_AS, (soft if ceiling < 0 else min(soft, ceiling), ceiling))
    try:
        return encode_document(parse(data, name, limits))
    except AIBoxError as error:
        return encode_error(error)
    except ImportError as error:
        return encode_error(ParserUnavailableError(f"The parser of {name} lacks a library: {error}.", REPAIR))
    except MemoryError:
        return encode_error(out_of_memory(name, len(data), allowed), memory=True)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def _allow_cpu(seconds: int) -> bool:
    """Let the next file have *seconds* of CPU; False when this process has too few left."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if until > hard:
        return False
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
    return True


if __name__ == "__main__":
    serve(ChildOptions(**json.loads(sys.argv[1])))
