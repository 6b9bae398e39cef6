"""The whole graph out of one server and into another, of either kind: plain rows over Bolt.

Labels and relationship types cannot be bound; those of a file are taken only if they look as ours do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final

from aibox_assets.domain.errors import PermanentError, StoreUnavailableError
from aibox_assets.stores.driver import (
    READ_ACCESS,
    DriverError,
    GraphDatabase,
    Neo4jError,
    NotificationMinimumSeverity,
    Session,
)
from aibox_assets.stores.graph_connection import GraphConnection, query, rows
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.graph_rows import Row

_NODES: Final = "MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties"
_RELATIONSHIPS: Final = (
    "MATCH (a)-[r]->(b) RETURN type(r) AS type, labels(a)[0] AS from_label, coalesce(a.key, a.id) AS from_key, "
    "labels(b)[0] AS to_label, coalesce(b.key, b.id) AS to_key, properties(r) AS properties"
)
_LABEL: Final = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")
_TYPE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_BATCH: Final = 2000
_FETCH: Final = 2000


def read_nodes(address: GraphAddress) -> Iterator[Row]:
    """Every node of ours: ``label``, ``key`` (its ``key`` or ``id``) and ``properties``."""
    for row in _stream(address, _NODES):
        label, properties = _label(row["labels"]), row["properties"]
        key = "key" if "key" in properties else "id"
        if label and key in properties:
            yield {"label": label, "by": key, "properties": properties}


def read_relationships(address: GraphAddress) -> Iterator[Row]:
    """Every relationship between two of them."""
    for row in _stream(address, _RELATIONSHIPS):
        if row["from_key"] is not None and row["to_key"] is not None:
            yield row


def is_empty(address: GraphAddress) -> bool:
    """Whether there is no node at all."""
    return not list(_stream(address, "MATCH (n) RETURN 1 AS one LIMIT 1"))


def write_nodes(connection: GraphConnection, nodes: Iterable[Row], told: Callable[[int], None]) -> None:
    """Put nodes into a graph that has our constraints; may be repeated."""
    for (label, by), part in _parts(nodes, lambda row: (row["label"], row["by"]), told):
        _require(_LABEL, label)
        if by not in ("key", "id"):
            raise _foreign(by)
        text = f"UNWIND $rows AS row MERGE (n:{label} {{{by}: row.properties.{by}}}) SET n += row.properties"
        _write(connection, text, part)


def write_relationships(
    connection: GraphConnection, found: Iterable[Row], told: Callable[[int], None]
) -> None:
    """Put relationships between nodes that are there; not to be repeated."""

    def kind(row: Row) -> tuple[str, str, str]:
        return (row["type"], row["from_label"], row["to_label"])

    for (type_, start, end), part in _parts(found, kind, told):
        _require(_TYPE, type_)
        for label in (start, end):
            _require(_LABEL, label)
        text = (
            f"UNWIND $rows AS row MATCH (a:{start} {{{_by(start)}: row.from_key}}) "
            f"MATCH (b:{end} {{{_by(end)}: row.to_key}}) CREATE (a)-[r:`{type_}`]->(b) SET r += row.properties"
        )
        _write(connection, text, part)


def _write(connection: GraphConnection, text: str, part: list[Row]) -> None:
    connection.write(lambda transaction: rows(transaction, text, rows=part))


def _parts(
    found: Iterable[Row], kind: Callable[[Row], Any], told: Callable[[int], None]
) -> Iterator[tuple[Any, list[Row]]]:
    """Rows of one kind at a time, in the order in which they come, at most so many."""
    done = 0
    for key, group in groupby(found, kind):
        part: list[Row] = []
        for row in group:
            part.append(row)
            if len(part) == _BATCH:
                yield key, part
                done += len(part)
                told(done)
                part = []
        if part:
            yield key, part
            done += len(part)
            told(done)


def _by(label: str) -> str:
    """By which property nodes of a label are known."""
    return "id" if label in ("Chunk", "File") else "key"


def _label(labels: list[str]) -> str | None:
    """The one label of a node of ours; None for what another program left."""
    return labels[0] if len(labels) == 1 and _LABEL.fullmatch(labels[0]) else None


def _require(form: re.Pattern[str], name: object) -> None:
    if not isinstance(name, str) or not form.fullmatch(name):
        raise _foreign(name)


def _foreign(name: object) -> PermanentError:
    return PermanentError(f"{name!r} is no name of a graph of ours.", "Take another backup.")


def _stream(address: GraphAddress, text: str) -> Iterator[Row]:
    """The rows of one read, as they come: a graph may be larger than our memory."""
    try:
        with _session(address) as session:
            for record in session.run(query(text)):
                yield record.data()
    except (Neo4jError, DriverError) as error:
        said = (getattr(error, "message", None) or str(error)).splitlines()[0]
        raise StoreUnavailableError(
            f"The graph server at {address.uri} did not do its work ({said}).", "See 'aibox doctor'."
        ) from error


@contextmanager
def _session(address: GraphAddress) -> Iterator[Session]:
    with (
        GraphDatabase.driver(
            address.uri,
            auth=(address.user, address.password),
            connection_timeout=5,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        ) as driver,
        driver.session(
            database=address.database, default_access_mode=READ_ACCESS, fetch_size=_FETCH
        ) as session,
    ):
        yield session
