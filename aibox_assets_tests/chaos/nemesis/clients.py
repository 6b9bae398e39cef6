"""Clients that change files. Each has documents of its own, so that what it does to one of them has an order."""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import sqlalchemy as sa

from aibox_assets.client import ASSETS, DagsterClient, DagsterRefusedError, DagsterUnreachableError
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.files import REGENERATIONS, cancel_files, regenerate_files, retry_files
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import FailureKind, FileRecord, Status
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.tables import chunks
from aibox_assets_tests.chaos.nemesis.documents import Content, write
from aibox_assets_tests.chaos.nemesis.history import History
from aibox_assets_tests.integration.real_home import RealHome

OWNERS: Final = ("ann", "bo")
OPEN_LIMIT: Final = 60
"""Above so many unfinished files nothing new is dropped."""
MOVABLE_SECONDS: Final = 3.0
"""A file that was just written is removed and dropped anew rather than moved, to a look that comes between."""
_WEIGHTS: Final = {
    "drop": 5,
    "change": 6,
    "move": 2,
    "remove": 2,
    "retry": 2,
    "cancel": 3,
    "regenerate": 3,
    "launch": 1,
}


@dataclass(slots=True)
class Document:
    """One file as its client knows it: the sequential model.

    :ivar path: where it lies; None when it does not. :ivar cancelled: None where that cannot be known.
    :ivar twin: its bytes are those of other documents, too.
    :ivar seen: the version that was seen finished, and must be found from then on. :ivar epoch: grows whenever a
        reader may for a while see something else. :ivar written: what was stored when it was cancelled.
    """

    number: int
    path: str | None = None
    content: Content | None = None
    changed_at: float = 0.0
    cancelled: bool | None = False
    twin: bool = False
    seen: int | None = None
    epoch: int = 0
    written: dict[str, Any] | None = None
    file_ids: set[str] = field(default_factory=set)


