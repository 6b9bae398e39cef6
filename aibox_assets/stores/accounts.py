"""Accounts, keys and logins: the rows. Passwords and tokens come here as hashes only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.domain.keys import composed
from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import accounts, api_keys, audit_log, refresh_tokens

_KEY_USE_SECONDS: Final = 60
"""How exactly it is known when a key was last used."""


class Role(StrEnum):
    """What an account may do: read what it sees; change it too; everything."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, other: Role) -> bool:
        """Whether it may do all that *other* may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns files, and signs in.

    :ivar password_hash: argon2; None for who only owns a folder of files.
    :ivar tokens_since: older tokens are worth nothing.
    """

    name: str
    role: Role
    password_hash: str | None
    disabled_at: datetime | None
    tokens_since: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that a program signs in with.

    :ivar role: what it may do; never more than its account. :ivar scopes: areas of the API; ``*`` for all.
    """

    id: str
    account: str
    name: str
    role: Role
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what."""

    seq: int
    at: datetime
    account: str
    key_id: str | None
    action: str
    subject: str | None
    request_id: str | None
    data: dict[str, Any]


class AccountStore:
    """Reads and writes them. Every change of what an account may do ends its tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, name: str) -> Account | None:
        """The account of that name, however it is spelled."""
        query = _ACCOUNTS.where(accounts.c.name.in_((name, composed(name))))
        with transaction(self._engine) as connection:
            row = connection.execute(query.order_by(accounts.c.name != name)).first()
        return None if row is None else _account(row)

    def select(self) -> list[Account]:
        """All accounts by name."""
        with transaction(self._engine) as connection:
            return [_account(row) for row in connection.execute(_ACCOUNTS.order_by(accounts.c.name))]

    def has_logins(self) -> bool:
        """Whether anybody can sign in."""
        query = sa.select(sa.exists().where(accounts.c.password_hash.is_not(None)))
        with transaction(self._engine) as connection:
            return bool(connection.scalar(query))

    def put(self, name: str, role: Role, password_hash: str | None) -> bool:
        """Make an account, or one that only owns files an account that can sign in.

        :returns: False where it can sign in already; nothing is changed then.
        """
        values = {"role": str(role), "password_hash": password_hash}
        statement = insert(accounts).values(name=name, **values)
        statement = statement.on_conflict_do_update(
            index_elements=["name"],
            set_=values | {"tokens_since": sa.func.now()},
            where=accounts.c.password_hash.is_(None),
        )
        with transaction(self._engine) as connection:
            return connection.execute(statement.returning(accounts.c.name)).first() is not None

    def change(
        self,
        name: str,
        *,
        role: Role | None = None,
        password_hash: str | None = None,
        disabled: bool | None = None,
    ) -> bool:
        """Change what is given, and end every login of the account; whether there is such an account."""
        values: dict[str, Any] = {"tokens_since": sa.func.now()}
        if role is not None:
            values["role"] = str(role)
        if password_hash is not None:
            values["password_hash"] = password_hash
        if disabled is not None:
            values["disabled_at"] = sa.func.now() if disabled else None
        with transaction(self._engine) as connection:
            connection.execute(refresh_tokens.delete().where(refresh_tokens.c.account == name))
            found = connection.execute(accounts.update().where(accounts.c.name == name).values(**values))
            return found.rowcount == 1

    def rehash(self, name: str, old: str, new: str) -> None:
        """The same password, hashed by today's parameters."""
        where = (accounts.c.name == name) & (accounts.c.password_hash == old)
        with transaction(self._engine) as connection:
            connection.execute(accounts.update().where(where).values(password_hash=new))

    # Keys

    def add_key(self, key: ApiKey, hash_: str) -> None:
        """Write a new key."""
        values = {name: getattr(key, name) for name in ApiKey.__slots__ if name != "created_at"}
        values |= {"role": str(key.role), "scopes": list(key.scopes), "hash": hash_}
        with transaction(self._engine) as connection:
            connection.execute(api_keys.insert().values(**values))

    def find_key(self, hash_: str) -> tuple[ApiKey, Account] | None:
        """The key of a hash with its account; notes that it was used."""
        query = sa.select(api_keys, *_ACCOUNT_COLUMNS).join(accounts, accounts.c.name == api_keys.c.account)
        with transaction(self._engine) as connection:
            row = connection.execute(query.where(api_keys.c.hash == hash_)).one_or_none()
            if row is None:
                return None
            age = sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, 0, _KEY_USE_SECONDS)
            stale = api_keys.c.used_at.is_(None) | (api_keys.c.used_at < age)
            update = api_keys.update().where(api_keys.c.id == row.id, stale)
            if row.used_at is None or (row.now - row.used_at).total_seconds() > _KEY_USE_SECONDS:
                connection.execute(update.values(used_at=sa.func.now()))
        values = {name: getattr(row, f"account_{name}") for name in Account.__slots__}
        return _key(row), Account(**{**values, "role": Role(values["role"])})

    def keys(self, account: str | None = None) -> list[ApiKey]:
        """Keys of an account, or of all, the newest first."""
        query = sa.select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id)
        if account is not None:
            query = query.where(api_keys.c.account == account)
        with transaction(self._engine) as connection:
            return [_key(row) for row in connection.execute(query)]

    def revoke_key(self, id_: str, account: str | None = None) -> bool:
        """End a key, of that account where one is given; whether it was in force."""
        where = [api_keys.c.id == id_, api_keys.c.revoked_at.is_(None)]
        if account is not None:
            where.append(api_keys.c.account == account)
        with transaction(self._engine) as connection:
            update = api_keys.update().where(*where).values(revoked_at=sa.func.now())
            return connection.execute(update).rowcount == 1

    # Logins

    def start_login(self, account: str, family: str, hash_: str, days: int) -> None:
        """Write the first refresh token of a login, or its next one."""
        with transaction(self._engine) as connection:
            _write_refresh(connection, account, family, hash_, days)

    def exchange(self, hash_: str, next_hash: str, days: int) -> str | None:
        """Exchange a refresh token for the next one; the account, or None where it is worth nothing.

        One that was exchanged before is in two hands: its whole family ends.
        """
        columns = refresh_tokens.c
        with transaction(self._engine) as connection:
            query = sa.select(refresh_tokens, sa.func.now().label("now")).where(columns.hash == hash_)
            row = connection.execute(query.with_for_update()).one_or_none()
            if row is None or row.expires_at <= row.now:
                return None
            if row.used_at is not None:
                connection.execute(refresh_tokens.delete().where(columns.family == row.family))
                return None
            used = refresh_tokens.update().where(columns.hash == hash_).values(used_at=sa.func.now())
            connection.execute(used)
            _write_refresh(connection, row.account, row.family, next_hash, days)
            return str(row.account)

    def end_login(self, hash_: str) -> None:
        """End the family of a refresh token; nothing where it is unknown."""
        family = sa.select(refresh_tokens.c.family).where(refresh_tokens.c.hash == hash_).scalar_subquery()
        with transaction(self._engine) as connection:
            connection.execute(refresh_tokens.delete().where(refresh_tokens.c.family == family))

    # What was done

    def record(
        self,
        account: str,
        action: str,
        subject: str | None = None,
        *,
        key_id: str | None = None,
        request_id: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a line of the audit log."""
        values = {"account": account, "key_id": key_id, "action": action, "subject": subject}
        with transaction(self._engine) as connection:
            connection.execute(
                audit_log.insert().values(**values, request_id=request_id, data=dict(data or {}))
            )

    def audit(
        self, *, account: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[AuditEntry]:
        """Lines of the audit log, the newest first."""
        query = sa.select(audit_log).order_by(audit_log.c.seq.desc()).limit(limit)
        if account is not None:
            query = query.where(audit_log.c.account == account)
        if before is not None:
            query = query.where(audit_log.c.seq < before)
        with transaction(self._engine) as connection:
            return [AuditEntry(**row._mapping) for row in connection.execute(query)]

    def known(self, names: Collection[str]) -> set[str]:
        """Which of *names* are accounts."""
        query = sa.select(accounts.c.name).where(accounts.c.name == sa.any_(sa.literal(list(names), _TEXTS)))
        with transaction(self._engine) as connection:
            return set(connection.scalars(query))


_TEXTS: Final = sa.ARRAY(sa.Text)
_ACCOUNTS: Final = sa.select(*(accounts.c[name] for name in Account.__slots__))
_ACCOUNT_COLUMNS: Final = (
    *(accounts.c[name].label(f"account_{name}") for name in Account.__slots__),
    sa.func.now().label("now"),
)


def _account(row: sa.Row[Any]) -> Account:
    return Account(**{**row._mapping, "role": Role(row.role)})


def _key(row: sa.Row[Any]) -> ApiKey:
    values = {name: getattr(row, name) for name in ApiKey.__slots__}
    return ApiKey(**{**values, "role": Role(row.role), "scopes": tuple(row.scopes)})


def _write_refresh(connection: Connection, account: str, family: str, hash_: str, days: int) -> None:
    expires = sa.func.now() + sa.func.make_interval(0, 0, 0, days)
    values = {"hash": hash_, "family": family, "account": account, "expires_at": expires}
    connection.execute(refresh_tokens.insert().values(**values))
