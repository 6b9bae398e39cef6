"""The app of stock workers, as ``dagster-celery worker start`` makes one; its children load their models first."""

from __future__ import annotations

from celery import signals
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from benchmarks.file_work import load_models
from benchmarks.stock.celery_config import celery_addresses

app = make_app(celery_addresses())  # type: ignore[no-untyped-call]
execute_plan = create_task(app)  # type: ignore[no-untyped-call]


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]  # celery has no types
def _load(**_: object) -> None:
    for queue in app.amqp.queues.consume_from:
        load_models(queue)
