"""The life cycle of files: every change of state is made here, over one row of work per file and asset.

``rows.py`` has what all transitions share: the order of locks and the status of a file. ``intake.py``: what happens
to a file's bytes. ``demand.py``: what should be made. ``waiting.py``: what waits for a run. ``taking.py``: which
run has what. ``running.py``: what its steps do. ``failing.py``: what errors do. ``settling.py``: what runs left behind.
Each transition leaves an event (``stores/events.py``) in its transaction, and may be repeated.
"""

from __future__ import annotations

from sqlalchemy import Engine

from aibox_assets.stores.lifecycle.demand import Demand
from aibox_assets.stores.lifecycle.failing import Failing
from aibox_assets.stores.lifecycle.intake import Intake
from aibox_assets.stores.lifecycle.running import AssetResult, ReadBytes, Running
from aibox_assets.stores.lifecycle.settling import Settling
from aibox_assets.stores.lifecycle.taking import Taking
from aibox_assets.stores.lifecycle.waiting import Waiting, WaitingFile

__all__ = ["AssetResult", "Lifecycle", "ReadBytes", "WaitingFile"]


class Lifecycle(Intake, Demand, Waiting, Taking, Running, Failing, Settling):
    """All transitions.

    :param max_attempts: tries of a failure that may pass.
    """

    def __init__(self, engine: Engine, *, max_attempts: int) -> None:
        self._engine = engine
        self._max_attempts = max_attempts
