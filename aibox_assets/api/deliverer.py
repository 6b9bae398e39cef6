"""Delivers to webhooks, beside the requests."""

from __future__ import annotations

import time
from typing import Final

from aibox_assets.api.beside import Beside
from aibox_assets.services.webhooks import KEEP_DAYS, deliver_due
from aibox_assets.stores.webhooks import WebhookStore

_FORGET_SECONDS: Final = 3600.0


class Deliverer(Beside):
    """Delivers what is due."""

    name = "webhooks"
    lock = 0x61_77_68  # "awh"
    _forgot = float("-inf")

    def look(self) -> bool:
        """Try what is due."""
        tried = deliver_due(self._platform)
        if time.monotonic() - self._forgot > _FORGET_SECONDS:
            WebhookStore(self._platform.engine).forget(KEEP_DAYS)
            self._forgot = time.monotonic()
        return bool(tried)
