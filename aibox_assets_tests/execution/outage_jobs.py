"""A job on which a worker loses its database before the step begins; the run's own process does not."""

import sys

from dagster import job
from sqlalchemy.exc import OperationalError

from aibox_assets.execution.executor import celery_redis_executor
from aibox_assets_tests.execution.jobs import work

if "celery" in sys.orig_argv:
    raise OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly"))


@job(executor_def=celery_redis_executor)
def outage_job() -> None:
    work()
