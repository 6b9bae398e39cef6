"""Work beside the requests: threads of the API's process, each in one process of several, which holds a lock."""

from __future__ import annotations

import logging
import threading
from typing import ClassVar, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.resources.platform import Platform

LOOK_SECONDS: Final = 1.0
_STAND_BY_SECONDS: Final = 5.0
_log = logging.getLogger(__name__)


class Beside:
    """Works from :meth:`start` to :meth:`stop`."""

    name: ClassVar[str]
    lock: ClassVar[int]
    """Of Postgres, its own."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def prepare(self) -> None:
        """Called before each try to be the one that works."""

    def look(self) -> bool:
        """Do what is due; whether there is likely more at once."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is being done."""
        self._over.set()
        self._thread.join(15)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                with self._platform.engine.connect() as connection:
                    self._hold(connection.execution_options(isolation_level="AUTOCOMMIT"))
            except (AIBoxError, sa.exc.SQLAlchemyError) as error:
                _log.warning("%s waits: %s", self.name, error)
            except Exception:  # noqa: BLE001  # whatever it is, the next look may go well
                _log.exception("%s waits", self.name)
            self._over.wait(_STAND_BY_SECONDS)

    def _hold(self, holder: Connection) -> None:
        """Work for as long as *holder* has the lock; return at once where another process has it."""
        self.prepare()
        if not holder.scalar(sa.select(sa.func.pg_try_advisory_lock(self.lock))):
            return
        try:
            while not self._over.is_set():
                holder.execute(sa.text("SELECT 1")).close()  # the lock goes with the connection
                if not self.look():
                    self._over.wait(LOOK_SECONDS)
        finally:
            holder.invalidate()  # closed, not given back with a lock on it
