"""Passwords and tokens as they are kept: their hashes, and nothing else of them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aibox_assets.domain.errors import ConfigurationError

MIN_PASSWORD: Final = 12
_hasher: Final = PasswordHasher()


def _random_base64(size: int) -> str:
    """That many random bytes, as in a hash of argon2."""
    return base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")


NOBODY: Final = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    f"${_random_base64(_hasher.salt_len)}${_random_base64(_hasher.hash_len)}"
)
"""Verified where there is no such account, so that the time of an answer does not tell. No password fits it: a real
hash would take every command of ``aibox`` 150 ms to make."""


def hash_password(password: str) -> str:
    """Its argon2 hash.

    :raises ConfigurationError: it is too short or too long.
    """
    if not MIN_PASSWORD <= len(password) <= 1000:
        raise ConfigurationError(f"A password has {MIN_PASSWORD} to 1,000 characters.", "Take another one.")
    return _hasher.hash(password)


def fits(stored: str, password: str) -> bool:
    """Whether a password is the one of a hash."""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def hash_anew(stored: str, password: str) -> str | None:
    """The hash of a password that fits *stored*, where that was made with other parameters than are taken now."""
    return _hasher.hash(password) if _hasher.check_needs_rehash(stored) else None


def hash_token(token: str) -> str:
    """SHA-256, 64 hex digits: enough for what is random itself."""
    return hashlib.sha256(token.encode()).hexdigest()
