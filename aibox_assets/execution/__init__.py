"""How steps reach the workers and come back: queues, Celery app, leases, executor, models kept warm."""
