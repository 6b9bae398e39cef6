"""Signing in and out."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer
from aibox_assets.api.bodies import Body
from aibox_assets.api.identity import BearerOf, CallerOf, PlatformOf, limit_rate
from aibox_assets.domain.keys import composed
from aibox_assets.resources.platform import Platform
from aibox_assets.services import signing_in
from aibox_assets.services.signing_in import Tokens
from aibox_assets.stores.accounts import Role

router = APIRouter(prefix="/auth", tags=["Signing in"])

LOGINS_A_MINUTE: Final = 10


class Login(Body):
    """A name and its password."""

    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)


class Refresh(Body):
    """A refresh token."""

    refresh_token: str = Field(min_length=1, max_length=200)


class Logout(Body):
    """The refresh token of the login, where the caller still has it."""

    refresh_token: str | None = Field(None, max_length=200)


_NO_REFRESH_TOKEN: Final = Logout(refresh_token=None)


class TokensView(BaseModel):
    """What a login gives."""

    access_token: str
    refresh_token: str = Field(description="Good for one exchange, by `POST /auth/refresh`, within 30 days.")
    token_type: str = "Bearer"  # noqa: S105  # a scheme, no secret
    expires_in: int = Field(description="Seconds for which the access token is good.")


class Me(BaseModel):
    """Who the caller is."""

    name: str
    role: Role
    scopes: tuple[str, ...]
    key_id: str | None


@router.post("/login")
def login(body: Login, request: Request, platform: PlatformOf) -> Answer[TokensView]:
    """Sign in with a name and a password. At most 10 tries a minute from one address, and for one name."""
    limit_logins(platform, request, body.name)
    tokens = signing_in.sign_in(platform, body.name, body.password)
    platform.accounts.record(body.name, "login", request_id=request.state.request_id)
    return Answer(data=_view(tokens))


@router.post("/refresh")
def refresh(body: Refresh, request: Request, platform: PlatformOf) -> Answer[TokensView]:
    """Exchange a refresh token. The old one is worth nothing from then on; used again, it ends the login."""
    address = request.client.host if request.client else ""
    limit_rate(platform, f"refresh:{address}", 6 * LOGINS_A_MINUTE)
    return Answer(data=_view(signing_in.refresh_login(platform, body.refresh_token)))


@router.post("/logout")
def logout(
    bearer: BearerOf, caller: CallerOf, platform: PlatformOf, body: Logout = _NO_REFRESH_TOKEN
) -> Answer[None]:
    """End the login: its tokens are refused from now on."""
    signing_in.sign_out(platform, bearer.credentials if bearer else None, body.refresh_token)
    return Answer(data=None, message="Signed out.")


@router.get("/me")
def me(caller: CallerOf) -> Answer[Me]:
    """Who the caller is, and what it may do."""
    return Answer(data=Me(name=caller.account, role=caller.role, scopes=caller.scopes, key_id=caller.key_id))


def limit_logins(platform: Platform, request: Request, name: str) -> None:
    """Count a try to sign in.

    :raises ProblemError: 429, there were too many from that address or for that name.
    """
    address = request.client.host if request.client else ""
    for who in (f"login:{address}", f"login-name:{composed(name)}"):
        limit_rate(platform, who, LOGINS_A_MINUTE)


def _view(tokens: Tokens) -> TokensView:
    return TokensView(access_token=tokens.access, refresh_token=tokens.refresh, expires_in=tokens.seconds)
