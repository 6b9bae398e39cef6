"""Readers: what they are told of a file is of one version, whole, and not older than what was finished before."""

from __future__ import annotations

import random
import threading

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets_tests.chaos.nemesis.clients import Document
from aibox_assets_tests.chaos.nemesis.documents import PEOPLE, Mark, find_marks, is_whole
from aibox_assets_tests.chaos.nemesis.history import History
from aibox_assets_tests.integration.real_home import RealHome

_GRAPH = "MATCH (f:File)-[:HAS_CHUNK]->(c:Chunk) RETURN f.id AS id, f.version AS version, count(c) AS chunks"


class Reader(threading.Thread):
    """Asks the search and the graph, again and again."""

    def __init__(
        self, home: RealHome, history: History, seed: str, documents: list[Document], ending: threading.Event
    ) -> None:
        super().__init__(name=f"reader-{seed}", daemon=True)
        self._home, self._history, self._documents = home, history, documents
        self._dice, self._ending = random.Random(seed), ending
        self._sizes: dict[str, int] = {}
        settings = home.platform.settings
        self._graph = GraphDatabase.driver(
            settings.require_neo4j_uri(),
            auth=(settings.neo4j_user, settings.neo4j_password.get_secret_value()),
            connection_timeout=5,
            max_transaction_retry_time=0,
            notifications_min_severity="OFF",
        )

    def run(self) -> None:
        """Ask one thing after the other."""
        while not self._ending.wait(self._dice.uniform(0.02, 0.3)):
            kind = self._dice.choices(("search", "facts", "graph"), (8, 1, 2))[0]
            with self._history.record(self.name, kind) as operation:
                try:
                    {"search": self._search, "facts": self._facts, "graph": self._chunks}[kind]()
                except (AIBoxError, DriverError, Neo4jError) as error:
                    operation.outcome = "unknown"
                    operation.said["error"] = str(error)[:200]
                except Exception as error:  # noqa: BLE001  # it must not end in silence
                    self._history.report(None, f"{self.name}, {kind}: {error!r}")
        self._graph.close()

    def _search(self) -> None:
        """By the name of a document: all of its paragraphs, of one version."""
        document = self._dice.choice([each for each in self._documents if not each.twin])
        seen, epoch = document.seen, document.epoch
        hits = self._home.platform.search.search(f"zq{document.number}", None, OPERATOR, limit=100)
        of = document.number
        by_file: dict[str, set[Mark]] = {}
        for hit in hits:
            for mark in find_marks(hit.text):
                if mark.number == of:
                    by_file.setdefault(hit.file_id, set()).add(mark)
        for file_id, marks in by_file.items():
            versions = sorted({mark.version for mark in marks})
            if not is_whole(marks):
                self._history.report(
                    of, f"search saw of {file_id} not one whole version: {versions}, {len(marks)} marks"
                )
        if seen is None or epoch != document.epoch:
            return
        newest = max((mark.version for marks in by_file.values() for mark in marks), default=None)
        if newest is None:
            self._history.report(of, f"search saw nothing, after version {seen} was finished")
        elif newest < seen:
            self._history.report(of, f"search saw version {newest}, after version {seen} was finished")

    def _facts(self) -> None:
        """By a person: what each file says of them is of one version."""
        versions: dict[str, set[tuple[int, int]]] = {}
        for relation in self._home.platform.graph.relations(OPERATOR, self._dice.choice(PEOPLE), 1000):
            for mark in find_marks(relation.evidence):
                versions.setdefault(relation.file_id, set()).add((mark.number, mark.version))
        for file_id, found in versions.items():
            if len(found) > 1:
                self._history.report(None, f"the graph tells of {file_id} from versions {sorted(found)}")

    def _graph_sizes(self) -> dict[str, tuple[str, int]]:
        with self._graph.session(database=self._home.platform.settings.neo4j_database) as session:
            return {row["id"]: (row["version"], row["chunks"]) for row in session.run(_GRAPH)}

    def _chunks(self) -> None:
        """Every version has one number of chunks."""
        before = [(d, d.seen, d.epoch, set(d.file_ids)) for d in self._documents if not d.twin]
        found = self._graph_sizes()
        for file_id, (version, count) in found.items():
            known = self._sizes.setdefault(f"{file_id} {version}", count)
            if known != count:
                self._history.report(
                    None, f"the graph has {count} chunks of {file_id} {version}, and had {known}"
                )
        for document, seen, epoch, ids in before:
            if seen is not None and epoch == document.epoch and not ids & found.keys():
                self._history.report(
                    document.number, f"the graph had nothing of {sorted(ids)} after version {seen}"
                )
