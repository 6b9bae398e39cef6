"""Sends a trace of each file whose work is over to an OpenTelemetry endpoint, beside the requests."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags

from aibox_assets.api.beside import Beside
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.resources.platform import Platform
from aibox_assets.services.traces import Span, is_over, spans_of

AT_ONCE: Final = 500
_EVENTS: Final = 1000
"""Of a file, the last ones."""
_SECONDS: Final = 10
_SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_log = logging.getLogger(__name__)


class TraceSender(Beside):
    """Follows the events. What ends while no process follows them is not told."""

    name = "traces"
    lock = 0x61_74_72  # "atr"

    def __init__(self, platform: Platform, endpoint: str) -> None:
        super().__init__(platform)
        self._exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_SECONDS)
        self._resource = Resource.create({"service.name": "aibox"})
        self._since = ""

    def prepare(self) -> None:
        """Follow from this moment on."""
        self._since = self._platform.feed.now()

    def look(self) -> bool:
        """Send the traces of what ended since the last look."""
        until = self._platform.feed.now()
        if until != self._since:
            for part in self._platform.feed.between(self._since, until):
                self._send({fed.event.file_id for fed in part if is_over(fed.event)})
            self._since = until
        return False

    def stop(self) -> None:
        """End, also what is tried again."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]
        super().stop()

    def _send(self, ids: set[str]) -> None:
        spans: list[ReadableSpan] = []
        for id_ in sorted(ids):
            events = self._platform.events.recent(id_, OPERATOR, _EVENTS)
            spans += [self._readable(span) for span in spans_of(events)]
        for at in range(0, len(spans), AT_ONCE):
            self._export(spans[at : at + AT_ONCE])

    def _export(self, spans: Sequence[ReadableSpan]) -> None:
        if self._exporter.export(spans) is not SpanExportResult.SUCCESS:
            _log.warning("%d spans were not taken by the endpoint of traces.", len(spans))

    def _readable(self, span: Span) -> ReadableSpan:
        return ReadableSpan(
            span.name,
            _context(span.trace, span.id),
            _context(span.trace, span.parent) if span.parent else None,
            self._resource,
            span.attributes,
            status=Status(StatusCode.ERROR, span.error) if span.error else Status(StatusCode.OK),
            start_time=_nanoseconds(span.start),
            end_time=_nanoseconds(span.end),
        )


def _context(trace: bytes, span: bytes) -> SpanContext:
    return SpanContext(int.from_bytes(trace), int.from_bytes(span), is_remote=False, trace_flags=_SAMPLED)


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000
