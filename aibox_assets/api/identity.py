"""Who calls: from the bearer token or key of a request, or the cookie of a browser, to a caller with rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from aibox_assets.api.problems import ProblemError
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.signing_in import Caller, NotSignedInError, identify, identify_session
from aibox_assets.stores.accounts import Role

_bearer: Final = HTTPBearer(
    auto_error=False, description="A token of `POST /api/v1/auth/login`, or a key of `aibox keys create`."
)
_MINUTE: Final = 60
SESSION_COOKIE: Final = "aibox_session"
LANGUAGE_COOKIE: Final = "aibox_language"
"""What a person chose for the pages; their own script sets it."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def the_platform(request: Request) -> Platform:
    """The platform of this process."""
    return cast("Platform", request.app.state.platform)


PlatformOf = Annotated[Platform, Depends(the_platform)]
BearerOf = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def the_caller(request: Request, platform: PlatformOf, bearer: BearerOf) -> Caller:
    """Whoever signed in.

    :raises NotSignedInError: nobody did. :raises ProblemError: 429, it asks too often.
    """
    caller = identify_connection(platform, request)
    limit_rate(platform, caller.id, platform.settings.rate_limit)
    request.state.caller = caller
    return caller


def identify_connection(platform: Platform, connection: HTTPConnection) -> Caller:
    """Who sent a request, or opened a web socket.

    A browser sends its cookie whoever asks it to. So what may change something is taken from our own pages only.

    :raises NotSignedInError: nobody that is known. :raises ProblemError: 403, it comes from another page.
    """
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return identify(platform, bearer.strip())
    session = connection.cookies.get(SESSION_COOKIE)
    if not session:
        raise NotSignedInError("This needs a token or a key.", "Send it as 'Authorization: Bearer …'.")
    if connection.scope.get("method") not in _SAFE:  # a web socket has none
        require_own_page(connection)
    return identify_session(platform, session)


def require_own_page(connection: HTTPConnection) -> None:
    """Refuse what a page of another place sends.

    :raises ProblemError: 403, the header Origin is not of this host.
    """
    origin = urlsplit(connection.headers.get("origin", ""))
    secure = connection.url.scheme in ("https", "wss")
    if (origin.scheme, origin.netloc) != ("https" if secure else "http", connection.headers.get("host")):
        raise ProblemError(
            403, "foreign_page", "This request comes from a page of another place.", "Open it from here."
        )


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
