"""A job that a worker cannot import, as if a library were missing where it runs; the run's own process can."""

import sys

from dagster import job

from aibox_assets.execution.executor import celery_redis_executor
from aibox_assets_tests.execution.jobs import work

if "celery" in sys.orig_argv:
    raise ModuleNotFoundError("No module named 'a_library_that_is_missing'")


@job(executor_def=celery_redis_executor)
def unimportable_job() -> None:
    work()
