"""Who calls: from the bearer token or key of the request to a caller with rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from aibox_assets.api.problems import ProblemError
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.accounts import Caller, NotSignedInError, identify
from aibox_assets.stores.accounts import Role

_bearer: Final = HTTPBearer(
    auto_error=False, description="A token of `POST /api/v1/auth/login`, or a key of `aibox keys create`."
)
_MINUTE: Final = 60


def the_platform(request: Request) -> Platform:
    """The platform of this process."""
    return cast("Platform", request.app.state.platform)


PlatformOf = Annotated[Platform, Depends(the_platform)]
BearerOf = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def the_caller(request: Request, platform: PlatformOf, bearer: BearerOf) -> Caller:
    """Whoever signed in.

    :raises NotSignedInError: nobody did. :raises ProblemError: 429, it asks too often.
    """
    if bearer is None:
        raise NotSignedInError("This needs a token or a key.", "Send it as 'Authorization: Bearer …'.")
    caller = identify(platform, bearer.credentials)
    limit_rate(platform, caller.id, platform.settings.rate_limit)
    request.state.caller = caller
    return caller


CallerOf = Annotated[Caller, Depends(the_caller)]


def needs(role: Role, area: str) -> Callable[[Caller], Caller]:
    """A dependency: the caller, who may do what *role* may in an area of the API."""

    def check(caller: CallerOf) -> Caller:
        if not caller.may(role, area):
            raise ProblemError(
                403, "forbidden", f"This needs the role {role} and the scope {area}.", "Ask an admin for it."
            )
        return caller

    check.needs = (role, area)  # type: ignore[attr-defined]  # for the test that walks the routes
    return check


def limit_rate(platform: Platform, who: str, most: int) -> None:
    """Count a request of *who* in this minute.

    :raises ProblemError: 429, there were more than *most*.
    """
    try:
        count, seconds = platform.live.count(who, _MINUTE)
    except StoreUnavailableError:
        return  # a key is good without Redis; a token was refused before
    if count > most:
        raise ProblemError(
            429,
            "too_many_requests",
            f"More than {most} requests in a minute.",
            f"Try again in {seconds} s.",
            {"Retry-After": str(seconds)},
        )


def note(
    request: Request, caller: Caller, platform: Platform, action: str, subject: str | None, **data: object
) -> None:
    """Write into the audit log what a caller did."""
    platform.accounts.record(
        caller.account, action, subject, key_id=caller.key_id, request_id=request.state.request_id, data=data
    )
