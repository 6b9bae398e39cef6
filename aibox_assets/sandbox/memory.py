"""How much memory the parser of one file may take."""

from __future__ import annotations

from aibox_assets.domain.errors import LimitExceededError
from aibox_assets.domain.parse.limits import MIB

_BASE_MEMORY = 128 * MIB
_GROWTH = 128
_PDF_GROWTH = 8


def memory_for(data: bytes) -> int:
    """Bytes that a parser may take for *data*, on top of what its process has already.

    In proportion to the file, so that a bomb of some kilobytes ends long before the limit of its process.
    Honest files took at most 110 times their size (HTML of nothing but tags), 30 (JSON), 3 (PDF, whose
    streams are bombs that nothing else counts).
    """
    return _BASE_MEMORY + len(data) * (_PDF_GROWTH if b"%PDF-" in data[:1024] else _GROWTH)


def out_of_memory(name: str, size: int, allowed: int) -> LimitExceededError:
    """The error of a file of *size* bytes whose parser wanted more than *allowed* bytes of memory."""
    return LimitExceededError(
        f"{name} ({size / MIB:,.1f} MiB) needs more than the limit of {allowed // MIB:,} MiB of memory to parse; "
        "it may be a bomb.",
        "Split it or save it anew; a large file may also need a higher AIBOX_PARSE_MEMORY_MB.",
    )
