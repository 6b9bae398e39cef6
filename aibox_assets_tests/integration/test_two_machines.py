"""Two homes as two machines have them: they share servers of a person's own, and the tables are in an object store.

Nothing is collected here where there is no Neo4j, but where ``CI`` is set; see ``stores/graph_servers.py``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from aibox_assets.local.embedded import running_postgres, running_redis
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.stores.graph_servers import graph_servers, running_neo4j

FILES = 40
QUEUES = ("vectorization", "kg_extraction")
TEXT = """Meridian Optics, founded in {year} by Elena Fischer in Rotterdam, makes lenses for telescopes.
In {year} the company opened a laboratory in Kyoto. Elena Fischer, its chief executive, said that Meridian Optics
works with Halvorsen Instruments, whose office is in Bergen, Norway. Report number {number}."""


class ObjectStore:
    """A server that speaks S3, and one bucket of it."""

    def __init__(self, address: str) -> None:
        self.settings = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AIBOX_STORAGE": "s3://tables/aibox",
        }
        self._client = boto3.client(
            "s3",
            endpoint_url=address,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
        )
        self._client.create_bucket(Bucket="tables")

    def tables(self, asset: str) -> set[str]:
        """The keys of all tables of an asset."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket="tables", Prefix=f"aibox/{asset}/"
        )
        return {each["Key"] for page in pages for each in page.get("Contents", ())}


@contextmanager
def running_s3() -> Iterator[ObjectStore]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield ObjectStore(f"http://{host}:{port}")
    finally:
        server.stop()


@contextmanager
def folder() -> Iterator[Path]:
    """Not pytest's: as root, Postgres runs as another user, who cannot reach that."""
    with tempfile.TemporaryDirectory(prefix="aibox-test-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


@contextmanager
def machines(tmp_path: Path) -> Iterator[tuple[RealHome, RealHome, ObjectStore]]:
    """Two homes with the same settings, and a database in which ours and Dagster's tables are together."""
    with (
        folder() as place,
        running_postgres(place / "postgres") as database,
        running_redis(place / "redis") as broker,
        running_neo4j(tmp_path) as graph,
        running_s3() as store,
    ):
        servers = {
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "NEO4J_URI": graph.uri,
            "NEO4J_USER": graph.user,
            "NEO4J_PASSWORD": graph.password,
        }
        homes = [RealHome(AIBOX_SETTLE_SECONDS="0.5", **servers, **store.settings) for _ in range(2)]
        try:
            homes[0].up()
            yield homes[0], homes[1], store
        finally:
            for home in reversed(homes):
                home.destroy()


if "neo4j" in graph_servers():

    @pytest.mark.stack
    @pytest.mark.timeout(900)
    def test_a_second_machines_worker_does_its_share(tmp_path: Path) -> None:
        with machines(tmp_path) as (first, second, store):
            second.run("workers", "start", "--name", "second", "--queues", ",".join(QUEUES))
            try:
                share_work(first, second, store)
            finally:
                second.run("workers", "stop", "second")


def share_work(first: RealHome, second: RealHome, store: ObjectStore) -> None:
    """Files come to the first machine; both begin on their vectors and triples at once."""
    with httpx.Client(base_url=f"{first.api}/api/v1", headers=first.key(), timeout=60) as api:
        for queue in QUEUES:
            api.post(f"/queues/{queue}/pause", json={"reason": "Until all are cut."}).raise_for_status()
        paths = [first.drop(f"{n}.txt", TEXT.format(year=1900 + n, number=n)) for n in range(FILES)]
        eventually(lambda: len(store.tables("chunks")) == FILES)
        for queue in QUEUES:
            api.post(f"/queues/{queue}/resume").raise_for_status()
    assert {file["status"] for file in first.wait(paths).values()} == {"finished"}
    assert len(store.tables("kg_triples")) == FILES
    assert second.json("search", "Who makes lenses for telescopes?")
    done = (second.path / "logs" / "worker-second.log").read_text(encoding="utf-8")
    assert "embeddings: " in done or "kg_triples: " in done, done
    (first.inbox / paths[0]).unlink()
    eventually(lambda: len(store.tables("chunks")) == FILES - 1)


def eventually(holds: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.5)
