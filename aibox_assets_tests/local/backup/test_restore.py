"""A backup that is made while writers write holds one moment, and restores on the other graph server, too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.domain.errors import ConfigurationError, PermanentError
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.local.backup.create import create_backup
from aibox_assets.local.backup.restore import restore_backup
from aibox_assets.local.embedded import running_graph
from aibox_assets.local.home import Home
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.database import known_revisions, migrate
from aibox_assets.stores.fencing import StepTicket
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, KG_TRIPLES, NewFile
from aibox_assets.stores.folders import INBOX, WatchedFolder
from aibox_assets.stores.graph_records import FileGraph, GraphAddress
from aibox_assets.stores.lifecycle import AssetResult, ReadBytes
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.local.backup.test_archive import silent
from aibox_assets_tests.stores.documents import entry_of, unit_vectors
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, file_graph
from aibox_assets_tests.stores.graph_servers import ask, empty, graph_servers
from aibox_assets_tests.stores.work_files import RECIPES

pytestmark = pytest.mark.integration

FILES = ("f0", "f1", "f2")
UseHome = Callable[[str, str, GraphAddress], tuple[Home, Platform]]


@pytest.fixture
def use_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UseHome:
    """A home on the given servers, which the environment names from now on."""

    def use(name: str, database: str, graph: GraphAddress) -> tuple[Home, Platform]:
        monkeypatch.chdir(tmp_path)
        for key, value in (
            ("AIBOX_HOME", str(tmp_path / name)),
            ("DATABASE_URL", database),
            ("NEO4J_URI", graph.uri),
            ("NEO4J_USER", graph.user),
            ("NEO4J_PASSWORD", graph.password),
            ("NEO4J_DATABASE", graph.database or "neo4j"),
        ):
            monkeypatch.setenv(key, value)
        return Home(tmp_path / name), Platform(Settings())

    return use


class Worker(threading.Thread):
    """Makes new versions of all files, one after another, as the steps do: fenced, in all stores."""

    def __init__(self, platform: Platform, tables: ParquetIOManager) -> None:
        super().__init__(daemon=True)
        self.platform, self.tables = platform, tables
        self.versions, self.stopped = 0, threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            for id_ in FILES:
                self.make(id_)
            self.versions += 1

    def make(self, id_: str) -> None:
        platform, sha = self.platform, f"{self.versions:064x}"
        platform.lifecycle.change(id_, FileStat(3, self.versions), None)
        platform.lifecycle.request([id_], ASSETS, f"batch-{id_}")
        for asset in ASSETS:
            version = f"{sha}.{RECIPES[CHUNKS]}" + ("" if asset == CHUNKS else f".{RECIPES[asset]}")
            ticket = StepTicket("run", asset, f"task-{asset}", batch=f"batch-{id_}")
            platform.fencing.issue_token("run", asset, f"task-{asset}")

            def guard(connection: sa.Connection, ticket: StepTicket = ticket) -> None:
                platform.fencing.check(connection, ticket, [id_])

            platform.lifecycle.start(asset, [id_], "run", guard=guard)
            if asset == CHUNKS:
                platform.lifecycle.read({id_: ReadBytes(sha, 3, self.versions, "text/plain")}, guard=guard)
            if asset != EMBEDDINGS:
                with platform.fencing.holding(ticket, [id_]) as confirm:
                    table = pa.table({"version": [version]})
                    self.tables.write_tables(asset, [(id_, table, version)], guard=confirm)
            if asset == KG_TRIPLES:
                self.write_graph(id_, version, ticket)
            platform.lifecycle.complete(asset, "q", {id_: AssetResult(version, 1, 0.1)}, "run", guard=guard)

    def write_graph(self, id_: str, version: str, ticket: StepTicket) -> None:
        graph = FileGraph(id_, f"{id_}.txt", "amy", version, ((f"{id_}-{self.versions}", 0),), (), ())
        with ExitStack() as held:
            self.platform.graph.replace_files(
                [graph],
                guard=lambda: held.enter_context(self.platform.fencing.holding(ticket, [id_])) and None,
            )


@pytest.fixture
def other_graph(
    graph_address: GraphAddress, start_graph: Callable[[str], GraphAddress], tmp_path: Path
) -> Iterator[GraphAddress]:
    """An empty graph server of the other kind, where there is one; both are left empty."""
    others = [each for name in graph_servers() if (each := start_graph(name)) != graph_address]
    with ExitStack() as stack:
        (tmp_path / "other").mkdir()
        other = others[0] if others else stack.enter_context(running_graph(tmp_path / "other"))
        empty(other)
        yield other
        for address in (graph_address, other):
            empty(address)


def test_a_moment_while_work_goes_on_is_restored_elsewhere(
    use_home: UseHome,
    new_database_url: Callable[[], str],
    graph_address: GraphAddress,
    other_graph: GraphAddress,
    tmp_path: Path,
) -> None:
    empty(graph_address)
    database = new_database_url()
    migrate(database)
    home, platform = use_home("home", database, graph_address)
    home.create()
    home.remember(AIBOX_EMBEDDING_MODEL="builtin:all-MiniLM-L6-v2", AIBOX_EXTRACTOR="offline")
    tables = ParquetIOManager(str(home.storage))
    platform.folder_store.register([WatchedFolder(INBOX, home.inbox)])
    platform.lifecycle.want(RECIPES)
    for id_ in FILES:
        (home.inbox / f"{id_}.txt").write_text(id_)
    platform.lifecycle.add([NewFile(id_, INBOX, f"{id_}.txt", "amy", FileStat(3, 1)) for id_ in FILES])
    platform.graph.ensure_schema(["WORKS_FOR"])
    space = platform.spaces.use_model(EmbeddingModelSpec("tiny", "r1", 16, "", ""))
    platform.vectors.replace_files(space, [entry_of("f0", "a text to be found")])
    with platform.engine.begin() as connection:
        connection.execute(
            sa.text("""UPDATE aibox.accounts SET role = 'admin', password_hash = 'argon' WHERE name = 'amy';
            INSERT INTO aibox.api_keys (id, account, name, hash, role, scopes)
            VALUES ('k', 'amy', 'one', 'digest', 'admin', '{read}')""")
        )
        connection.execute(sa.text("UPDATE aibox.file_events SET xid = '888888888888'"))  # an old cluster
    worker = Worker(platform, tables)
    worker.start()
    try:
        while worker.versions < 2:
            assert worker.is_alive()
            worker.stopped.wait(0.01)
        backup = create_backup(home, tmp_path, silent)
        again = worker.versions
        while worker.versions == again:
            assert worker.is_alive()
            worker.stopped.wait(0.01)
    finally:
        worker.stopped.set()
        worker.join(60)
    platform.graph.close()
    assert not list(home.inbox.glob(".aibox-backup*")) + list(home.storage.glob(".aibox-backup*"))

    restored, after = use_home("restored", new_database_url(), other_graph)
    assert restore_backup(restored, backup, silent)
    files = after.files.get(FILES)
    versions, manager = after.graph.versions(), ParquetIOManager(str(restored.storage))
    compared = 0
    for id_, record in files.items():
        for asset in (CHUNKS, KG_TRIPLES):
            work = record.work[asset]
            if work.made is not None:
                assert manager.read_table(asset, id_, version=work.made) is not None, (id_, asset)
                compared += 1
            if asset == KG_TRIPLES and work.made is not None:
                assert versions[id_] == work.made
        assert record.work[CHUNKS].run is None
    assert compared >= 4
    (hit,) = after.search.search("text", unit_vectors(1)[0], OPERATOR)
    assert hit.text == "a text to be found"
    with after.engine.connect() as connection:
        key = connection.execute(sa.text("SELECT account, hash, scopes FROM aibox.api_keys")).one()
        assert tuple(key) == ("amy", "digest", ["read"])
        assert connection.scalar(sa.text(f"SELECT count(*) FROM {space.table}")) == 1
        events = connection.scalar(sa.text("SELECT count(*) FROM aibox.file_events"))
        assert (
            connection.scalar(sa.text("SELECT password_hash FROM aibox.accounts WHERE name = 'amy'"))
            == "argon"
        )
    assert events == sum(len(part) for part in after.feed.between(None, after.feed.now())) > 3
    assert restored.remembered()["AIBOX_EXTRACTOR"] == "offline"
    (folder,) = after.folder_store.recognize([WatchedFolder(INBOX, restored.inbox)])
    assert (folder.label, folder.held_reason) == (INBOX, None)
    assert (restored.inbox / "f1.txt").read_text() == "f1"
    added = NewFile("f9", INBOX, "f9.txt", "amy", FileStat(3, 1))
    after.lifecycle.add([added])
    assert after.files.get(["f9"])["f9"].id == "f9"
    with pytest.raises(ConfigurationError, match="not empty"):
        restore_backup(restored, backup, silent)
    after.graph.close()


def test_the_whole_graph_is_the_same_on_the_other_server(
    use_home: UseHome,
    new_database_url: Callable[[], str],
    graph_address: GraphAddress,
    other_graph: GraphAddress,
    tmp_path: Path,
) -> None:
    chang = ("Person", "張忠謀", "FOUNDED", "Organization", "台積電")
    graphs = [
        file_graph("g0", [WU_FOUNDED_ACME, chang], [("Person", "Ann", "LEADS", "Organization", "Acme")]),
        file_graph("g1", [WU_FOUNDED_ACME], []),
    ]
    empty(graph_address)
    database = new_database_url()
    migrate(database)
    home, platform = use_home("home", database, graph_address)
    home.create()
    home.remember(AIBOX_EXTRACTOR="offline")
    platform.graph.ensure_schema(["FOUNDED", "LEADS"])
    platform.graph.replace_files(graphs)
    backup = create_backup(home, tmp_path / "b.tar", silent)
    before = platform.graph.snapshot()
    platform.graph.close()
    restored, after = use_home("restored", new_database_url(), other_graph)
    restore_backup(restored, backup, silent)
    assert after.graph.snapshot() == before
    assert len(before) > 5
    after.graph.close()


def test_a_backup_of_a_newer_release_or_a_damaged_one_changes_nothing(
    use_home: UseHome, new_database_url: Callable[[], str], graph_address: GraphAddress, tmp_path: Path
) -> None:
    empty(graph_address)
    database = new_database_url()
    migrate(database)
    home, platform = use_home("home", database, graph_address)
    home.create()
    home.remember(AIBOX_EXTRACTOR="offline")
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.alembic_version SET version_num = '9999'"))
    newer = create_backup(home, tmp_path / "newer.tar", silent)
    with platform.engine.begin() as connection:
        connection.execute(
            sa.text(f"UPDATE aibox.alembic_version SET version_num = '{known_revisions()[0]}'")
        )
    whole = create_backup(home, tmp_path / "whole.tar", silent)
    platform.engine.dispose()
    content = bytearray(whole.read_bytes())
    content[content.index(b"\x1f\x8b") + 15] ^= 1
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(content)
    target = new_database_url()
    restored, after = use_home("restored", target, graph_address)
    with pytest.raises(ConfigurationError, match="newer release"):
        restore_backup(restored, newer, silent)
    with pytest.raises(PermanentError):
        restore_backup(restored, damaged, silent)
    with after.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT to_regclass('aibox.files')")) is None
    after.engine.dispose()
    assert ask(graph_address, "MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
