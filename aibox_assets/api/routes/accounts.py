"""Accounts, keys and the audit log: for admins; everybody has its own password and keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer, Page
from aibox_assets.api.bodies import Body, Moment
from aibox_assets.api.identity import PlatformOf, needs, note
from aibox_assets.api.problems import ProblemError, not_found
from aibox_assets.domain.keys import composed
from aibox_assets.services import accounts, api_keys, signing_in
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Account, ApiKey, AuditEntry, Role

router = APIRouter(tags=["Accounts"])

Admin = Annotated[Caller, Depends(needs(Role.ADMIN, "accounts"))]
Anyone = Annotated[Caller, Depends(needs(Role.READER, "accounts"))]


class UserView(BaseModel):
    """An account."""

    name: str
    role: Role
    can_sign_in: bool
    disabled: bool
    created_at: datetime


class NewUser(Body):
    """An account to make."""

    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)
    role: Role = Role.EDITOR


class UserChange(Body):
    """What to change of an account; each of it ends its logins."""

    role: Role | None = None
    password: str | None = Field(None, min_length=1, max_length=1000)
    disabled: bool | None = None


class PasswordChange(Body):
    """A new password."""

    old: str = Field(min_length=1, max_length=1000)
    new: str = Field(min_length=1, max_length=1000)


class NewKey(Body):
    """A key to make."""

    name: str = Field(min_length=1, max_length=100)
    account: str | None = Field(None, max_length=100, description="Of whom; the caller by default.")
    role: Role | None = Field(None, description="Not more than the account's, which is the default.")
    scopes: list[str] = Field(["*"], min_length=1, max_length=20, description="Areas of the API, or `*`.")
    expires_at: Moment | None = None


class KeyView(BaseModel):
    """A key, as far as it can be shown."""

    id: str
    account: str
    name: str
    role: Role
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class MadeKey(BaseModel):
    """A new key; it is shown this once."""

    key: str
    about: KeyView


@router.get("/users")
def list_users(caller: Admin, platform: PlatformOf) -> Answer[list[UserView]]:
    """All accounts by name."""
    return Answer(data=[_user(account) for account in platform.accounts.select()])


@router.post("/users", status_code=201)
def add_user(body: NewUser, request: Request, caller: Admin, platform: PlatformOf) -> Answer[UserView]:
    """Make an account that can sign in, or let the owner of a folder of files do so."""
    accounts.make_account(platform, body.name, body.role, body.password)
    note(request, caller, platform, "user.add", body.name, role=body.role)
    return Answer(data=_user(_known(platform.accounts.get(body.name))))


@router.patch("/users/{name}")
def change_user(
    name: str, body: UserChange, request: Request, caller: Admin, platform: PlatformOf
) -> Answer[UserView]:
    """Change a role or a password, or disable an account; all of its logins end."""
    if caller.account in (name, composed(name)) and (body.disabled or body.role not in (None, Role.ADMIN)):
        raise ProblemError(409, "own_account", "You cannot disable or demote yourself.", "Ask another admin.")
    if platform.accounts.get(name) is None:
        raise not_found("account")
    account = accounts.change_account(
        platform, name, role=body.role, password=body.password, disabled=body.disabled
    )
    changed = [field for field in ("role", "password", "disabled") if getattr(body, field) is not None]
    note(request, caller, platform, "user.change", name, changed=changed)
    return Answer(data=_user(account))


@router.post("/auth/password", tags=["Signing in"])
def change_password(
    body: PasswordChange, request: Request, caller: Anyone, platform: PlatformOf
) -> Answer[None]:
    """Change the caller's own password; all of its logins end, this one too."""
    signing_in.change_own_password(platform, caller.account, body.old, body.new)
    note(request, caller, platform, "password.change", caller.account)
    return Answer(data=None, message="Changed. Sign in again.")


@router.get("/keys")
def list_keys(
    caller: Anyone, platform: PlatformOf, account: Annotated[str | None, Query(max_length=100)] = None
) -> Answer[list[KeyView]]:
    """The caller's keys, or, for an admin, those of any account."""
    if caller.role is not Role.ADMIN:
        account = caller.account
    return Answer(data=[_key(key) for key in platform.accounts.keys(account)])


@router.post("/keys", status_code=201)
def add_key(body: NewKey, request: Request, caller: Anyone, platform: PlatformOf) -> Answer[MadeKey]:
    """Make a key for a program. Only a person's token, or an admin's key, can."""
    owner = body.account or caller.account
    if caller.role is not Role.ADMIN and (owner != caller.account or caller.key_id is not None):
        raise ProblemError(
            403, "forbidden", "You can make keys for yourself, with a login.", "Sign in first."
        )
    secret, key = api_keys.make_key(
        platform, owner, body.name, role=body.role, scopes=tuple(body.scopes), expires_at=body.expires_at
    )
    note(request, caller, platform, "key.add", key.id, account=owner, role=key.role)
    return Answer(data=MadeKey(key=secret, about=_key(key)), message="The key is shown this once.")


@router.delete("/keys/{key_id}")
def revoke_key(key_id: str, request: Request, caller: Anyone, platform: PlatformOf) -> Answer[None]:
    """End a key, at once."""
    account = None if caller.role is Role.ADMIN else caller.account
    if not platform.accounts.revoke_key(key_id, account):
        raise not_found("key in force")
    note(request, caller, platform, "key.revoke", key_id)
    return Answer(data=None, message="Revoked.")


@router.get("/audit")
def read_audit(
    caller: Admin,
    platform: PlatformOf,
    account: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Answer[Page[AuditEntry]]:
    """Who did what, the newest first."""
    entries = platform.accounts.audit(account=account, before=cursor, limit=limit)
    more = str(entries[-1].seq) if len(entries) == limit else None
    return Answer(data=Page(items=entries, next=more))


def _user(account: Account) -> UserView:
    return UserView(
        name=account.name,
        role=account.role,
        can_sign_in=account.password_hash is not None and account.disabled_at is None,
        disabled=account.disabled_at is not None,
        created_at=account.created_at,
    )


def _key(key: ApiKey) -> KeyView:
    return KeyView(**{name: getattr(key, name) for name in KeyView.model_fields})


def _known(account: Account | None) -> Account:
    if account is None:
        raise not_found("account")
    return account
