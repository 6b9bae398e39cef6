"""How large a document may be, before and after unpacking."""

from __future__ import annotations

from dataclasses import dataclass

from aibox_assets.domain.errors import LimitExceededError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Limits of one document; over any of them it is refused with the limit named.

    :ivar max_bytes: of the file.
    :ivar max_pages: PDF pages or slides.
    :ivar max_chars: of the parsed text.
    :ivar zip_max_entries: files inside an Office document.
    :ivar zip_max_ratio: unpacked to packed bytes; asked from ``zip_ratio_from_bytes`` unpacked upwards.
    :ivar zip_max_total_bytes: of all files inside, unpacked.
    """

    max_bytes: int = 200 * MIB
    max_pages: int = 5_000
    max_chars: int = 50_000_000
    zip_max_entries: int = 10_000
    zip_max_ratio: int = 200
    zip_ratio_from_bytes: int = 10 * MIB
    zip_max_total_bytes: int = 1024 * MIB

    def check_size(self, data: bytes, name: str) -> None:
        """
        :raises LimitExceededError: *data* is over ``max_bytes``.
        """
        if len(data) > self.max_bytes:
            raise LimitExceededError(
                f"{name} has {len(data) / MIB:,.1f} MiB, over the limit of {self.max_bytes / MIB:,.1f} MiB.",
                "Split the file, or raise AIBOX_MAX_FILE_MB.",
            )
