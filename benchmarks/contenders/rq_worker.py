"""An RQ worker: ``python -m benchmarks.contenders.rq_worker KIND QUEUE[,QUEUE…] REDIS_URL``.

``fork`` is RQ's default: a child per job, which imports and loads what the job needs. The others run the
jobs in their own process, with models that were loaded before the first.
"""

from __future__ import annotations

import sys

from redis import Redis
from rq import SimpleWorker, Worker


def main(kind: str, names: str, redis_url: str) -> None:
    """Serve the queues until a signal."""
    queues = names.split(",")
    connection = Redis.from_url(redis_url)
    if kind != "fork":
        from benchmarks.file_work import load_models  # not in the forking worker, whose children do it each

        for queue in queues:
            load_models(queue)
        SimpleWorker(queues, connection=connection).work(logging_level="WARNING")
    else:
        Worker(queues, connection=connection).work(logging_level="WARNING")


if __name__ == "__main__":
    main(*sys.argv[1:])
