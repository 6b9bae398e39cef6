"""A trace of each file at a receiver of OpenTelemetry, and how events become its spans."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SentSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status as SentStatus
from sqlalchemy import Engine

from aibox_assets.domain.errors import MalformedDocumentError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.traces import spans_of
from aibox_assets.settings import Settings
from aibox_assets.stores.events import EventKind, FileEvent
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import make_all, sent

Received = queue.Queue[list[SentSpan]]


class Receiver(ThreadingHTTPServer):
    """What takes traces, as a collector does."""

    received: Received


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        request = ExportTraceServiceRequest()
        request.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.put(
            [s for of in request.resource_spans for each in of.scope_spans for s in each.spans]
        )
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Not on the terminal."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(("127.0.0.1", 0), _Handler) as server:
        server.received = queue.Queue()
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(settings: Settings, receiver: Receiver) -> Settings:
    address = f"http://127.0.0.1:{receiver.server_port}"
    return settings.model_copy(update={"traces_endpoint": address})


def attributes(span: SentSpan) -> dict[str, Any]:
    return {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in span.attributes}


@pytest.mark.integration
def test_each_file_is_a_trace_from_upload_to_last_asset(
    signed_in: Client, platform: Platform, engine: Engine, receiver: Receiver
) -> None:
    eve = signed_in("eve")
    _wait_until_followed(engine)
    made, broken = sent(eve, "a.txt"), sent(eve, "b.txt", b"other")
    make_all(platform, made)
    platform.lifecycle.request([broken], ASSETS, "batch")
    platform.lifecycle.start(CHUNKS, [broken], "run")
    platform.lifecycle.fail(CHUNKS, {broken: MalformedDocumentError("Broken.", "Mend it.")}, "batch")
    spans: dict[str, list[SentSpan]] = {}
    while set(spans) != {made, broken}:
        for span in receiver.received.get(timeout=30):
            spans.setdefault(attributes(span)["aibox.file_id"], []).append(span)
    whole, *tries = spans[made]
    assert [span.name for span in tries] == list(ASSETS)
    assert {span.trace_id for span in spans[made]} == {whole.trace_id} != {spans[broken][0].trace_id}
    for span in tries:
        assert span.parent_span_id == whole.span_id
        assert whole.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span.end_time_unix_nano <= whole.end_time_unix_nano
        assert attributes(span)["aibox.run_id"] == f"run-of-{span.name}"
        assert attributes(span)["aibox.items"] == 4
    failed = spans[broken]
    assert [(s.name, s.status.code, s.status.message) for s in failed] == [
        (name, SentStatus.STATUS_CODE_ERROR, "Broken.") for name in ("file", CHUNKS)
    ]


def _wait_until_followed(engine: Engine) -> None:
    """Until the API's thread has taken its lock."""
    deadline = 300
    with engine.connect() as connection:
        while not connection.exec_driver_sql(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 6386802"
        ).scalar():
            deadline -= 1
            assert deadline
            connection.exec_driver_sql("SELECT pg_sleep(0.1)")


def event(seq: int, kind: EventKind, asset: str | None = None, **data: Any) -> FileEvent:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seq)
    return FileEvent(seq, "f", "eve", asset, kind, at, data)


def test_a_try_that_was_broken_off_is_a_span_of_its_own() -> None:
    spans = spans_of(
        [
            event(1, EventKind.TAKEN_IN),
            event(3, EventKind.STARTED, CHUNKS, run_id="r1"),
            event(4, EventKind.INTERRUPTED, CHUNKS, error="The worker died."),
            event(7, EventKind.STARTED, CHUNKS, run_id="r2"),
            event(9, EventKind.MADE, CHUNKS, items=2, seconds=1.5),
            event(9, EventKind.FINISHED),
        ]
    )
    assert [(s.name, s.error) for s in spans] == [
        ("file", None),
        (CHUNKS, "The worker died."),
        (CHUNKS, None),
    ]
    assert [s.attributes["aibox.waited_seconds"] for s in spans[1:]] == [2.0, 3.0]
    assert len({s.id for s in spans}) == 3


def test_what_was_made_while_another_failed_is_told_with_the_next_work() -> None:
    events = [
        event(1, EventKind.TAKEN_IN),
        event(2, EventKind.STARTED, EMBEDDINGS),
        event(3, EventKind.STARTED, CHUNKS),
        event(4, EventKind.FAILED, CHUNKS, error="No."),
    ]
    assert [(s.name, s.error) for s in spans_of(events)] == [("file", "No."), (CHUNKS, "No.")]
    events += [event(5, EventKind.MADE, EMBEDDINGS), event(6, EventKind.FINISHED)]
    later = spans_of(events)
    assert [s.name for s in later] == ["file", EMBEDDINGS]
    assert later[0].trace != spans_of(events[:4])[0].trace
    assert spans_of(events[:3]) == []
