"""How talking to Dagster can fail."""

from __future__ import annotations

from aibox_assets.domain.errors import PermanentError, TransientError


class DagsterUnreachableError(TransientError):
    """The web server did not answer, or answered with something else than GraphQL."""


class DagsterRefusedError(PermanentError):
    """Dagster understood the request and refused it; the reason is Dagster's own.

    :ivar kind: the name of the GraphQL type that was answered, e.g. ``PartitionKeysNotFoundError``.
    """

    def __init__(self, reason: str, remedy: str, kind: str) -> None:
        super().__init__(reason, remedy)
        self.kind = kind


class WaitTimeoutError(TransientError):
    """A run or backfill was not over in time; it goes on all the same."""


class ApiUnreachableError(TransientError):
    """The API did not answer, also when it was asked again."""


class ApiRefusedError(PermanentError):
    """The API refused a request.

    :ivar status: of HTTP. :ivar code: which problem it is; stable. :ivar request_id: by which the API's log knows it.
    """

    def __init__(self, reason: str, remedy: str, status: int, code: str, request_id: str = "") -> None:
        super().__init__(reason, remedy)
        self.status, self.code, self.request_id = status, code, request_id
