"""Signing in: passwords, tokens and keys, and what their bearer may do.

A token is a JWT of a quarter of an hour, a refresh token carries a login on for a month and is exchanged at each use,
a session is a JWT for the cookie of a browser, a key is for programs. All that is kept of passwords and tokens are
hashes.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aibox_assets.domain.errors import AIBoxError, ConfigurationError
from aibox_assets.domain.paths import printable
from aibox_assets.domain.viewer import Viewer
from aibox_assets.settings import FIRST_LOGIN
from aibox_assets.stores.accounts import Account, AccountStore, ApiKey, Role
from aibox_assets.stores.scanning import is_left_alone

if TYPE_CHECKING:
    from aibox_assets.resources.platform import (
        Platform,
    )  # the supervisor makes the first admin without a platform

TOKEN_MINUTES: Final = 15
SESSION_HOURS: Final = 12
LOGIN_DAYS: Final = 30
MIN_PASSWORD: Final = 12
KEY_PREFIX: Final = "aibox"
SCOPES: Final = ("files", "search", "graph", "work", "memory", "webhooks", "accounts", "dagster")
"""The areas of the API that a key can be confined to."""
ADMIN: Final = "admin"

_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "aibox-api"
_BROWSER: Final = "aibox-browser"
_CLAIMS: Final = ("exp", "iat", "jti", "aud", "sub")
_KEY: Final = re.compile(rf"{KEY_PREFIX}_[0-9a-f]{{12}}_[A-Za-z0-9_-]{{43}}")
_hasher: Final = PasswordHasher()


def _random_base64(size: int) -> str:
    """That many random bytes, as in a hash of argon2."""
    return base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")


_NOBODY: Final = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    f"${_random_base64(_hasher.salt_len)}${_random_base64(_hasher.hash_len)}"
)
"""Verified where there is no such account, so that the time of an answer does not tell. No password fits it: a real
hash would take every command of ``aibox`` 150 ms to make."""


class NotSignedInError(AIBoxError):
    """No token, or one that is worth nothing; which of both is not said."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called, by token or key.

    :ivar scopes: areas of the API; ``*`` for all. :ivar key_id: of the key; None for a person's token.
    """

    account: str
    role: Role
    scopes: tuple[str, ...] = ("*",)
    key_id: str | None = None

    @property
    def viewer(self) -> Viewer:
        """Whose eyes its answers are for."""
        return Viewer(self.account, sees_all=self.role is Role.ADMIN)

    @property
    def id(self) -> str:
        """For counting and for repeated requests: the key, else the account."""
        return f"key:{self.key_id}" if self.key_id else f"account:{self.account}"

    def may(self, role: Role, area: str) -> bool:
        """Whether it may do what *role* may in an area of the API."""
        return self.role.covers(role) and ("*" in self.scopes or area in self.scopes)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a login gives.

    :ivar seconds: for which the access token is good.
    """

    access: str
    refresh: str
    seconds: int


def sign_in(platform: Platform, name: str, password: str) -> Tokens:
    """A login by password.

    :raises NotSignedInError: name or password is wrong, or the account is disabled.
    """
    _check_password(platform, name, password)
    refresh = secrets.token_urlsafe(32)
    platform.accounts.start_login(name, secrets.token_hex(8), hash_token(refresh), LOGIN_DAYS)
    return Tokens(_issue(platform, name), refresh, TOKEN_MINUTES * 60)


def start_session(platform: Platform, name: str, password: str) -> str:
    """What a browser's cookie holds, by password; good for :data:`SESSION_HOURS`. Raises as :func:`sign_in`."""
    _check_password(platform, name, password)
    return _issue(platform, name, _BROWSER, timedelta(hours=SESSION_HOURS))


def end_session(platform: Platform, session: str) -> None:
    """What the cookie held is refused from now on; raises as :func:`identify`."""
    claims = _read(platform, session, _BROWSER)
    platform.live.revoke_token(hash_token(session), datetime.fromtimestamp(claims["exp"], UTC))


