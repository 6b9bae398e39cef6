"""``aibox backup``: everything of a moment into one file, while work goes on."""

from __future__ import annotations

import gzip
import json
import socket
import tempfile
import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from aibox_assets import __version__
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local.backup.archive import FORMAT, ArchiveWriter, Manifest, Progress, reading, writing
from aibox_assets.local.backup.documents import keep_files, list_kept, second_names
from aibox_assets.local.backup.last import LastBackup, note_backup
from aibox_assets.local.backup.moment import kept_moment
from aibox_assets.local.backup.serving import serving
from aibox_assets.local.backup.tables import AnyConnection, dump
from aibox_assets.local.home import Home
from aibox_assets.settings import Settings
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.graph_transfer import read_nodes, read_relationships

KEPT_SETTINGS: Final = ("AIBOX_EMBEDDING_MODEL", "AIBOX_EXTRACTOR")
_MADE: Final = """
SELECT asset, file_id, made FROM aibox.work
WHERE asset IN ('chunks', 'kg_triples') AND made IS NOT NULL ORDER BY asset, file_id"""


def create_backup(home: Home, target: Path, progress: Progress) -> Path:
    """Write a backup of *home*, and read it back.

    :param target: the file, or a folder in which it gets a name of its own.
    :returns: the file.
    :raises AIBoxError: a server does not answer, or *target* cannot be written.
    """
    if not home.file.exists():
        raise ConfigurationError(f"{home.path} was never started: there is nothing to keep.", "aibox up")
    now = datetime.now(UTC)
    if target.is_dir():
        target = target / f"aibox-{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}.tar"
    with serving(home) as settings, writing(target) as archive:
        _write(home, settings, archive, progress, now)
    with reading(target) as written:
        written.verify(progress)
    note_backup(home.path, LastBackup(str(target), now.isoformat(timespec="seconds"), target.stat().st_size))
    return target


def _write(home: Home, settings: Settings, archive: ArchiveWriter, progress: Progress, now: datetime) -> None:
    address, local = address_of(settings), storage_folder(settings)
    with ExitStack() as stack:
        spool = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=home.run, prefix="backup-")))
        inbox = settings.inbox_path
        kept: dict[str, tuple[Path, Path]] = {}
        for name, root in (("inbox", inbox), ("storage", local)):
            if root is not None and root.is_dir():
                kept[name] = (root, stack.enter_context(second_names(root)))

        def during() -> None:
            for root, folder in kept.values():
                keep_files(root, folder)

        with kept_moment(settings.require_database_url(), during) as moment:
            nodes = _spool_rows(spool / "nodes.jsonl.gz", read_nodes(address), "graph", progress)
            relationships = _spool_rows(
                spool / "relationships.jsonl.gz", read_relationships(address), "graph", progress
            )
            moment.release_graph()
            tables = dump(moment.database, spool, progress)
            (revision,) = _rows(moment.database, "SELECT version_num FROM aibox.alembic_version")[0]
            recipes = dict(_rows(moment.database, "SELECT asset, digest FROM aibox.recipes"))
            made = _rows(moment.database, _MADE) if local is None else []
        for table in tables:
            archive.add_path(f"database/{table.name}.copy.gz", spool / f"{table.name}.copy.gz")
        for name in ("nodes", "relationships"):
            archive.add_path(f"graph/{name}.jsonl.gz", spool / f"{name}.jsonl.gz")
        for folder, (_, names) in kept.items():
            found = list(list_kept(names))
            for done, (path, file) in enumerate(found):
                progress(folder, done, len(found))
                archive.add_path(f"{folder}/{path}", file)
            progress(folder, len(found), len(found))
        _add_objects(archive, settings, made, spool, progress)
        known = home.remembered()
        archive.finish(
            Manifest(
                format=FORMAT,
                release=__version__,
                revision=revision,
                created=now.isoformat(timespec="seconds"),
                host=socket.gethostname(),
                settings={name: known[name] for name in KEPT_SETTINGS if name in known},
                recipes=recipes,
                tables=tuple(tables),
                nodes=nodes,
                relationships=relationships,
                members=archive.members,
            )
        )


def _add_objects(
    archive: ArchiveWriter, settings: Settings, made: list[Any], spool: Path, progress: Progress
) -> None:
    """The tables of an object store, which keeps what a moment had for an hour."""
    manager = ParquetIOManager(settings.storage_url) if made else None
    for done, (asset, file_id, version) in enumerate(made):
        progress("storage", done, len(made))
        assert manager is not None
        content = manager.read_content(asset, file_id, version)
        if content is not None:
            path = spool / "table.parquet"
            path.write_bytes(content)
            archive.add_path(f"storage/{asset}/{file_id}.parquet", path)


def address_of(settings: Settings) -> GraphAddress:
    """Where the graph is."""
    return GraphAddress(
        settings.require_neo4j_uri(),
        settings.neo4j_user,
        settings.neo4j_password.get_secret_value(),
        settings.neo4j_database,
    )


def storage_folder(settings: Settings) -> Path | None:
    """The folder of the Parquet tables; None where they are in an object store."""
    url = settings.storage_url
    return Path(url.removeprefix("file://")) if urlsplit(url).scheme in ("", "file") else None


def _spool_rows(path: Path, rows: Iterable[dict[str, Any]], step: str, progress: Progress) -> int:
    count = 0
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
            if count % 5000 == 0:
                progress(step, count, 0)
    progress(step, count, count)
    return count


def _rows(connection: AnyConnection, statement: str) -> list[Any]:
    return connection.execute(statement.encode()).fetchall()
