"""Cypher that a person writes: read only, bounded in time, rows and size. The database itself refuses a write.

Neo4j refuses it in a transaction of read access. The embedded server knows no such thing, so there the question is
asked by a user who may only read (``local/graph_users.py`` makes it). What reads from files or the network is
refused too: on Neo4j by the plan that the server makes of the text, on the embedded one by its settings.
"""

from __future__ import annotations

import base64
import json
import math
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from aibox_assets.domain.errors import QueryRefusedError, StoreUnavailableError
from aibox_assets.stores.driver import (
    READ_ACCESS,
    ClientError,
    DatabaseError,
    Driver,
    DriverError,
    Neo4jError,
    Node,
    Path,
    Relationship,
    Session,
    TransientError,
)
from aibox_assets.stores.graph_connection import open_driver, query, wrong_setting
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.graph_rows import Row

MAX_ROWS: Final = 10_000
_LARGEST_ANSWER: Final = 16 * 2**20
_EMBEDDED: Final = "ArcadeDB"
_KEPT_BACK: Final = "The request failed. Check the server log"
"""How the embedded server begins where it says the reason to its log alone."""
_PROCEDURES: Final = ("db.labels", "db.propertyKeys", "db.relationshipTypes")


@dataclass(frozen=True, slots=True)
class FreeAnswer:
    """Rows of values that JSON knows.

    :ivar truncated: there were more rows than asked for.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool


class FreeQuestions:
    """Asks one server questions in Cypher. Opens its connections at the first one."""

    def __init__(self, address: GraphAddress) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._drivers: dict[str, Driver] = {}

    def close(self) -> None:
        """Close the connections."""
        for driver in self._drivers.values():
            driver.close()
        self._drivers.clear()

    def ask(self, text: str, parameters: Mapping[str, Any], *, seconds: float, limit: int) -> FreeAnswer:
        """The answer to *text*, within *seconds*.

        :param limit: of rows, up to ``MAX_ROWS``.
        :raises QueryRefusedError: it is no Cypher, would write or reach out of the database, took too long, or its
            answer is too large. :raises StoreUnavailableError: the server is away.
        """
        limit = max(1, min(limit, MAX_ROWS))
        try:
            writer = self._driver(self._address)
            embedded = _EMBEDDED in writer.get_server_info().agent
            driver = self._driver(self._address.reader()) if embedded else writer
            with driver.session(
                database=self._address.database,
                default_access_mode=READ_ACCESS,
                fetch_size=min(limit + 1, 500),
            ) as session:
                if not embedded:
                    _require_harmless(session, text, parameters, seconds)
                    return _run(session, text, parameters, seconds, limit)
                mark = f"/* {uuid4()} */ "
                with self._ended_after(seconds, writer, mark):
                    return _run(session, mark + text, parameters, seconds, limit)
        except (OverflowError, UnicodeError) as error:
            raise QueryRefusedError(
                "A parameter is none that a graph server takes.",
                "Whole numbers have 64 bits, and text is valid Unicode.",
            ) from error
        except TransientError as error:
            raise _refused(error, seconds) from error
        except (Neo4jError, DriverError) as error:
            if (setting := wrong_setting(error, self._address)) is not None:
                raise setting from error
            if isinstance(error, ClientError | DatabaseError):
                raise _refused(error, seconds) from error
            raise StoreUnavailableError(
                f"The graph server at {self._address.uri} did not answer ({type(error).__name__}).",
                "Check that it runs ('aibox doctor'), then ask again.",
            ) from error

    def _driver(self, address: GraphAddress) -> Driver:
        with self._lock:
            if address.user not in self._drivers:
                self._drivers[address.user] = open_driver(address)
            return self._drivers[address.user]

    @contextmanager
    def _ended_after(self, seconds: float, writer: Driver, mark: str) -> Iterator[None]:
        """End the marked question on the embedded server, which does not heed a transaction's time limit."""

        def end() -> None:
            with writer.session(database=self._address.database) as session:
                running = session.run("SHOW TRANSACTIONS").data()
                ids = [
                    row["transactionId"] for row in running if str(row.get("currentQuery")).startswith(mark)
                ]
                session.run(query("TERMINATE TRANSACTIONS $ids"), ids=ids).consume()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _require_harmless(session: Session, text: str, parameters: Mapping[str, Any], seconds: float) -> None:
    """Let Neo4j plan the text, without running it, and look whether it does no more than read the graph."""
    with session.begin_transaction(timeout=seconds) as transaction:
        summary = transaction.run(f"EXPLAIN {text}", dict(parameters)).consume()
    steps = list(_steps(summary.plan))
    if summary.query_type != "r" or not steps:
        raise QueryRefusedError("This question does more than read the graph.", "Ask with MATCH … RETURN …")
    for operator, details in steps:
        if operator == "ProcedureCall" and not details.startswith(tuple(f"{p}(" for p in _PROCEDURES)):
            raise QueryRefusedError(
                f"The procedure {details.partition('(')[0]} may not be called here.",
                f"Procedures that may be called: {', '.join(_PROCEDURES)}.",
            )
        if operator.startswith(("LoadCSV", "Show", "Terminate")):
            raise QueryRefusedError(
                f"{operator} reaches out of the graph.", "Ask with MATCH … RETURN … about the graph alone."
            )