def identify_session(platform: Platform, session: str) -> Caller:
    """Who a cookie belongs to; raises as :func:`identify`."""
    return _by_token(platform, session, _BROWSER)


def refresh_login(platform: Platform, refresh: str) -> Tokens:
    """Exchange a refresh token, once.

    :raises NotSignedInError: it is unknown, over, or was exchanged before, which ends its whole login.
    """
    following = secrets.token_urlsafe(32)
    name = platform.accounts.exchange(hash_token(refresh), hash_token(following), LOGIN_DAYS)
    account = platform.accounts.get(name) if name else None
    if account is None or account.disabled_at is not None:
        raise NotSignedInError("The login is over.", "Sign in again.")
    return Tokens(_issue(platform, account.name), following, TOKEN_MINUTES * 60)


def sign_out(platform: Platform, access: str | None, refresh: str | None) -> None:
    """End a login: the access token is refused from now on, and the refresh token with its family.

    :raises StoreUnavailableError: Redis did not answer; the token is still good.
    """
    if refresh:
        platform.accounts.end_login(hash_token(refresh))
    if access and not _KEY.fullmatch(access):
        claims = _read(platform, access)
        platform.live.revoke_token(hash_token(access), datetime.fromtimestamp(claims["exp"], UTC))


def identify(platform: Platform, bearer: str) -> Caller:
    """Who a token or key belongs to.

    :raises NotSignedInError: it is wrong, over, revoked or its account disabled.
    :raises StoreUnavailableError: Postgres or Redis did not answer; nobody is believed then.
    """
    return _by_key(platform, bearer) if _KEY.fullmatch(bearer) else _by_token(platform, bearer)


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
    :raises ConfigurationError: there is no such account, the role is more than its, a scope is unknown.
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
    id_ = secrets.token_hex(6)
    secret = f"{KEY_PREFIX}_{id_}_{secrets.token_urlsafe(32)}"
    now = datetime.now(UTC)
    key = ApiKey(id_, account, name, role or owner.role, tuple(scopes), now, expires_at, None, None)
    platform.accounts.add_key(key, hash_token(secret))
    return secret, key


def make_account(platform: Platform, name: str, role: Role, password: str) -> None:
    """An account that can sign in.

    :raises ConfigurationError: the name is taken or cannot be a folder's, or the password is too short.
    """
    check_name(name)
    if not platform.accounts.put(name, role, hash_password(password)):
        raise ConfigurationError(
            f"There is an account {printable(name)} already.", "Change it with 'aibox users set'."
        )


def set_password(platform: Platform, name: str, password: str) -> None:
    """A new password, and the end of all logins by the old one.

    :raises ConfigurationError: there is no such account, or the password is too short.
    """
    change_account(platform, name, password=password)


def change_account(
    platform: Platform,
    name: str,
    *,
    role: Role | None = None,
    password: str | None = None,
    disabled: bool | None = None,
) -> Account:
    """Change what is given; every login of the account ends.

    :raises ConfigurationError: there is no such account, the password is too short, or nobody could sign in as an
        admin any more.
    """
    hash_ = None if password is None else hash_password(password)
    if (disabled or role not in (None, Role.ADMIN)) and _is_last_admin(platform.accounts, name):
        raise ConfigurationError(
            f"{printable(name)} is the only admin that can sign in.", "Make another admin first."
        )
    changed = platform.accounts.change(name, role=role, password_hash=hash_, disabled=disabled)
    account = platform.accounts.get(name) if changed else None
    if account is None:
        raise ConfigurationError(f"There is no account {printable(name)}.", "See 'aibox users list'.")
    if password is not None:
        _forget_first_password(platform.settings.home / FIRST_LOGIN, name)
    return account


def change_own_password(platform: Platform, name: str, old: str, new: str) -> None:
    """A new password for somebody who knows the old one; raises as :func:`sign_in` and :func:`set_password`."""
    _check_password(platform, name, old)
    set_password(platform, name, new)


