"""Imported by the process that run workers are forked from: what each asks the databases first is asked once.

A run is forked with the answers about Dagster's schema, which cost a look into Postgres' catalogue, and with the
statements compiled. No connection is open when it is forked.
"""

from __future__ import annotations

import logging
from typing import Any

from dagster import DagsterInstance

from aibox_assets.dagster_patches.bells import BELLS
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import current_platform
from aibox_assets.settings import load_settings
from aibox_assets.stores.fencing import StepTicket

_NAME = "rehearsal"


def rehearse() -> None:
    """Ask as a run asks that does not exist. Where a database is away, each run asks for itself."""
    platform = current_platform()
    try:
        load_settings()
        with DagsterInstance.get() as instance:
            try:
                instance.get_run_record_by_id(_NAME)
                instance.get_dynamic_partitions(FILES)
            finally:
                storages: Any = instance.run_storage, instance.event_log_storage
                for each in storages:  # of instance_storage.py
                    each._engine.dispose()
        platform.fencing.issue_token(_NAME, _NAME, _NAME)
        platform.fencing.is_current(StepTicket(_NAME, _NAME, _NAME))
        platform.fencing.end_tokens(_NAME)
        platform.engine.dispose()
        BELLS.engine = platform.engine
    except Exception as error:  # noqa: BLE001  # whatever it is, a run meets it where it can be told
        logging.getLogger(__name__).warning("Nothing could be asked before the first run: %s", error)


rehearse()
