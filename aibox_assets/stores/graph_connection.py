"""Transactions over the official ``neo4j`` driver, with errors of our own and bounded retries."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError
from aibox_assets.stores.driver import (
    READ_ACCESS,
    WRITE_ACCESS,
    AuthError,
    ClientError,
    ConstraintError,
    Driver,
    DriverError,
    GraphDatabase,
    Neo4jError,
    NotificationMinimumSeverity,
    Query,
    Session,
    Transaction,
)
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.locks import GraphLock

T = TypeVar("T")

_TRANSACTION_SECONDS = 60.0
"""After this long Neo4j gives up a transaction, and with it the locks of a writer that was paused."""
_LONGEST_PAUSE = 2.0
_SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})


class GraphConnection:
    """A pool of connections to one graph server; nothing is opened before the first use.

    Make it in the process that uses it: a pool does not survive a fork.
    """

    def __init__(self, address: GraphAddress, lock: GraphLock, retry_seconds: float) -> None:
        self._address = address
        self._lock = lock
        self._retry_seconds = retry_seconds
        self._driver = open_driver(address)

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, work: Callable[[Transaction], T], *, retry_seconds: float | None = None) -> T:
        """The result of *work* in a read transaction.

        :raises StoreUnavailableError: no answer within *retry_seconds* (default: the connection's) of tries.
        :raises ConfigurationError: the user, the password or the database is wrong.
        """
        seconds = self._retry_seconds if retry_seconds is None else retry_seconds
        return self._retried(
            lambda session, _: _in_transaction(session, work, _at_once), READ_ACCESS, self._reading, seconds
        )

    def glance(self, work: Callable[[Transaction], T]) -> T:
        """The result of *work* in a read transaction, tried once and without the lock: a commit may be seen in parts.

        :raises StoreUnavailableError, ConfigurationError: as :meth:`read`.
        """
        return self._retried(
            lambda session, _: _in_transaction(session, work, _at_once),
            READ_ACCESS,
            lambda: nullcontext(_at_once),
            0,
        )

    @contextmanager
    def _reading(self) -> Iterator[Callable[[], None]]:
        with self._lock.reading():
            yield _at_once

    def write(self, work: Callable[[Transaction], T], *, finish: Callable[[], None] | None = None) -> T:
        """The result of *work* in a write transaction under the lock. *work* may run more than once, whole.

        :param finish: called after the commit, still under the lock.
        :raises StoreUnavailableError: not committed within the bound on retries.
        """

        def write(session: Session, before_commit: Callable[[], None]) -> T:
            result = _in_transaction(session, work, before_commit)
            if finish is not None:
                finish()
            return result

        return self._retried(
            write,
            WRITE_ACCESS,
            self._lock.writing,
            self._retry_seconds,
        )

    def execute(self, statements: list[str]) -> None:
        """Schema statements, each in a transaction of its own (Neo4j mixes them with no other)."""

        def work(session: Session, _: Callable[[], None]) -> None:
            for statement in statements:
                session.run(query(statement)).consume()

        self._retried(work, WRITE_ACCESS, self._lock.writing, self._retry_seconds)

    def ping(self) -> None:
        """Read one row, once, without the lock.

        :raises StoreUnavailableError: it does not answer. :raises ConfigurationError: it refuses us.
        """
        self._retried(
            lambda session, _: session.run("RETURN 1").consume(),
            READ_ACCESS,
            lambda: nullcontext(_at_once),
            0,
        )

    def _retried(
        self,
        work: Callable[[Session, Callable[[], None]], T],
        access: str,
        lock: Callable[[], AbstractContextManager[Callable[[], None]]],
        seconds: float,
    ) -> T:
        """Run *work* until it succeeds, with growing pauses outside the lock.

        The driver's own ``execute_write`` does not retry ``ConstraintError``, which is how the embedded
        server reports two transactions that merged one key.

        :param seconds: of trying; the time that other writers hold the lock is not counted.
        """
        give_up = time.monotonic() + seconds
        pause = 0.05
        while True:
            asked = time.monotonic()
            try:
                with lock() as before_commit:
                    give_up += time.monotonic() - asked
                    with self._driver.session(
                        database=self._address.database, default_access_mode=access
                    ) as session:
                        return work(session, before_commit)
            except (Neo4jError, DriverError) as error:
                if not (error.is_retryable() or isinstance(error, ConstraintError)):
                    raise (wrong_setting(error, self._address) or error) from error
                if time.monotonic() + pause > give_up:
                    raise self._unavailable(error) from error
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  # spreads retries, guards nothing
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _unavailable(self, error: Exception) -> StoreUnavailableError:
        return StoreUnavailableError(
            f"The graph server at {self._address.uri} did not do its work ({_first_line(error)}).",
            "Check that it runs ('aibox doctor'); the work is tried again.",
        )


def wrong_setting(error: Exception, address: GraphAddress) -> ConfigurationError | None:
    """A refused user or database as the wrong setting that it is; None for any other error."""
    where = f"The graph server at {address.uri}"
    if isinstance(error, AuthError) or "AuthenticationRateLimit" in str(getattr(error, "code", "")):
        return ConfigurationError(
            f"{where} refused user {address.user!r} ({_first_line(error)}).",
            "Correct NEO4J_USER and NEO4J_PASSWORD.",
        )
    if isinstance(error, ClientError) and "Database" in str(error.code):
        return ConfigurationError(
            f"{where} has no database {address.database!r} ({_first_line(error)}).",
            "Correct NEO4J_DATABASE.",
        )
    return None


def open_driver(address: GraphAddress) -> Driver:
    """A driver; nothing is connected yet.

    :raises ConfigurationError: the address is none.
    """
    try:
        # The driver also takes http://, but warns, and then lacks a library.
        if urlsplit(address.uri).scheme not in _SCHEMES:
            raise ValueError(f"it must start with one of {', '.join(sorted(_SCHEMES))}")
        return GraphDatabase.driver(
            address.uri,
            auth=(address.user, address.password),
            connection_timeout=5,
            connection_acquisition_timeout=10,
            liveness_check_timeout=30,
            # A query over a relation that no file states yet is no mistake, and a server without these
            # indexes is told to make them. Errors come as exceptions, whatever is said here.
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )
    except (ValueError, DriverError) as error:
        raise ConfigurationError(
            f"NEO4J_URI {address.uri!r} is no graph address: {error}.", "Write it as bolt://HOST:PORT."
        ) from error


def query(text: str) -> Query:
    """*text* for the driver, whose type asks for literals; ours are all built by ``cypher.py``."""
    return Query(text)


def rows(transaction: Transaction, text: str, **parameters: Any) -> list[dict[str, Any]]:
    """The result of one statement, which returns values and neither nodes nor relationships."""
    found = transaction.run(text, parameters)
    names = found.keys()
    return [dict(zip(names, record.values(), strict=True)) for record in found]


def _in_transaction(
    session: Session, work: Callable[[Transaction], T], before_commit: Callable[[], None]
) -> T:
    with session.begin_transaction(timeout=_TRANSACTION_SECONDS) as transaction:
        result = work(transaction)
        before_commit()
        transaction.commit()
        return result


def _at_once() -> None:
    """Nothing to wait for before this commit."""


def _first_line(error: Exception) -> str:
    message = getattr(error, "message", None) or str(error)
    return f"{type(error).__name__}: {message.splitlines()[0][:200] if message else ''}"