def _steps(plan: Row | None) -> Iterator[tuple[str, str]]:
    """Operator and details of each step of a plan."""
    if plan is not None:
        yield plan["operatorType"].partition("@")[0], str(plan["args"].get("Details") or "")
        for child in plan.get("children", ()):
            yield from _steps(child)


def _run(
    session: Session, text: str, parameters: Mapping[str, Any], seconds: float, limit: int
) -> FreeAnswer:
    with session.begin_transaction(timeout=seconds) as transaction:
        result = transaction.run(text, dict(parameters))
        columns, found, size, truncated = tuple(result.keys()), list[tuple[Any, ...]](), 0, False
        for record in result:
            if truncated := len(found) == limit:
                break
            row = tuple(_plain(value) for value in record.values())
            size += len(json.dumps(row))
            if size > _LARGEST_ANSWER:
                raise QueryRefusedError(
                    f"The answer is larger than {_LARGEST_ANSWER // 2**20} MB.",
                    "Ask for fewer rows or columns.",
                )
            found.append(row)
        changed = result.consume().counters.contains_updates
        # The embedded server looks only here whether this user may change what exists.
        transaction.commit()
        if changed:
            raise _read_only()
        return FreeAnswer(columns, tuple(found), truncated)


def _plain(value: Any) -> Any:
    """*value* as JSON knows it; a node, a relationship and a path by their parts."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case Node():
            return {"labels": sorted(value.labels), "properties": _plain(dict(value))}
        case Relationship():
            ends = [_plain(end) for end in value.nodes]
            return {
                "type": value.type,
                "start": ends[0],
                "end": ends[1],
                "properties": _plain(dict(value)),
            }
        case Path():
            return {
                "nodes": [_plain(node) for node in value.nodes],
                "relationships": [
                    {"type": step.type, "properties": _plain(dict(step))} for step in value.relationships
                ],
            }
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() if type(value) in (list, tuple):
            return [_plain(item) for item in value]
        case _ if hasattr(value, "iso_format"):
            return value.iso_format()
        case tuple():  # a point
            return {"srid": getattr(value, "srid", None), "coordinates": [float(part) for part in value]}
        case _:
            return str(value)


def _refused(error: Neo4jError, seconds: float) -> QueryRefusedError:
    """Why the server did not answer, in its words where it says any."""
    code = error.code or ""
    if "TimedOut" in code or "Terminated" in code:
        return QueryRefusedError(
            f"The question took longer than {seconds:g} s.", "Ask for less, or start from a key or a name."
        )
    if "AccessMode" in code or "Forbidden" in code:
        return _read_only()
    said = (error.message or "").splitlines()
    if said and said[0].startswith(_KEPT_BACK):
        return QueryRefusedError(
            "The graph server does not understand the question.",
            "Correct the Cypher: 'aibox logs graph' says where, at its end.",
        )
    if code.endswith("SyntaxError") or code.startswith("Neo.ClientError.Statement"):
        return QueryRefusedError(
            f"The graph server does not understand the question ({said[0][:300] if said else code}).",
            "Correct the Cypher.",
        )
    return QueryRefusedError(
        f"The graph server did not answer the question ({code}).", "Ask with MATCH … RETURN …"
    )


def _read_only() -> QueryRefusedError:
    return QueryRefusedError(
        "The graph server refused this: questions may only read the graph.", "Ask with MATCH … RETURN …"
    )
