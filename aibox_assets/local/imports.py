"""What the Python processes of a home import, done once for all of them: each is forked from a process that has this.

Connections, threads and settings are each process's own: nothing here opens one or starts one.
"""

from __future__ import annotations

import importlib
import os
from typing import Final

from aibox_assets.resources.warming import import_definitions
from aibox_assets.settings import load_settings

# Not the modules that are run themselves: Python runs each of them as ``__main__``, whoever imported it before.
_USED: Final = (
    *(
        "dagster._cli",
        "dagster._grpc.impl",
        "dagster._grpc.server",
        "dagster._daemon.cli",
        "dagster._daemon.daemon",
    ),
    *("dagster_webserver.cli", "dagster_webserver.webserver", "psycopg", "psycopg2.extras", "uvicorn"),
    *("aibox_assets.dagster_patches.instance_storage", "aibox_assets.dagster_patches.run_queue"),
    *("aibox_assets.dagster_patches.bells", "aibox_assets.stores.wakes"),
    *("celery.bin.celery", "celery.bin.worker", "celery.apps.worker", "celery.concurrency.prefork"),
    *("celery.backends.redis", "kombu.transport.redis", "dagster_celery.make_app", "dagster_celery.tasks"),
)

import_definitions()
for _name in _USED:
    importlib.import_module(_name)
_IMPORTER: Final = os.getpid()


def _forget_settings() -> None:
    """In what is forked from here, which has an environment of its own; its own forks have the same."""
    if os.getppid() == _IMPORTER:
        load_settings.cache_clear()


os.register_at_fork(after_in_child=_forget_settings)
