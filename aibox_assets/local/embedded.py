"""One embedded server in a given folder, for as long as a ``with`` block lasts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from aibox_assets.local.graph import GraphServer
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.process import Command, free_port, start, stop, wait_until
from aibox_assets.local.redis import RedisServer
from aibox_assets.stores.graph_records import GraphAddress

__all__ = ["EmbeddedServer", "running", "running_graph", "running_postgres", "running_redis"]

_PASSWORD = "embedded-secret"  # noqa: S105  # of throw-away servers on loopback; a home makes its own


class EmbeddedServer(Protocol):
    """How one of our servers is made ready, run, probed and filled; every verb may be repeated."""

    @property
    def folder(self) -> Path:
        """Where its data is."""

    def prepare(self) -> None:
        """Before it starts."""

    def command(self) -> Command:
        """How to run it in the foreground."""

    def ping(self) -> None:
        """Raise unless it answers a request of its own protocol; bounded in time."""

    def finish(self) -> None:
        """After it first answers."""


@contextmanager
def running(server: EmbeddedServer, *, seconds: float = 60) -> Iterator[None]:
    """Run *server*; its output goes to ``server.log`` in its folder."""
    server.prepare()
    log, command = server.folder / "server.log", server.command()
    with log.open("ab") as output:
        process = start(command, output)
    try:
        wait_until(server.ping, process, type(server).__name__, log, seconds)
        server.finish()
        yield
    finally:
        stop(process, command, 20)


@contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """Postgres with pgvector; yields the libpq URL of its database ``aibox``.

    As root, data that had to lie outside of *folder* is removed at the end.
    """
    server = PostgresServer(folder, free_port(), _PASSWORD)
    try:
        with running(server):
            yield server.url()
    finally:
        if not server.data.is_relative_to(folder):
            shutil.rmtree(server.data.parent, ignore_errors=True)


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Redis; yields the URL of its database 0."""
    server = RedisServer(folder, free_port(), _PASSWORD)
    with running(server):
        yield server.url()


@contextmanager
def running_graph(folder: Path) -> Iterator[GraphAddress]:
    """The embedded Bolt server."""
    bolt = free_port()
    server = GraphServer(folder, bolt, free_port(frozenset({bolt})), _PASSWORD)
    with running(server):
        yield server.address
