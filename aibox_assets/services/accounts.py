"""Accounts: making and changing them. How they sign in is in :mod:`signing_in`, how programs do in :mod:`api_keys`."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.keys import composed
from aibox_assets.domain.paths import is_left_alone, printable
from aibox_assets.services.hashing import hash_password
from aibox_assets.settings import FIRST_LOGIN
from aibox_assets.stores.accounts import Account, AccountStore, Role

if TYPE_CHECKING:
    from aibox_assets.resources.platform import (
        Platform,
    )  # the supervisor makes the first admin without a platform

ADMIN: Final = "admin"


def make_account(platform: Platform, name: str, role: Role, password: str) -> None:
    """An account that can sign in.

    :raises ConfigurationError: the name is taken or cannot be a folder's, or the password is too short.
    """
    check_name(name)
    name = composed(name)
    if not platform.accounts.put(name, role, hash_password(password)):
        raise ConfigurationError(
            f"There is an account {printable(name)} already.", "Change it with 'aibox users set'."
        )


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
    known = platform.accounts.get(name)
    name = known.name if known is not None else name
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
    bare = name.strip() == name and 1 <= len(name) <= 100
    if not bare or is_left_alone(name) or not name.isprintable() or "/" in name:
        raise ConfigurationError(
            f"'{printable(name)}' cannot be an account.",
            "Take at most 100 printable characters without '/', a leading dot, or spaces around them.",
        )


def _is_last_admin(store: AccountStore, name: str) -> bool:
    able = [a.name for a in store.select() if a.role is Role.ADMIN and a.password_hash and not a.disabled_at]
    return able == [name]


def _forget_first_password(path: Path, name: str) -> None:
    """The file of the first admin's password says nothing true any more."""
    with contextlib.suppress(OSError):  # where the home is on another machine
        if path.read_text(encoding="utf-8").split(" ", 1)[0] == name:
            path.unlink()
