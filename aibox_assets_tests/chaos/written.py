"""All that a home has written, row by row, so that a later write is seen even when it writes the same."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from aibox_assets.stores.database import transaction
from aibox_assets_tests.integration.real_home import RealHome

_TABLES = ("files", "work", "chunks")


def dump_written(home: RealHome) -> dict[str, list[Any]]:
    """Rows of Postgres with the transaction that wrote each, nodes and relations, Parquet with their times."""
    seen: dict[str, list[Any]] = {"graph": home.platform.graph.snapshot()}
    with transaction(home.platform.engine) as connection:
        tables = sa.text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'vectors%' ORDER BY 1")
        for table in (*_TABLES, *connection.scalars(tables)):
            query = f"SELECT xmin::text, ctid::text, t::text FROM aibox.{table} t ORDER BY 3"
            seen[table] = [tuple(row) for row in connection.execute(sa.text(query))]
    seen["parquet"] = sorted(
        (str(path), path.stat().st_mtime_ns, path.stat().st_ino)
        for path in (home.path / "storage").rglob("*")
        if path.is_file()
    )
    return seen


def dump_results(home: RealHome) -> dict[str, list[Any]]:
    """As :func:`dump_written`, without the states: a sensor says there a little later what ended."""
    return {name: rows for name, rows in dump_written(home).items() if name not in ("files", "work")}


def find_changes(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """What was written between two dumps, table by table."""
    return [f"{name}: {row}" for name in before for row in set(after[name]) ^ set(before[name])]
