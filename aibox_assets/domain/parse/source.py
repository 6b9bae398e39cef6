"""What every parser is given."""

from __future__ import annotations

from dataclasses import dataclass

from aibox_assets.domain.decode import KNOWN_ENCODINGS, DecodedText, decode_text
from aibox_assets.domain.errors import UnsupportedTypeError
from aibox_assets.domain.parse.limits import ParseLimits


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes of a file, its name for messages, its detected type and the limits it is read under."""

    data: bytes
    name: str
    media_type: str
    limits: ParseLimits

    def decode(self, declared: str | None = None) -> DecodedText:
        """The bytes as text.

        :raises UnsupportedTypeError: no encoding makes text of them, or it is in doubt which does.
        """
        decoded = decode_text(self.data, declared)
        if decoded is None or decoded.doubtful:
            raise UnsupportedTypeError(
                f"{self.name} is not text in any encoding we know."
                if decoded is None
                else f"{self.name} is text in an encoding that cannot be told for sure (perhaps {decoded.encoding}).",
                f"Save it as UTF-8. What can be recognised is {KNOWN_ENCODINGS}.",
            )
        return decoded
