"""Requests to the API: asked again where an answer may have been lost, and answered as data or as an error."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

from aibox_assets.client.errors import ApiRefusedError, ApiUnreachableError
from aibox_assets.domain.errors import ConfigurationError

PREFIX: Final = "/api/v1"
WAITS: Final = (0.2, 1.0, 3.0, 8.0)
"""Seconds before the second, third, … try."""
_LONGEST_WAIT: Final = 60.0
_AGAIN: Final = frozenset({429, 502, 503, 504})
_IN_FLIGHT: Final = "in_flight"

Body = Callable[[], Mapping[str, Any]]
"""Arguments of httpx for a body, made anew for each try: a file is read from its beginning."""


class Connection:
    """One address and one key.

    Reads are asked again as they are, a POST under one ``Idempotency-Key``, so that nothing is done twice; what may
    have been done already is not sent again otherwise.

    :raises ConfigurationError: what is given can be no key.
    """

    def __init__(self, url: str, token: str, timeout: float, verify: Any) -> None:
        self.url = url.rstrip("/").removesuffix(PREFIX)
        token = token.strip()
        if not re.fullmatch("[ -~]+", token):  # an error of the library's own would show it
            raise ConfigurationError(
                "That cannot be a key of the API: it is empty, or has letters that no key has.",
                "Take one of 'aibox keys create'; the commands read it from AIBOX_TOKEN.",
            )
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._http = httpx.Client(
            base_url=self.url + PREFIX,
            headers=headers,
            timeout=timeout,
            verify=verify,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def look(self) -> tuple[bool, list[Mapping[str, Any]]]:
        """Whether the API can work, and its parts; asked once, for it is an answer that parts are away.

        :raises ApiRefusedError: it is no API of ours. :raises ApiUnreachableError: no answer came.
        """
        try:
            answer = self._http.get(f"{self.url}/health/ready")
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        found = _read(answer)
        if answer.is_success and isinstance(found, dict) and found.get("success"):
            return True, found["data"]
        if isinstance(found, dict) and found.get("code") == "not_ready":
            return False, [{"name": each["at"], **each} for each in found["errors"]]
        raise _refusal(self.url, answer, found)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        body: Body | None = None,
    ) -> Any:
        """The field ``data`` of the answer.

        :raises ApiRefusedError: with the API's own reason. :raises ApiUnreachableError: no answer came.
        """
        headers = {"Idempotency-Key": secrets.token_urlsafe(16)} if method == "POST" else {}
        given = {name: value for name, value in (params or {}).items() if value is not None}
        for wait in (*WAITS, None):
            more = body() if body else {"json": json} if json is not None else {}
            try:
                answer = self._http.request(
                    method, path, params=given, headers={**headers, **more.get("headers", {})},
                    **{name: value for name, value in more.items() if name != "headers"},
                )  # fmt: skip
            except httpx.TransportError as error:
                if wait is None or method not in ("GET", "POST"):
                    raise self._unreachable(error) from error
                time.sleep(wait)
                continue
            found = _read(answer)
            if answer.is_success and isinstance(found, dict) and found.get("success"):
                return found.get("data")
            if wait is None or not _may_come(method, answer, found):
                raise _refusal(self.url, answer, found)
            time.sleep(max(wait, min(_LONGEST_WAIT, float(answer.headers.get("retry-after", 0) or 0))))
        raise AssertionError("unreachable")

    def _unreachable(self, error: httpx.TransportError) -> ApiUnreachableError:
        return ApiUnreachableError(
            f"No answer from {self.url}: {str(error) or type(error).__name__}.",
            "See that the address is the API's, and that it runs ('aibox status').",
        )


def _may_come(method: str, answer: httpx.Response, found: Any) -> bool:
    if answer.status_code == 409:
        return isinstance(found, dict) and found.get("code") == _IN_FLIGHT
    return answer.status_code in _AGAIN and (method in ("GET", "POST") or answer.status_code == 429)


def _read(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _refusal(url: str, answer: httpx.Response, found: Any) -> ApiRefusedError:
    if isinstance(found, dict) and "code" in found:
        return ApiRefusedError(
            str(found.get("detail") or found.get("message") or answer.reason_phrase),
            str(found.get("remedy") or ""),
            answer.status_code,
            str(found["code"]),
            str(found.get("request_id") or ""),
        )
    return ApiRefusedError(
        f"{url} answered {answer.status_code}, and not as the API of AI-Box does.",
        "See that this is the API's address: 'aibox status --json' names it as 'api'.",
        answer.status_code,
        "no_api",
    )
