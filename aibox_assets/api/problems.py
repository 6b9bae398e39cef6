"""Requests that fail: which status and code each error has, and how it is written."""

from __future__ import annotations

import logging
from http import HTTPStatus
from threading import Lock
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import compile_path
from starlette.types import Scope

from aibox_assets.api.answers import Problem
from aibox_assets.domain import errors
from aibox_assets.services.signing_in import NotSignedInError

_log = logging.getLogger(__name__)

_KINDS: Final[tuple[tuple[type[errors.AIBoxError], int, str], ...]] = (
    (NotSignedInError, 401, "not_signed_in"),
    (errors.StoreUnavailableError, 503, "store_unavailable"),
    (errors.ParserUnavailableError, 503, "parser_unavailable"),
    (errors.LimitExceededError, 413, "limit_exceeded"),
    (errors.NotFoundError, 404, "not_found"),
    (errors.InvalidQuestionError, 422, "invalid_question"),
    (errors.QueryRefusedError, 400, "query_refused"),
    (errors.ConfigurationError, 400, "not_possible"),
    (errors.TransientError, 503, "try_again"),
    (errors.AIBoxError, 400, "refused"),
)
_CODES: Final = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "limit_exceeded",
    415: "unsupported_media_type",
    422: "malformed",
    429: "too_many_requests",
    503: "store_unavailable",
}
_UNKNOWN: Final = "There is no such field here"
_SEE_DOCS: Final = "The page /docs says what the request takes."
DOCUMENTED: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503)
}
"""Problems that any route may answer with; for ``responses`` of a router."""


class ProblemError(Exception):
    """A request that a route refuses."""

    def __init__(
        self, status: int, code: str, reason: str, remedy: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(reason)
        self.status, self.code, self.reason, self.remedy = status, code, reason, remedy
        self.headers = headers


def not_found(what: str) -> ProblemError:
    """There is no such thing, or it is not the caller's to see; which of both is not said."""
    return ProblemError(404, "not_found", f"There is no {what} that you can see.", "Check its id.")


def methods_at(app: FastAPI, path: str) -> list[str]:
    """Which methods the page of documentation names for a path."""
    found = (
        each for template, each in app.openapi()["paths"].items() if compile_path(template)[0].match(path)
    )
    return sorted({method.upper() for operations in found for method in operations})


def handle_problems(app: FastAPI) -> None:
    """Answer every error as a problem."""
    app.add_exception_handler(ProblemError, _refused)
    app.add_exception_handler(errors.AIBoxError, known_problem)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(DataError, _not_storable)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unexpected)


def document_problems(app: FastAPI) -> None:
    """Let the page of documentation say of what type problems are. It is made once: every request with parameters asks
    for it, at first perhaps many at the same time."""
    describe, making = app.openapi, Lock()

    def openapi() -> dict[str, Any]:
        with making:
            return app.openapi_schema or _with_problems(describe())

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the page


def _with_problems(page: dict[str, Any]) -> dict[str, Any]:
    for operations in page["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {})
                if int(status) >= 400 and "application/json" in content:
                    content["application/problem+json"] = content.pop("application/json")
    return page


def problem_response(
    path: str,
    request_id: str,
    *,
    status: int,
    code: str,
    reason: str,
    remedy: str = "",
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> JSONResponse:
    """A problem as it is sent."""
    body = Problem(
        message=f"{reason} {remedy}".strip(),
        code=code,
        remedy=remedy,
        type=f"/docs#{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=reason,
        instance=path,
        request_id=request_id,
        errors=errors or [],
    )
    return JSONResponse(body.model_dump(), status, headers, media_type="application/problem+json")


def too_large(scope: Scope) -> JSONResponse:
    """What is answered to a body that is larger than its route takes."""
    return problem_response(
        scope["path"],
        scope["state"]["request_id"],
        status=413,
        code="limit_exceeded",
        reason="The body is too large.",
        remedy="Send less at once; files go to POST /api/v1/files.",
    )


def problem_of(connection: HTTPConnection, error: errors.AIBoxError | ProblemError) -> JSONResponse:
    """An error as the answer to a request or to the opening of a web socket."""
    return (_refused if isinstance(error, ProblemError) else known_problem)(connection, error)


def _answer(request: HTTPConnection, status: int, code: str, reason: str, **more: Any) -> JSONResponse:
    request_id = getattr(request.state, "request_id", "")
    return problem_response(request.url.path, request_id, status=status, code=code, reason=reason, **more)


def _refused(request: HTTPConnection, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return _answer(
        request, error.status, error.code, error.reason, remedy=error.remedy, headers=error.headers
    )


def known_problem(request: HTTPConnection, error: Exception) -> JSONResponse:
    """An error of ours as a problem."""
    assert isinstance(error, errors.AIBoxError)
    status, code = next((status, code) for kind, status, code in _KINDS if isinstance(error, kind))
    reason, remedy = error.reason, error.remedy
    if status == 503:
        # The reason may hold the address of a server, which is for the log and the operator's terminal.
        _log.warning("%s: %s", request.url.path, error)
        reason, remedy = (
            "A part of the installation does not answer.",
            "Try again soon; 'aibox doctor' says more.",
        )
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}.get(status)
    return _answer(request, status, code, reason, remedy=remedy, headers=headers)


def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    if isinstance(error.body, bytes) and error.body:  # which is left unread where it is not said to be JSON
        reason, remedy = (
            "The body is not sent as JSON.",
            "Send JSON, and the header 'Content-Type: application/json'.",
        )
        return _answer(request, 415, "unsupported_media_type", reason, remedy=remedy)
    found = [
        {
            "at": ".".join(str(part) for part in each["loc"]),
            "reason": _UNKNOWN if each["type"] == "extra_forbidden" else str(each["msg"]),
        }
        for each in error.errors()
    ]
    first = found[0] if found else {"at": "request", "reason": "malformed"}
    reason = f"{first['at']}: {first['reason']}."
    return _answer(request, 422, "malformed", reason, remedy=_SEE_DOCS, errors=found)


def _not_storable(request: Request, error: Exception) -> JSONResponse:
    """Postgres takes no text with NUL, wherever in a request it stood."""
    _log.warning(
        "%s %s: a value that Postgres does not take", request.method, request.url.path, exc_info=error
    )
    reason = "It holds a value that cannot be stored or searched for, like a NUL character."
    return _answer(request, 422, "malformed", reason, remedy=_SEE_DOCS)


def _plain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:
        return too_large(request.scope)
    code = _CODES.get(error.status_code, "refused")
    headers = dict(error.headers) if error.headers else None
    reason = f"{str(error.detail).removesuffix('.')}."
    return _answer(request, error.status_code, code, reason, remedy=_SEE_DOCS, headers=headers)


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(
        request,
        500,
        "unexpected",
        "Something unexpected happened.",
        remedy="Tell an admin the request's id; the API's log has the reason.",
    )