class Client(threading.Thread):
    """One client. :param numbers: of its documents."""

    def __init__(
        self,
        home: RealHome,
        history: History,
        seed: str,
        documents: list[Document],
        ending: threading.Event,
        rest: float,
    ) -> None:
        super().__init__(name=f"client-{seed}", daemon=True)
        self._home, self._history, self._documents = home, history, documents
        self._dice, self._ending, self._rest = random.Random(seed), ending, rest
        self._dagster = DagsterClient(home.ui, timeout=10)

    def run(self) -> None:
        """Do one thing after the other."""
        while not self._ending.wait(self._dice.uniform(0.2, 1.8) * self._rest):
            document = self._dice.choice(self._documents)
            try:
                self._watch(document)
                self._act(document)
            except AIBoxError:
                pass  # a server is away
            except Exception as error:  # noqa: BLE001  # it must not end in silence
                self._history.report(document.number, f"{self.name}: {error!r}")
        self._dagster.close()

    def _act(self, document: Document) -> None:
        kind = self._dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        if document.path is None:
            if kind in ("drop", "change", "move") and self._open_files() < OPEN_LIMIT:
                self._write(document, "drop")
        elif kind == "change":
            self._write(document, "change")
        elif kind == "move" and time.time() - document.changed_at > MOVABLE_SECONDS:
            self._move(document)
        elif kind == "remove":
            self._remove(document)
        elif kind in ("retry", "cancel", "regenerate", "launch") and (record := self._record(document)):
            getattr(self, f"_{kind}")(document, record)

    # Bytes

    def _write(self, document: Document, kind: str) -> None:
        version = document.content.version + 1 if document.content else 1
        if document.twin:
            content = replace(write(random.Random(f"twin {version % 3}"), 0, version % 3), version=version)
        else:
            content = write(self._dice, document.number, version)
        path = document.path or f"{self._dice.choice(OWNERS)}/doc-{document.number:04}.txt"
        with self._history.record(self.name, kind, document.number, path=path, version=version,
                                  malformed=content.malformed):  # fmt: skip
            self._end_cancel(document)
            document.cancelled = False
            self._home_write(path, content.data)
            document.path, document.content, document.changed_at = path, content, time.time()

    def _home_write(self, path: str, data: bytes) -> None:
        place = self._home.inbox / path
        place.parent.mkdir(parents=True, exist_ok=True)
        staged = place.with_name(f".{self.name.replace('/', '-')}.part")
        staged.write_bytes(data)
        staged.replace(place)

    def _move(self, document: Document) -> None:
        assert document.path is not None
        path = f"{self._dice.choice(OWNERS)}/moved-{document.number:04}-{self._dice.randint(0, 9999):04}.txt"
        if path == document.path:
            return
        with self._history.record(self.name, "move", document.number, path=path, old=document.path):
            self._end_cancel(document)
            document.epoch += 1
            document.seen = None
            if document.cancelled:
                document.cancelled = None  # of another owner it is another file, which nobody cancelled
            (self._home.inbox / path).parent.mkdir(parents=True, exist_ok=True)
            os.rename(self._home.inbox / document.path, self._home.inbox / path)
            document.path = path
            document.epoch += 1

    def _remove(self, document: Document) -> None:
        assert document.path is not None
        with self._history.record(self.name, "remove", document.number, path=document.path):
            self._end_cancel(document)
            document.epoch += 1
            document.seen, document.cancelled = None, False
            (self._home.inbox / document.path).unlink()
            document.path = None

    # What is to be made of them

    def _retry(self, document: Document, record: FileRecord) -> None:
        self._end_cancel(document)
        if self._ask(document, "retry", lambda: retry_files(self._home.platform, [record.id])) is None:
            document.cancelled = None if document.cancelled is not False else False
        else:
            document.cancelled = False if self._knows(document, record) else None

    def _cancel(self, document: Document, record: FileRecord) -> None:
        if document.twin:
            return  # its bytes may come back as another's, which would be cancelled with them
        known = self._knows(document, record)
        cancelled = self._ask(document, "cancel", lambda: cancel_files(self._home.platform, [record.id]))
        if cancelled is None or (cancelled and not known):
            document.cancelled = None
        elif cancelled:
            document.cancelled = True
            document.written = self._written(record.id)

    def _regenerate(self, document: Document, record: FileRecord) -> None:
        what, whole = self._dice.choice(list(REGENERATIONS)), self._dice.random() < 0.4
        queued = self._ask(
            document, "regenerate",
            lambda: regenerate_files(self._home.platform, [record.id], what, force_rechunk=whole),
            what=what, force_rechunk=whole,
        )  # fmt: skip
        if document.cancelled and queued:
            self._history.report(document.number, f"a cancelled file was queued by regenerate {what}")
            document.cancelled, document.written = None, None

    def _launch(self, document: Document, record: FileRecord) -> None:
        self._end_cancel(document)
        assets = [asset for asset in ASSETS if self._dice.random() < 0.6] or list(ASSETS)
        if document.cancelled:
            document.cancelled = None  # once its run begins, it is wanted after all
        self._ask(document, "launch", lambda: self._dagster.launch_assets(assets, record.id), assets=assets)

    def _ask(self, document: Document, kind: str, ask: Callable[[], Any], **said: Any) -> Any:
        """The answer; None where there was none, so that nobody knows whether it happened."""
        with self._history.record(self.name, kind, document.number, **said) as operation:
            try:
                answer = ask()
            except (DagsterRefusedError, DagsterUnreachableError, AIBoxError) as error:
                operation.outcome = "refused" if isinstance(error, DagsterRefusedError) else "unknown"
                operation.said["error"] = str(error)[:200]
                return None
            operation.said["answer"] = answer
            return answer

    # Looking

    def _open_files(self) -> int:
        counts = self._home.platform.files.count_by_status()
        return counts[Status.QUEUED] + counts[Status.STARTED]

    def _record(self, document: Document) -> FileRecord | None:
        assert document.path is not None
        record = self._home.platform.files.at_paths(INBOX, [document.path]).get(document.path)
        return record if record is not None and record.gone_at is None else None

    def _knows(self, document: Document, record: FileRecord) -> bool:
        """Whether the home has seen the bytes that lie there now."""
        found = (self._home.inbox / record.path).stat()
        return (found.st_size, found.st_mtime_ns) == (record.size, record.mtime_ns)

    def _watch(self, document: Document) -> None:
        """See whether the last version is finished: from then on every reader must find it, or a later one."""
        if document.path is None or document.content is None or document.content.malformed:
            return
        record = self._record(document)
        if record is None:
            return
        document.file_ids.add(record.id)
        current = record.sha256 == hashlib.sha256(document.content.data).hexdigest()
        if record.status is Status.FINISHED and current and self._knows(document, record):
            document.seen = document.content.version
        if document.cancelled and record.status is Status.FINISHED:
            self._history.report(document.number, f"{record.id} was cancelled and is finished")
            document.cancelled = None
        if document.cancelled and not any(w.failure is FailureKind.CANCELLED for w in record.work.values()):
            self._history.report(document.number, f"{record.id} was cancelled and is {record.status}")
            document.cancelled = None

    def _end_cancel(self, document: Document) -> None:
        """Before something revives it: what is stored of a cancelled file must be what was stored then."""
        before, document.written = document.written, None
        if before and document.cancelled and (record := self._record(document)):
            after = self._written(record.id)
            changed = [what for what in before if after is not None and before[what] != after.get(what)]
            if changed and record.id == before["id"]:
                self._history.report(
                    document.number,
                    f"written after its cancel: {[(before[w], after and after[w]) for w in changed]}",
                )

    def _written(self, file_id: str) -> dict[str, Any] | None:
        """What is stored of a file, with the transaction or the time that wrote it; None where nothing answers."""
        query = sa.select(sa.literal_column("xmin::text"), chunks.c.chunk_id).where(
            chunks.c.file_id == file_id
        )
        try:
            with transaction(self._home.platform.engine) as connection:
                rows = sorted(tuple(row) for row in connection.execute(query))
            return {
                "id": file_id,
                "chunks": rows,
                "graph": self._home.platform.graph.versions().get(file_id),
                "parquet": sorted(
                    (str(path), path.stat().st_mtime_ns)
                    for path in (self._home.path / "storage").rglob(f"{file_id}*")
                ),
            }
        except (AIBoxError, FileNotFoundError):
            return None
