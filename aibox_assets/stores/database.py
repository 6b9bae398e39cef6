"""Our Postgres database: connections, transactions and migrations. What lies in it is ``stores/tables``."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError
from aibox_assets.stores.tables import SCHEMA

MIN_PGVECTOR = (0, 8)
"""The first release with iterative index scans, without which a filtered search returns too few rows."""

REST_SECONDS: Final = 1.0
_USED_AT: Final = "aibox_used_at"
NEWER_RELEASE = "Use that release again, or restore a backup of this one into an empty home."
_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 0x61_69_62_6F_78  # "aibox"


def connect(url: str, connections: int = 8) -> Engine:
    """A small pool of connections; nothing is opened before the first use.

    :param url: SQLAlchemy URL with the driver psycopg 3. Make the engine in the process that uses it: a pool
        does not survive a fork.
    :param connections: at most, of which four stay open.
    """
    engine = sa.create_engine(
        url,
        pool_size=4,
        max_overflow=connections - 4,
        pool_timeout=30,
        # Parameters hold people's texts and belong in no log.
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "aibox",
            "keepalives_idle": 30,
            "tcp_user_timeout": 30_000,
        },
    )
    ask_after_rest(engine)
    return engine


def ask_after_rest(engine: Engine) -> None:
    """Ask a connection whether it still is one before it is used again, where that can be in doubt.

    It was not in use for a while, or something came through it that nobody asked for, such as its end.
    ``pool_pre_ping`` asks before each use, which for short transactions is a quarter of all that is sent.
    """

    @sa.event.listens_for(engine, "checkin")
    def note(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def ask(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is None:
            return  # it was opened just now
        dialect = engine.dialect
        try:
            if time.monotonic() - used_at > REST_SECONDS or _is_readable(connection.fileno()):
                dialect.do_ping(connection)
        except (dialect.loaded_dbapi.Error, OSError, ValueError) as error:
            raise InvalidatePoolError from error  # the pool opens new ones


def _is_readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction: committed at the end of the block, rolled back when the block raises.

    :raises StoreUnavailableError: Postgres cannot be reached, went away, or gave up on a deadlock.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise _unavailable(engine, error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _unavailable(engine, error) from error
        raise


def plan_anew(connection: Connection) -> None:
    """Before many rows at once: plans that the connection kept from when tables had few rows are not used.

    A foreign key is checked by such a plan, which may read the whole table; for each of many new rows, that is hours.
    """
    connection.exec_driver_sql("DISCARD PLANS")


def migrate(url: str, revision: str = "head") -> None:
    """Bring schema ``aibox`` to this release; one transaction, so it happens whole or not at all.

    Safe at any time and by several at once: an advisory lock lets one work, and the others find it done.

    :param revision: an older one only for a backup that is of it.

    :raises ConfigurationError: pgvector is missing, too old, or may not be created by this user; this user may not
        make tables; or the tables are of a newer release.
    :raises StoreUnavailableError: Postgres did not answer.
    """
    from alembic import command  # here, since every command of the CLI would wait for its import
    from alembic.config import Config

    engine = connect(url)
    try:
        with transaction(engine) as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            _require_pgvector(connection)
            connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            _require_known_revision(connection)
            command.upgrade(config, revision)
    except ProgrammingError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            raise _lacks_rights(engine, error.orig) from error
        raise
    finally:
        engine.dispose()


def known_revisions() -> list[str]:
    """The revisions of the schema that this release knows, the newest first."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def _lacks_rights(engine: Engine, error: InsufficientPrivilege) -> ConfigurationError:
    said = str(error).strip().splitlines()[0]
    user, database = engine.url.username, engine.url.database
    return ConfigurationError(
        f"The user {user} may not make our tables: {said}.",
        f'As a superuser: GRANT CREATE ON DATABASE "{database}" TO "{user}". Where there is a schema {SCHEMA} of '
        "another user, give this one a database of its own.",
    )


def _require_known_revision(connection: Connection) -> None:
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    found, known = context.get_current_revision(), known_revisions()
    if found is not None and found not in known:
        raise ConfigurationError(
            f"The database is of a newer release ({found}; this one knows up to {known[0]}).", NEWER_RELEASE
        )


def _require_pgvector(connection: Connection) -> None:
    remedy = (
        "Install pgvector 0.8 or later on the server, and run 'CREATE EXTENSION vector' "
        "(or 'ALTER EXTENSION vector UPDATE') in this database as a superuser."
    )
    try:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError as error:
        if isinstance(error, InterfaceError) or error.connection_invalidated:
            raise
        reason = str(error.orig).strip().splitlines()[0]
        raise ConfigurationError(f"The database cannot use pgvector: {reason}.", remedy) from error
    version: str = connection.scalar(sa.text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
    if tuple(int(part) for part in version.split(".")[:2]) < MIN_PGVECTOR:
        raise ConfigurationError(f"pgvector {version} of this database is too old.", remedy)


def _unavailable(engine: Engine, error: Exception) -> StoreUnavailableError:
    cause = getattr(error, "orig", None) or error
    reason = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    return StoreUnavailableError(
        f"Postgres at {engine.url.render_as_string(hide_password=True)} did not answer: {reason}.",
        "It is tried again by itself; if it lasts, see 'aibox doctor' and the server's log.",
    )