def new_admin(store: AccountStore) -> str | None:
    """The password of a first admin where nobody can sign in yet; None where somebody can."""
    if store.has_logins():
        return None
    password = secrets.token_urlsafe(15)
    return password if store.put(ADMIN, Role.ADMIN, hash_password(password)) else None


def check_name(name: str) -> None:
    """Refuse what could be no folder of the inbox.

    :raises ConfigurationError: with the reason.
    """
    if not name or len(name) > 100 or is_left_alone(name) or not name.isprintable() or "/" in name:
        raise ConfigurationError(
            f"{printable(name)!r} cannot be an account.",
            "Take at most 100 printable characters without '/' and without a leading dot.",
        )


def hash_password(password: str) -> str:
    """Its argon2 hash.

    :raises ConfigurationError: it is too short or too long.
    """
    if not MIN_PASSWORD <= len(password) <= 1000:
        raise ConfigurationError(f"A password has {MIN_PASSWORD} to 1,000 characters.", "Take another one.")
    return _hasher.hash(password)


def hash_token(token: str) -> str:
    """SHA-256, 64 hex digits: enough for what is random itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def _is_last_admin(store: AccountStore, name: str) -> bool:
    able = [a.name for a in store.select() if a.role is Role.ADMIN and a.password_hash and not a.disabled_at]
    return able == [name]


def _forget_first_password(path: Path, name: str) -> None:
    """The file of the first admin's password says nothing true any more."""
    with contextlib.suppress(OSError):  # where the home is on another machine
        if path.read_text(encoding="utf-8").split(" ", 1)[0] == name:
            path.unlink()


def _check_password(platform: Platform, name: str, password: str) -> None:
    account = platform.accounts.get(name)
    stored = account.password_hash if account is not None else None
    if not _fits(stored or _NOBODY, password) or account is None or stored is None or account.disabled_at:
        raise NotSignedInError("Name or password is wrong.", "Ask an admin for a new password if it is lost.")
    if _hasher.check_needs_rehash(stored):
        platform.accounts.rehash(name, stored, _hasher.hash(password))


def _by_key(platform: Platform, bearer: str) -> Caller:
    found = platform.accounts.find_key(hash_token(bearer))
    if found is None:
        raise _refused()
    key, account = found
    over = key.expires_at is not None and key.expires_at <= datetime.now(UTC)
    if over or key.revoked_at is not None or account.disabled_at is not None:
        raise _refused()
    role = key.role if account.role.covers(key.role) else account.role
    return Caller(account.name, role, key.scopes, key.id)


def _by_token(platform: Platform, bearer: str, audience: str = _AUDIENCE) -> Caller:
    claims = _read(platform, bearer, audience)
    if platform.live.is_revoked(hash_token(bearer)):
        raise _refused()
    account = platform.accounts.get(claims["sub"])
    if account is None or account.disabled_at is not None or _is_older(claims["iat"], account):
        raise _refused()
    return Caller(account.name, account.role)


def _is_older(issued: int, account: Account) -> bool:
    return account.tokens_since is not None and issued < int(account.tokens_since.timestamp())


def _issue(
    platform: Platform,
    name: str,
    audience: str = _AUDIENCE,
    life: timedelta = timedelta(minutes=TOKEN_MINUTES),
) -> str:
    now = datetime.now(UTC)
    claims = {
        "sub": name,
        "aud": audience,
        "iat": now,
        "exp": now + life,
        "jti": secrets.token_hex(16),
    }
    return jwt.encode(claims, platform.settings.require_secret_key(), algorithm=_ALGORITHM)


def _read(platform: Platform, token: str, audience: str = _AUDIENCE) -> dict[str, Any]:
    key = platform.settings.require_secret_key()
    try:
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=[_ALGORITHM], audience=audience, options={"require": list(_CLAIMS)}
        )
    except jwt.PyJWTError as error:
        raise _refused() from error
    return claims


def _fits(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _refused() -> NotSignedInError:
    return NotSignedInError(
        "The token or key is wrong, over or revoked.", "Sign in again, or ask an admin for a key."
    )
