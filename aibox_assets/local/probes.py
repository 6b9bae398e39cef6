"""Whether Dagster's processes answer: one request of their own protocol, bounded in time."""

from __future__ import annotations

import httpx
import psycopg

from aibox_assets.domain.errors import StoreUnavailableError


def ping_webserver(address: str) -> None:
    """GET ``/server_info`` of Dagster's web server, within 3 s."""
    # Over plain HTTP: else each look would read the certificates of all authorities first, 40 ms of CPU.
    httpx.get(f"{address}/server_info", timeout=3, trust_env=False, verify=False).raise_for_status()  # noqa: S501


def ping_api(address: str) -> None:
    """GET ``/health/live`` of our API, within 3 s; on loopback no certificate tells who answers."""
    httpx.get(f"{address}/health/live", timeout=3, trust_env=False, verify=False).raise_for_status()  # noqa: S501


def ping_code_server(port: int) -> None:
    """The gRPC health request, within 3 s; the server listens only after the assets were loaded."""
    import grpc  # here, since every command of the CLI would wait for its import
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        request = health_pb2.HealthCheckRequest(service="DagsterApi")
        answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=3)
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        raise StoreUnavailableError("The code server is up but does not serve.")


def ping_daemon(url: str, since: float) -> None:
    """The daemon wrote a heartbeat after *since* (epoch seconds); it listens nowhere.

    :param url: libpq URL of Dagster's storage.
    """
    with psycopg.connect(url, connect_timeout=2) as connection:
        connection.execute("SET statement_timeout = 2000")
        # Dagster stores UTC without a time zone.
        row = connection.execute(
            "SELECT count(*) FROM daemon_heartbeats WHERE timestamp >= to_timestamp(%s) AT TIME ZONE 'UTC'",
            (since,),
        ).fetchone()
    if not row or not row[0]:
        raise StoreUnavailableError("The daemon has not written a heartbeat yet.")
