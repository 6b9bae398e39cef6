"""Postgres: whether it answers, takes writes, has pgvector and this release's tables, and has the right time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from psycopg import Connection

from aibox_assets.domain.errors import ConfigurationError, first_line
from aibox_assets.local.doctor.findings import Case, Finding, NotAskedError, ok, problem, warning
from aibox_assets.local.doctor.redis import judge_clock
from aibox_assets.settings import with_driver
from aibox_assets.stores.database import MIN_PGVECTOR, NEWER_RELEASE, known_revisions

_CONNECT_SECONDS: Final = 6
"""Three were too few beside eight other processes on two cores: a good server was a problem."""
_STATEMENT_SECONDS: Final = 3
_CREDENTIALS: Final = "Correct DATABASE_URL in the environment or .env."


@contextmanager
def connected(case: Case) -> Iterator[Connection[tuple[Any, ...]]]:
    """A connection to our database.

    :raises NotAskedError: Postgres does not answer, which :func:`answers` says.
    """
    try:
        with connect(case.settings.require_database_url()) as connection:
            yield connection
    except (ConfigurationError, psycopg.OperationalError) as error:
        raise NotAskedError from error


def connect(url: str) -> Connection[tuple[Any, ...]]:
    """A connection that waits for nothing longer than a few seconds.

    :param url: of SQLAlchemy or libpq.
    """
    libpq = with_driver(url, "psycopg").replace("+psycopg", "", 1)
    connection = psycopg.connect(libpq, connect_timeout=_CONNECT_SECONDS, autocommit=True)
    connection.execute("SELECT set_config('statement_timeout', %s, false)", (f"{_STATEMENT_SECONDS}s",))
    return connection


def answers(case: Case) -> Iterator[Finding]:
    """Our database and Dagster's are there and let us in."""
    try:
        urls = {
            "DATABASE_URL": case.settings.require_database_url(),
            "AIBOX_DAGSTER_DATABASE_URL": case.settings.require_dagster_database_url(),
        }
    except ConfigurationError as error:
        yield warning(error.reason, error.remedy)
        return
    for name, url in urls.items():
        place = urlsplit(url).netloc.rpartition("@")[2]
        what = "Postgres" if name == "DATABASE_URL" else "Dagster's Postgres"
        try:
            with connect(url) as connection:
                version = connection.info.server_version
        except psycopg.OperationalError as error:
            said = first_line(error)
            yield problem(f"{what} at {place} does not let us in: {said}.", _remedy(case, name, said))
            if name == "DATABASE_URL":
                return  # the other one is nearly always the same server
        else:
            yield ok(f"{what} answers at {place}, as {version // 10000}.{version % 10000}.")


def takes_writes(case: Case) -> Iterator[Finding]:
    """It is no standby, and not set to be read only; connections are left."""
    with connected(case) as connection:
        standby, read_only, used, most = _row(
            connection,
            """SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
                (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                current_setting('max_connections')::int""",
        )
    if standby:
        yield problem("Postgres is a standby, which takes no writes.", "Let DATABASE_URL name the primary.")
    elif read_only:
        yield problem(
            "Postgres is set to be read only for us.",
            "ALTER DATABASE <database> SET default_transaction_read_only = off, and the same for the role",
        )
    else:
        yield ok("Postgres takes writes.")
    if used > 0.9 * most:
        yield warning(
            f"{used} of {most} connections of Postgres are taken.", "Raise max_connections, and restart it."
        )


def has_pgvector(case: Case) -> Iterator[Finding]:
    """The extension is there, and new enough."""
    with connected(case) as connection:
        row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
        offered = connection.execute(
            "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"
        ).fetchone()
    need = ".".join(map(str, MIN_PGVECTOR))
    if row is None and offered is None:
        yield problem(
            "This Postgres has no pgvector.",
            f"Install pgvector {need} or later on its machine, then: aibox migrate",
        )
    elif row is None:
        yield problem(
            "The extension pgvector is not in our database.",
            "aibox migrate, or where its user may not, as a superuser in that database: CREATE EXTENSION vector",
        )
    elif tuple(int(part) for part in row[0].split(".")[:2]) < MIN_PGVECTOR:
        yield problem(
            f"pgvector {row[0]} is too old; {need} is needed.",
            "Install a newer one, then as a superuser: ALTER EXTENSION vector UPDATE",
        )
    else:
        yield ok(f"pgvector {row[0]} is there.")


def has_our_tables(case: Case) -> Iterator[Finding]:
    """The tables are those of this release."""
    known = known_revisions()
    with connected(case) as connection:
        (table,) = _row(connection, "SELECT to_regclass('aibox.alembic_version') IS NOT NULL")
        row = (
            connection.execute("SELECT version_num FROM aibox.alembic_version").fetchone() if table else None
        )
    if row is None:
        yield problem("Our tables are not in the database.", "aibox migrate (aibox up does it, too)")
    elif row[0] == known[0]:
        yield ok(f"The tables are those of this release ({row[0]}).")
    elif row[0] in known:
        yield problem(
            f"The tables are of an older release ({row[0]}; this one has {known[0]}).", "aibox migrate"
        )
    else:
        yield problem(
            f"The tables are of a newer release ({row[0]}; this one knows up to {known[0]}).",
            NEWER_RELEASE,
        )


def clock(case: Case, now: Callable[[], float] = time.time) -> Iterator[Finding]:
    """Its time is ours: pauses and histories are measured with it."""
    with connected(case) as connection:
        before = now()
        (theirs,) = _row(connection, "SELECT extract(epoch FROM clock_timestamp())::float8")
        yield judge_clock("Postgres", theirs, (before + now()) / 2)


def _row(connection: Connection[tuple[Any, ...]], statement: str) -> tuple[Any, ...]:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row


def _remedy(case: Case, name: str, said: str) -> str:
    if case.given.database_url is None:
        return case.remedy_for("postgres")
    if "password" in said or "authentication" in said or "role" in said:
        return _CREDENTIALS.replace("DATABASE_URL", name)
    if "does not exist" in said:
        return f"createdb that database, or correct {name}."
    return f"Start that Postgres, or correct {name}."
