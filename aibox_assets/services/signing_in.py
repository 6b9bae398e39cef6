"""Signing in: who a token, key or cookie belongs to, and what its bearer may do.

A token is a JWT of a quarter of an hour, a refresh token carries a login on for a month and is exchanged at each use,
a session is a JWT for the cookie of a browser, a key is for programs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.accounts import change_account
from aibox_assets.services.api_keys import is_key
from aibox_assets.services.hashing import NOBODY, fits, hash_anew, hash_token
from aibox_assets.stores.accounts import Account, Role

TOKEN_MINUTES: Final = 15
SESSION_HOURS: Final = 12
LOGIN_DAYS: Final = 30

_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "aibox-api"
_BROWSER: Final = "aibox-browser"
_CLAIMS: Final = ("exp", "iat", "jti", "aud", "sub")


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
    name = _check_password(platform, name, password)
    refresh = secrets.token_urlsafe(32)
    platform.accounts.start_login(name, secrets.token_hex(8), hash_token(refresh), LOGIN_DAYS)
    return Tokens(_issue(platform, name), refresh, TOKEN_MINUTES * 60)


def start_session(platform: Platform, name: str, password: str) -> str:
    """What a browser's cookie holds, by password; good for :data:`SESSION_HOURS`. Raises as :func:`sign_in`."""
    name = _check_password(platform, name, password)
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
    if access and not is_key(access):
        claims = _read(platform, access)
        platform.live.revoke_token(hash_token(access), datetime.fromtimestamp(claims["exp"], UTC))


def identify(platform: Platform, bearer: str) -> Caller:
    """Who a token or key belongs to.

    :raises NotSignedInError: it is wrong, over, revoked or its account disabled.
    :raises StoreUnavailableError: Postgres or Redis did not answer; nobody is believed then.
    """
    return _by_key(platform, bearer) if is_key(bearer) else _by_token(platform, bearer)


def change_own_password(platform: Platform, name: str, old: str, new: str) -> None:
    """A new password for somebody who knows the old one; raises as :func:`sign_in` and :func:`change_account`."""
    name = _check_password(platform, name, old)
    change_account(platform, name, password=new)


def _check_password(platform: Platform, name: str, password: str) -> str:
    """The account's name, as it is spelled there."""
    account = platform.accounts.get(name)
    stored = account.password_hash if account is not None else None
    if not fits(stored or NOBODY, password) or account is None or stored is None or account.disabled_at:
        raise NotSignedInError("Name or password is wrong.", "Ask an admin for a new password if it is lost.")
    if renewed := hash_anew(stored, password):
        platform.accounts.rehash(account.name, stored, renewed)
    return account.name


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


def _refused() -> NotSignedInError:
    return NotSignedInError(
        "The token or key is wrong, over or revoked.", "Sign in again, or ask an admin for a key."
    )
