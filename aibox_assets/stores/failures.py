"""How failures are written down, when what may pass is tried again, and the list of files that were given up.

An error *of a file* names it: permanent ones are final, transient ones are tried again after a growing pause, a
bounded number of times. A step that failed without naming a file is *blamed* on its files, each of which goes alone
from then on. An *interruption* is the death of the run around a file, which says nothing of it: it has a far larger
bound. An error of the installation pauses its queue (``pauses.py``).
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import DISPLAY_PATH

RETRY_SECONDS: Final = 15.0
"""The first pause; each further one is four times as long. Two of them outlast a server that is away for a minute."""
TRACE_CHARS: Final = 8000
LOOK: Final = "Look at the run in the Dagster UI, then 'aibox retry' the file."

# Of a file's failed work the first in the order of the assets explains the rest.
_LETTERS: Final = f"""
SELECT DISTINCT ON (f.id) f.id, {DISPLAY_PATH}, f.owner_id, w.asset, coalesce(w.error, ''), coalesce(w.remedy, ''),
    w.failure IN ('permanent', 'cancelled'), w.attempts + w.interruptions,
    coalesce(w.ended_at, w.updated_at) AS failed_at, CASE WHEN :traced THEN w.trace END
FROM aibox.files f JOIN aibox.work w ON w.file_id = f.id
WHERE f.status = 'failed' AND w.state = 'failed' AND f.gone_at IS NULL AND (CAST(:id AS text) IS NULL OR f.id = :id)
ORDER BY f.id, w.asset"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A file that nothing tries again until its bytes or the configuration change, or a person says so.

    :ivar asset: at which it failed.
    :ivar permanent: the same bytes would fail again; else it was given up after *attempts* tries.
    :ivar attempts: its own failures and the runs that died under it.
    :ivar trace: traceback of the last error, its end where it was long; None where there was none.
    """

    file_id: str
    path: str
    user_id: str
    asset: str
    reason: str
    remedy: str
    permanent: bool
    attempts: int
    failed_at: datetime
    trace: str | None


class DeadLetters:
    """The files that failed for good."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def select(self) -> list[DeadLetter]:
        """All of them, the last to fail first, without their traces."""
        return sorted(self._read(None), key=lambda letter: letter.failed_at, reverse=True)

    def get(self, file_id: str) -> DeadLetter | None:
        """One with its trace; None when the file is not among them."""
        found = self._read(file_id)
        return found[0] if found else None

    def _read(self, file_id: str | None) -> list[DeadLetter]:
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.text(_LETTERS), {"id": file_id, "traced": file_id is not None})
            return [DeadLetter(*row) for row in rows]


def retry_at(attempts: str) -> str:
    """SQL for when a transient failure is tried again.

    Up to half more than the pause, so that the files of one outage do not all come back at once.

    :param attempts: SQL for the number of failures before this one.
    """
    return f"now() + {RETRY_SECONDS} * power(4, {attempts}) * (1 + 0.5 * random()) * interval '1 second'"


def describe_error(error: AIBoxError) -> tuple[str, str, str]:
    """Reason, remedy and the end of the traceback, as Postgres takes them."""
    trace = "".join(traceback.format_exception(error))
    return plain(error.reason), plain(error.remedy), plain(trace)


def plain(text: str) -> str:
    """The end of *text* as Postgres takes it; a parser's message may hold anything of a document."""
    return text[-TRACE_CHARS:].encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "")
