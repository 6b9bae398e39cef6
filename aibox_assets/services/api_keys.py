"""Keys that programs sign in with."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Final

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.paths import printable
from aibox_assets.resources.platform import Platform
from aibox_assets.services.hashing import hash_token
from aibox_assets.stores.accounts import ApiKey, Role

SCOPES: Final = ("files", "search", "graph", "work", "memory", "webhooks", "accounts", "dagster")
"""The areas of the API that a key can be confined to."""
_PREFIX: Final = "aibox"
_KEY: Final = re.compile(rf"{_PREFIX}_[0-9a-f]{{12}}_[A-Za-z0-9_-]{{43}}")


def is_key(bearer: str) -> bool:
    """Whether that has the form of a key; a token has not."""
    return _KEY.fullmatch(bearer) is not None


def make_key(
    platform: Platform,
    account: str,
    name: str,
    *,
    role: Role | None = None,
    scopes: tuple[str, ...] = ("*",),
    expires_at: datetime | None = None,
) -> tuple[str, ApiKey]:
    """A new key, which is shown this once, and what is kept of it.

    :param role: not more than the account's, which is the default.
    :raises ConfigurationError: there is no such account, the role is more than its, a scope is unknown, it would be
        over already.
    """
    owner = platform.accounts.get(account)
    if owner is None:
        raise ConfigurationError(f"There is no account {printable(account)}.", "See 'aibox users list'.")
    if role is not None and not owner.role.covers(role):
        raise ConfigurationError(
            f"{printable(account)} is {owner.role}; its key cannot be {role}.", "Take a smaller role."
        )
    unknown = [scope for scope in scopes if scope != "*" and scope not in SCOPES]
    if unknown or not scopes:
        raise ConfigurationError(
            f"{printable(', '.join(unknown)) or 'Nothing'} is no area of the API.",
            f"There are: {', '.join(SCOPES)}.",
        )
    now = datetime.now(UTC)
    if expires_at is not None and expires_at <= now:
        raise ConfigurationError("The key would be over already.", "Take a time that is still to come.")
    id_ = secrets.token_hex(6)
    secret = f"{_PREFIX}_{id_}_{secrets.token_urlsafe(32)}"
    key = ApiKey(id_, owner.name, name, role or owner.role, tuple(scopes), now, expires_at, None, None)
    platform.accounts.add_key(key, hash_token(secret))
    return secret, key
