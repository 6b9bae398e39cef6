"""Whether Dagster's own tables have a place in a database: what it says itself where they have none helps nobody."""

from __future__ import annotations

from typing import Final

import psycopg

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.settings import with_driver

_MARKS: Final = {
    "runs": "run_body",
    "event_logs": "dagster_event_type",
    "jobs": "job_body",
    "instance_info": "run_storage_id",
}
"""Dagster's main tables, each with a column by which one is known as Dagster's."""


def require_place_for_dagster(url: str) -> None:
    """Before Dagster makes its tables: it may make them, and none of that name is another program's.

    :param url: of SQLAlchemy or libpq.

    :raises ConfigurationError: it may not, or another program's tables are called as Dagster's.
    :raises psycopg.OperationalError: Postgres did not answer.
    """
    libpq = with_driver(url, "psycopg").replace("+psycopg", "", 1)
    with psycopg.connect(libpq, connect_timeout=5) as connection:
        row = connection.execute(
            """SELECT current_user, current_database(), coalesce(current_schema(), 'public'),
                coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"""
        ).fetchone()
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        ).fetchall()
    assert row is not None  # such a SELECT always has one
    user, database, schema, may_create = row
    tables: dict[str, set[str]] = {}
    for table, column in columns:
        tables.setdefault(table, set()).add(column)
    there = {name for name in _MARKS if name in tables}
    foreign = sorted(name for name in there if _MARKS[name] not in tables[name])
    if not there and "alembic_version" in tables:
        foreign.append("alembic_version")
    if foreign:
        raise ConfigurationError(
            f"In the database {database}, {schema}.{foreign[0]} is another program's; Dagster's table has that name.",
            "Name a database of its own in DATABASE_URL, or for Dagster's tables alone in AIBOX_DAGSTER_DATABASE_URL.",
        )
    if not there and not may_create:
        raise ConfigurationError(
            f"The user {user} may not make Dagster's tables in the schema {schema} of the database {database}.",
            f'As a superuser, in that database: GRANT USAGE, CREATE ON SCHEMA "{schema}" TO "{user}"',
        )
