"""``aibox restore``: a backup into a home in which there is nothing yet, on whatever servers it has."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.domain.errors import AIBoxError, ConfigurationError, StoreUnavailableError
from aibox_assets.local.backup.archive import ArchiveReader, Progress, reading
from aibox_assets.local.backup.create import KEPT_SETTINGS, address_of, storage_folder
from aibox_assets.local.backup.documents import put_file
from aibox_assets.local.backup.serving import serving, settings_of
from aibox_assets.local.backup.tables import load, set_sequences
from aibox_assets.local.home import Home
from aibox_assets.local.state import read_state
from aibox_assets.local.supervisor import STATE_FILE
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.database import connect, known_revisions, migrate, transaction
from aibox_assets.stores.graph_connection import GraphConnection
from aibox_assets.stores.graph_transfer import is_empty, write_nodes, write_relationships
from aibox_assets.stores.locks import graph_write_lock
from aibox_assets.stores.space_records import space_of
from aibox_assets.stores.spaces import create_table
from aibox_assets.stores.tables import file_events, spaces

_VECTORS = "vectors_"


def restore_backup(home: Home, path: Path, progress: Progress) -> list[str]:
    """Put a backup into *home*; what is to be known of it then, in sentences.

    :raises ConfigurationError: the home is not empty or runs, or the backup is of a newer release.
    :raises PermanentError: the backup is damaged; nothing was written.
    """
    with reading(path) as archive:
        if archive.manifest.revision not in known_revisions():
            raise ConfigurationError(
                f"{path} is of a newer release ({archive.manifest.release}).",
                "Restore it with that release, or a newer one.",
            )
        archive.verify(progress)
        state = read_state(home.run / STATE_FILE)
        if state is not None and state.alive:
            raise ConfigurationError(f"{home.path} is running.", "aibox down, and name an empty home.")
        _require_empty_folders(settings_of(home))
        with serving(home) as settings:
            try:
                return _fill(home, settings, archive, progress)
            except (AIBoxError, OSError, sa.exc.SQLAlchemyError) as error:
                if isinstance(error, NotEmptyError):
                    raise
                raise StoreUnavailableError(
                    f"The restore ended before it was whole: {error}",
                    f"Remove {home.path} (and what was written to servers of your own), and restore again.",
                ) from error


class NotEmptyError(ConfigurationError):
    """There is something where the backup should go."""


def _fill(home: Home, settings: Settings, archive: ArchiveReader, progress: Progress) -> list[str]:
    url = settings.require_database_url()
    _require_empty_stores(settings)
    migrate(url, archive.manifest.revision)
    engine = connect(url)
    try:
        _load_tables(engine, archive, progress)
        migrate(url)
        _load_graph(settings, engine, archive, progress)
    finally:
        engine.dispose()
    _load_tables_of_assets(settings, archive, progress)
    _load_inbox(settings, archive, progress)
    home.remember(**{name: archive.manifest.settings.get(name) for name in KEPT_SETTINGS})
    return _settle(home, archive)


def _load_tables(engine: Engine, archive: ArchiveReader, progress: Progress) -> None:
    """All tables in one transaction; those of vectors, whose form the table ``spaces`` tells, at last."""
    tables = sorted(archive.manifest.tables, key=lambda table: table.name.startswith(_VECTORS))
    with transaction(engine) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        made = False
        for done, table in enumerate(tables):
            progress("database", done, len(tables))
            if table.name.startswith(_VECTORS) and not made:
                made = _make_spaces(connection)
            with archive.open(f"database/{table.name}.copy.gz") as file:
                load(driver, table, file)
            if "xid" in table.columns:
                # Transactions of another cluster: here those numbers may be of the future, and whoever follows
                # the events would never see them.
                connection.execute(sa.update(file_events).values(xid=sa.text("'0'")))
        set_sequences(driver)
        progress("database", len(tables), len(tables))


def _make_spaces(connection: Connection) -> bool:
    for row in connection.execute(sa.select(spaces)):
        create_table(connection, space_of(row))
    return True


def _load_graph(settings: Settings, engine: Engine, archive: ArchiveReader, progress: Progress) -> None:
    total = archive.manifest.nodes + archive.manifest.relationships
    platform = Platform(settings)
    platform.graph.ensure_schema(relation.name for relation in platform.models.ontology.relation_types)
    platform.graph.close()
    nodes = archive.manifest.nodes
    with GraphConnection(address_of(settings), graph_write_lock(engine), 30) as connection:
        write_nodes(connection, _rows(archive, "nodes"), lambda done: progress("graph", done, total))
        write_relationships(
            connection, _rows(archive, "relationships"), lambda done: progress("graph", nodes + done, total)
        )
    progress("graph", total, total)


def _load_tables_of_assets(settings: Settings, archive: ArchiveReader, progress: Progress) -> None:
    names, folder = archive.names("storage"), storage_folder(settings)
    manager = ParquetIOManager(settings.storage_url)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    for done, name in enumerate(names):
        progress("storage", done, len(names))
        member = f"storage/{name}"
        with archive.open(member) as file:
            if folder is not None:
                put_file(folder, name, file, archive.mtime_ns(member))
                continue
            asset, _, table = name.partition("/")
            rows = pq.read_table(io.BytesIO(file.read()))
            version = (rows.schema.metadata or {}).get(b"aibox.version", b"").decode()
            manager.write_tables(asset, [(table.removesuffix(".parquet"), rows, version)], guard=lambda: None)
    progress("storage", len(names), len(names))


def _load_inbox(settings: Settings, archive: ArchiveReader, progress: Progress) -> None:
    names, inbox = archive.names("inbox"), settings.inbox_path
    inbox.mkdir(parents=True, exist_ok=True)
    for done, name in enumerate(names):
        progress("inbox", done, len(names))
        with archive.open(f"inbox/{name}") as file:
            put_file(inbox, name, file, archive.mtime_ns(f"inbox/{name}"))
    progress("inbox", len(names), len(names))


def _settle(home: Home, archive: ArchiveReader) -> list[str]:
    """Give back what runs had, which are not in the backup; say what will be made anew."""
    platform = Platform(settings_of(home))
    try:
        for run in platform.lifecycle.runs():
            platform.lifecycle.release(run)
        now, before = platform.models.recipes, archive.manifest.recipes
    finally:
        platform.engine.dispose()
    other = sorted(asset for asset, digest in now.items() if before.get(asset, digest) != digest)
    said = ["The history of Dagster's runs is not in a backup; that of each file is."]
    if other:
        said.append(
            f"{', '.join(other)} will be made anew: models, ontology or chunk settings are others than then. "
            "Set AIBOX_EMBEDDING_MODEL, AIBOX_EXTRACTOR, AIBOX_ONTOLOGY and AIBOX_CHUNK_* as they were to keep them."
        )
    return said


def _require_empty_folders(settings: Settings) -> None:
    for folder in (settings.inbox_path, storage_folder(settings)):
        with suppress(FileNotFoundError, NotADirectoryError):
            if folder is not None and any(folder.iterdir()):
                raise NotEmptyError(
                    f"{folder} is not empty.", "Name an empty home: AIBOX_HOME=DIR aibox restore …"
                )


def _require_empty_stores(settings: Settings) -> None:
    engine = connect(settings.require_database_url())
    try:
        with transaction(engine) as connection:
            known = connection.scalar(sa.text("SELECT to_regclass('aibox.files') IS NOT NULL"))
            if known and connection.scalar(sa.text("SELECT EXISTS (SELECT FROM aibox.accounts)")):
                raise NotEmptyError(
                    "The database has an installation already.", "Let DATABASE_URL name an empty one."
                )
            if known:
                connection.execute(
                    sa.text("DROP SCHEMA aibox CASCADE")
                )  # made by a start, and without anything in it
    finally:
        engine.dispose()
    if not is_empty(address_of(settings)):
        raise NotEmptyError("The graph is not empty.", "Let NEO4J_URI name an empty one.")


def _rows(archive: ArchiveReader, name: str) -> Iterator[dict[str, Any]]:
    with archive.open(f"graph/{name}.jsonl.gz") as raw, gzip.open(raw, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
