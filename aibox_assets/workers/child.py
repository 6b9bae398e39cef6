"""Imported by every worker: its children do not outlive it.

A killed worker's children would finish their tasks as zombies, or wait for ever (celery 5.7, prefork pool).
"""

from __future__ import annotations

import os
import signal

from celery import signals

from aibox_assets.process import die_with_parent

_WORKER = os.getpid()  # imported before the fork


@signals.worker_process_init.connect
def _die_with_worker(**_: object) -> None:
    ask = die_with_parent(signal.SIGKILL)
    if ask is not None:
        ask()
        if os.getppid() != _WORKER:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)
