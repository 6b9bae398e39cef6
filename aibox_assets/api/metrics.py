"""Figures for Prometheus: the queues and files as they stand, what was made lately, and the requests of this process.

Labels are names of our own, such as queues and routes; never of files or people.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aibox_assets.api.middleware import template_of
from aibox_assets.api.readiness import Readiness
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.execution.leases import read_losses
from aibox_assets.local.control import status
from aibox_assets.resources.platform import Platform
from aibox_assets.services.queues import see_queues
from aibox_assets.stores.figures import QUANTILES, RECENT_MINUTES, read_recent
from aibox_assets.stores.webhooks import WebhookStore

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)
_STATES: Final = ("queued", "blocked", "delayed", "started", "finished", "failed")
_LATELY: Final = f"within the last {RECENT_MINUTES} minutes"


class Metrics:
    """The registry of one API process."""

    def __init__(self, platform: Platform, readiness: Readiness) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(_Work(platform, readiness))
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "aibox_http_requests", "Requests that were answered.", ("method", "route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "aibox_http_request_seconds", "Seconds until the end of an answer.", ("method", "route"),
            registry=self.registry, buckets=_BUCKETS,
        )  # fmt: skip


class MeasuredRequests:
    """Counts each request under the template of its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, answered = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = template_of(scope) or str(scope.get("root_path") or "none")
            self._metrics.requests.labels(method, route, str(answered)).inc()
            self._metrics.seconds.labels(method, route).observe(time.perf_counter() - started)


class _Work(Collector):
    """What is read at each scrape. A part that is away leaves its own figures out, and only those."""

    def __init__(self, platform: Platform, readiness: Readiness) -> None:
        self._platform, self._readiness = platform, readiness

    def collect(self) -> Iterator[Metric]:
        """All figures as they are now."""
        machine, queues = (self._parts, self._services), (self._queues, self._losses)
        for read in (*machine, *queues, self._files, self._recent, self._webhooks):
            with contextlib.suppress(AIBoxError, RedisError):
                yield from list(read())

    def _parts(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(
            "aibox_part_up", "Whether a part of the installation is well.", labels=["part"]
        )
        for part in self._readiness.look():
            up.add_metric([part.name], part.state == "ok")
        yield up

    def _queues(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("aibox_queue_jobs", "Jobs of a queue by state.", labels=["queue", "state"])
        oldest = GaugeMetricFamily(
            "aibox_queue_oldest_seconds", "For how long the oldest job waits.", labels=["queue"]
        )
        paused = GaugeMetricFamily("aibox_queue_paused", "Whether a queue stands still.", labels=["queue"])
        steps = GaugeMetricFamily("aibox_queue_steps", "Steps that wait for a worker.", labels=["queue"])
        slots = GaugeMetricFamily(
            "aibox_queue_slots", "Steps that the workers can run at once.", labels=["queue"]
        )
        now = datetime.now(UTC)
        for view in see_queues(self._platform, OPERATOR):
            queue = view.stats.queue
            for state in _STATES:
                jobs.add_metric([queue, state], getattr(view.stats, state))
            since = view.stats.oldest
            oldest.add_metric([queue], max(0.0, (now - since).total_seconds()) if since else 0.0)
            paused.add_metric([queue], view.pause is not None)
            if view.steps is not None:
                steps.add_metric([queue], view.steps)
            if view.slots is not None:
                slots.add_metric([queue], view.slots)
        yield from (jobs, oldest, paused, steps, slots)

    def _files(self) -> Iterator[Metric]:
        files = GaugeMetricFamily("aibox_files", "Files by state.", labels=["state"])
        for state, count in self._platform.files.count_by_status().items():
            files.add_metric([str(state)], count)
        yield files

    def _recent(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily(
            "aibox_recent_jobs", f"Jobs by how they ended {_LATELY}.", labels=["asset", "outcome"]
        )
        items = GaugeMetricFamily(
            "aibox_recent_items", f"Chunks, vectors or triples made {_LATELY}.", labels=["asset"]
        )
        work = GaugeMetricFamily(
            "aibox_recent_work_seconds", f"Seconds that these took {_LATELY}.", labels=["asset"]
        )
        each = GaugeMetricFamily(
            "aibox_recent_job_seconds", f"Seconds of a job {_LATELY}.", labels=["asset", "quantile"]
        )
        for recent in read_recent(self._platform.engine):
            for outcome, count in recent.outcomes.items():
                jobs.add_metric([recent.asset, str(outcome)], count)
            items.add_metric([recent.asset], recent.items)
            work.add_metric([recent.asset], recent.seconds)
            for quantile, seconds in zip(QUANTILES, recent.quantiles, strict=False):
                each.add_metric([recent.asset, f"{quantile:g}"], seconds)
        yield from (jobs, items, work, each)

    def _losses(self) -> Iterator[Metric]:
        lost = CounterMetricFamily(
            "aibox_lost_steps", "Steps whose worker died or vanished: leases that ran out.", labels=["queue"]
        )
        with Redis.from_url(self._platform.settings.require_redis_url(), socket_timeout=3) as client:
            for queue, count in read_losses(client).items():
                lost.add_metric([queue], count)
        yield lost

    def _webhooks(self) -> Iterator[Metric]:
        webhooks = GaugeMetricFamily(
            "aibox_webhooks",
            "Webhooks, and those that are told nothing more after failures.",
            labels=["state"],
        )
        deliveries = GaugeMetricFamily(
            "aibox_webhook_deliveries", "What webhooks are told, as far as it is kept.", labels=["state"]
        )
        oldest = GaugeMetricFamily(
            "aibox_webhook_oldest_seconds", "For how long the oldest delivery waits.", labels=[]
        )
        counts = WebhookStore(self._platform.engine).count()
        webhooks.add_metric(["active"], counts.webhooks - counts.stopped)
        webhooks.add_metric(["stopped"], counts.stopped)
        for state in ("waiting", "delivered", "failed"):
            deliveries.add_metric([state], counts.deliveries.get(state, 0))
        since = counts.oldest_waiting
        oldest.add_metric([], max(0.0, (datetime.now(UTC) - since).total_seconds()) if since else 0.0)
        yield from (webhooks, deliveries, oldest)

    def _services(self) -> Iterator[Metric]:
        restarts = CounterMetricFamily(
            "aibox_service_restarts", "Restarts by the supervisor of this machine.", labels=["service"]
        )
        up = GaugeMetricFamily(
            "aibox_service_up", "Whether a process of this machine runs.", labels=["service"]
        )
        for service in status(self._platform.settings.home):
            restarts.add_metric([service.name], service.restarts)
            up.add_metric([service.name], service.state == "running")
        yield from (restarts, up)
