"""Each embedded server: answers, refuses a wrong password, loopback only, keeps its data, side by side."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import neo4j
import psutil
import psycopg
import pytest
import redis
from neo4j.exceptions import AuthError

from aibox_assets.local.embedded import running, running_graph, running_postgres, running_redis
from aibox_assets.local.graph import GraphServer
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.process import free_port
from aibox_assets.local.redis import RedisServer

pytestmark = pytest.mark.integration


def listening(port: int) -> set[str]:
    """The addresses on which anything listens at *port*."""
    return {
        connection.laddr.ip
        for connection in psutil.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    }


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[PostgresServer]:
    import shutil

    server = PostgresServer(tmp_path / "pg", free_port(), "right")
    yield server
    shutil.rmtree(server.data.parent, ignore_errors=True)


def test_postgres_keeps_rows_refuses_strangers_and_has_pgvector(cluster: PostgresServer) -> None:
    with running(cluster):
        with psycopg.connect(cluster.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT '[1,2]'::vector AS v")
        with psycopg.connect(cluster.url("dagster")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(cluster.url().replace("right", "wrong"))
        assert listening(cluster.port) == {"127.0.0.1"}
    with running(cluster), psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    assert listening(cluster.port) == set()


def test_postgres_that_waits_for_its_clients_to_go_is_to_be_replaced(cluster: PostgresServer) -> None:
    with running(cluster), psycopg.connect(cluster.url()):
        assert cluster.look() is None
        pid = int((cluster.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if cluster.look() is not None:
                break
            time.sleep(0.1)
        assert "waits for those who are connected" in (cluster.look() or "")


def test_postgres_starts_over_the_lock_of_a_killed_server(cluster: PostgresServer) -> None:
    with running(cluster):
        pass
    # As after a reboot: the number in the lock is that of a live process which is no Postgres of ours.
    (cluster.data / "postmaster.pid").write_text(f"{psutil.Process().pid}\n{cluster.data}\n")
    with running(cluster):
        cluster.ping()


def test_postgres_url_of_the_person_does_not_leak_in(
    cluster: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGPORT", "1")
    with running(cluster):
        cluster.ping()


def test_redis_keeps_keys_and_refuses_strangers(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "a folder", free_port(), "right")
    with running(server), redis.Redis.from_url(server.url()) as client:
        client.set("kept", "yes")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        with redis.Redis(port=server.port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        with (
            redis.Redis(port=server.port, password="wrong") as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
        assert listening(server.port) == {"127.0.0.1"}
    with running(server), redis.Redis.from_url(server.url()) as client:
        assert client.get("kept") == b"yes"
    assert (server.folder / "redis.conf").stat().st_mode & 0o077 == 0


def test_graph_keeps_nodes_and_refuses_strangers(tmp_path: Path) -> None:
    bolt = free_port()
    server = GraphServer(tmp_path / "a folder", bolt, free_port(frozenset({bolt})), "right-password")
    address = server.address
    with running(server):
        with neo4j.GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
            driver.execute_query("CREATE (:Entity {key: '鍵'})", database_=address.database)
        with (
            neo4j.GraphDatabase.driver(address.uri, auth=(address.user, "wrong-password")) as driver,
            pytest.raises(AuthError),
        ):
            driver.verify_connectivity()
        # Java listens on IPv6 sockets for IPv4 addresses too, mapped.
        for port in (server.port, server.http_port):
            assert listening(port) <= {"127.0.0.1", "::ffff:127.0.0.1"}
            assert listening(port)
    with (
        running(server),
        neo4j.GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver,
    ):
        rows = driver.execute_query("MATCH (e:Entity) RETURN e.key AS key", database_=address.database)
        assert [row["key"] for row in rows.records] == ["鍵"]


def test_no_password_shows_in_the_process_list(tmp_path: Path) -> None:
    redis_server = RedisServer(tmp_path / "redis", free_port(), "hidden-secret")
    graph = GraphServer(tmp_path / "graph", free_port(), free_port(), "hidden-secret")
    redis_server.prepare()
    graph.prepare()
    postgres = PostgresServer(tmp_path / "pg", free_port(), "hidden-secret")
    for server in (redis_server, graph, postgres):
        assert "hidden-secret" not in " ".join(server.command().argv)


def test_two_of_each_side_by_side(tmp_path: Path) -> None:
    with ExitStack() as stack:
        databases = [stack.enter_context(running_postgres(tmp_path / f"pg{n}")) for n in (1, 2)]
        queues = [stack.enter_context(running_redis(tmp_path / f"redis{n}")) for n in (1, 2)]
        graphs = [stack.enter_context(running_graph(tmp_path / f"graph{n}")) for n in (1, 2)]
        assert len({urlsplit(url).port for url in [*databases, *queues, *(g.uri for g in graphs)]}) == 6
        with redis.Redis.from_url(queues[0]) as one, redis.Redis.from_url(queues[1]) as other:
            one.set("key", "one")
            assert other.get("key") is None
