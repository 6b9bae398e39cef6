"""Imported by the process that run workers are forked from: what each of them would else import when it has begun.

Celery and kombu import their Redis parts, and Dagster its instance, only when they are used for the first time.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import redis.utils
from celery.utils.imports import load_extension_class_names

_LATE: Final = (
    "celery.app.amqp",
    "celery.app.events",
    "celery.app.routes",
    "celery.backends.redis",
    "celery.contrib.testing.tasks",
    "celery.fixups.django",
    "celery.loaders.app",
    "celery.worker.state",
    "dagster._core.definitions.repository_definition.repository_data_builder",
    "dagster._core.instance.factory",
    "dagster._core.storage.root",
    "dagster._core.system_config.composite_descent",
    "dagster._core.utility_ops",
    "encodings.idna",
    "kombu.transport.redis",
)

for _name in _LATE:
    import_module(_name)
# It reads what each installed package says of itself, once per process.
load_extension_class_names("celery.result_backends")
# redis-py (8.1) reads its own package's file at each new connection, to tell its version.
redis.utils.get_lib_version = lambda: redis.__version__
