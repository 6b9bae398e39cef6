"""The thread of the API's process that delivers to webhooks; of several processes one does, which holds a lock."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.webhooks import KEEP_DAYS, deliver_due
from aibox_assets.stores.webhooks import WebhookStore

LOOK_SECONDS: Final = 1.0
_STAND_BY_SECONDS: Final = 5.0
_FORGET_SECONDS: Final = 3600.0
_LOCK: Final = 0x61_77_68  # "awh"
_log = logging.getLogger(__name__)


class Deliverer:
    """Delivers from :meth:`start` to :meth:`stop`."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deliverer", daemon=True)
        self._forgot = 0.0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is being sent."""
        self._over.set()
        self._thread.join(15)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                with self._platform.engine.connect() as connection:
                    self._deliver(connection.execution_options(isolation_level="AUTOCOMMIT"))
            except (AIBoxError, sa.exc.SQLAlchemyError) as error:
                _log.warning("Webhooks wait: %s", error)
            except Exception:  # noqa: BLE001  # whatever it is, the next look may go well
                _log.exception("Webhooks wait")
            self._over.wait(_STAND_BY_SECONDS)

    def _deliver(self, holder: Connection) -> None:
        """Deliver for as long as *holder* has the lock; return at once where another process has it."""
        if not holder.scalar(sa.select(sa.func.pg_try_advisory_lock(_LOCK))):
            return
        try:
            while not self._over.is_set():
                holder.execute(sa.text("SELECT 1")).close()  # the lock goes with the connection
                tried = deliver_due(self._platform)
                if time.monotonic() - self._forgot > _FORGET_SECONDS:
                    WebhookStore(self._platform.engine).forget(KEEP_DAYS)
                    self._forgot = time.monotonic()
                if not tried:
                    self._over.wait(LOOK_SECONDS)
        finally:
            holder.invalidate()  # closed, not given back with a lock on it
