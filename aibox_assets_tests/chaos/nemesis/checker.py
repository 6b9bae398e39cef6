"""What must hold when it is quiet again: each file is as the sequential model says, and nothing else is there."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

import sqlalchemy as sa

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.services.files import retry_files
from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind, FileEvent
from aibox_assets.stores.files import FailureKind, FileRecord, Status
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.lifecycle.failing import MAX_INTERRUPTIONS
from aibox_assets.stores.tables import chunks
from aibox_assets_tests.chaos.nemesis.clients import Document
from aibox_assets_tests.chaos.nemesis.history import History
from aibox_assets_tests.integration.real_home import RealHome

_REVIVED = frozenset({EventKind.QUEUED, EventKind.CHANGED, EventKind.TAKEN_IN})
_WORKED = frozenset({EventKind.STARTED, EventKind.MADE})


def wait_quiet(home: RealHome, documents: Sequence[Document], seconds: float) -> int:
    """Wait until the home has seen all bytes and nothing is to be done; how many exhausted files a person retried."""
    deadline, retried = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        try:
            for label in home.platform.missing.pending():
                home.platform.missing.confirm(label)
            records = _records(home)
            exhausted = [r.id for r in records.values() if _is_exhausted(r)]
            retried += len(retry_files(home.platform, exhausted)) if exhausted else 0
        except AIBoxError:
            continue
        if not exhausted and not _unfinished(home, documents, records):
            break
        time.sleep(1)
    return retried


def check(home: RealHome, documents: Sequence[Document], history: History) -> None:
    """Compare the end of every file with the model, and report the differences to the history."""
    records = _records(home)
    for document in documents:
        if document.path is not None:
            for wrong in _judge(home, document, records.get(document.path)):
                history.report(document.number, wrong)
    there = {document.path for document in documents}
    for path, record in records.items():
        if path not in there:
            history.report(_number(path), f"{record.id} at {path} is {record.status}, and no file is there")
        for work in record.work.values():
            if work.attempts > home.platform.settings.max_attempts or work.interruptions > MAX_INTERRUPTIONS:
                history.report(
                    _number(path), f"{work.asset}: {work.attempts} attempts, {work.interruptions} deaths"
                )
        for wrong in find_work_after_cancel(
            home.platform.events.recent(record.id, OPERATOR, 1000), history, _number(path)
        ):
            history.report(_number(path), wrong)


def tell(home: RealHome, history: History, documents: Sequence[Document], most: int = 12) -> str:
    """What was found wrong, each document with its history and the events of its files."""
    lines: list[str] = []
    for number in list(dict.fromkeys(number for number, _ in history.wrong))[:most]:
        lines += [f"document {number}: {what}" for n, what in history.wrong if n == number][:10]
        document = next((d for d in documents if d.number == number), None)
        if document is None or number is None:
            continue
        for each in history.of(number)[-25:]:
            lines.append(
                f"    {_clock(each.began)}-{_clock(each.ended)} {each.who} {each.kind} {each.outcome} {each.said}"
            )
        ids = set(document.file_ids)
        if document.path and (record := _records(home).get(document.path)):
            ids.add(record.id)
            lines.append(f"    now {record.status}: {record.error}; " + "; ".join(
                f"{w.asset} {w.state} wanted {w.wanted} made {w.made} {w.failure}" for w in record.work.values()
            ))  # fmt: skip
        for id_ in sorted(ids):
            lines.append(f"    events of {id_}:")
            lines += [
                f"      {event.seq} {_clock(event.at.timestamp())} {event.kind} {event.asset or ''} {dict(event.data)}"
                for event in home.platform.events.recent(id_, OPERATOR, 40)
            ]
    return "\n".join(lines)


def _judge(home: RealHome, document: Document, record: FileRecord | None) -> list[str]:
    content = document.content
    assert content is not None
    if record is None or record.gone_at is not None:
        return [f"nothing is known of {document.path}"]
    was_cancelled = any(work.failure is FailureKind.CANCELLED for work in record.work.values())
    if document.cancelled is not False and record.status is Status.FAILED and was_cancelled:
        return []
    if document.cancelled:
        return [f"{record.id} was cancelled, and is {record.status}: {record.error}"]
    if content.malformed:
        if record.status is Status.FAILED and record.permanent and record.error and record.remedy:
            return []
        return [f"{record.id} is malformed, and is {record.status}: {record.error}"]
    if record.status is not Status.FINISHED:
        return [f"{record.id} is {record.status}: {record.error}"]
    return _judge_content(home, record, content.text)


def _judge_content(home: RealHome, record: FileRecord, text: str) -> list[str]:
    """A finished file holds exactly its last bytes, in every store."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    wrong = [f"{w.asset} of {record.id} is of {w.made}" for w in record.work.values()
             if not (w.made or "").startswith(digest)]  # fmt: skip
    stored = ParquetIOManager(home.platform.settings.storage_url).read_table("chunks", record.id)
    rows = stored.rows.to_pylist() if stored else []
    spans = [(row["char_start"], row["char_end"]) for row in rows]
    covered = {place for start, end in spans for place in range(start, end)}
    if any(text[row["char_start"] : row["char_end"]] != row["text"] for row in rows):
        wrong.append(f"chunks of {record.id} are not its text")
    if left := "".join(c for place, c in enumerate(text) if place not in covered and not c.isspace()):
        wrong.append(f"chunks of {record.id} lack {left[:80]!r}")
    with transaction(home.platform.engine) as connection:
        query = sa.select(chunks.c.text).where(chunks.c.file_id == record.id).order_by(chunks.c.ordinal)
        searched = list(connection.scalars(query))
    if searched != [row["text"] for row in sorted(rows, key=lambda row: row["ordinal"])]:
        wrong.append(f"Postgres has other chunks of {record.id} than Parquet")
    return wrong


def find_work_after_cancel(events: Sequence[FileEvent], history: History, number: int | None) -> list[str]:
    """Work on a file between its cancel and what revived it; a run that a person launched revives it, too."""
    launches = [each for each in history.of(number or -1) if each.kind == "launch"]
    wrong, cancelled = [], None
    for event in events:
        if event.kind is EventKind.CANCELLED:
            cancelled = event
        elif event.kind in _REVIVED:
            cancelled = None
        elif cancelled is not None and event.kind in _WORKED:
            if not any(launch.ended >= cancelled.at.timestamp() for launch in launches):
                wrong.append(
                    f"{event.kind} of {event.asset} ({event.seq}) after its cancel ({cancelled.seq})"
                )
            cancelled = None
    return wrong


def _unfinished(home: RealHome, documents: Sequence[Document], records: dict[str, FileRecord]) -> list[str]:
    there = {document.path for document in documents if document.path is not None}
    left = list(there ^ records.keys())
    for path in there & records.keys():
        record, found = records[path], (home.inbox / path).stat()
        known = (found.st_size, found.st_mtime_ns) == (record.size, record.mtime_ns)
        if not known or record.gone_at or record.run or record.status not in (Status.FINISHED, Status.FAILED):
            left.append(path)
    return left


def _is_exhausted(record: FileRecord) -> bool:
    return record.status is Status.FAILED and any(
        work.failure is FailureKind.EXHAUSTED for work in record.work.values()
    )


def _records(home: RealHome) -> dict[str, FileRecord]:
    """All files by path, also those about to be deleted."""
    known = home.platform.files.known(INBOX)
    return home.platform.files.at_paths(INBOX, list(known))


def _number(path: str) -> int | None:
    digits = path.rsplit("/", 1)[-1].split("-")[1][:4]
    return int(digits) if digits.isdigit() else None


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds)) + f".{int(seconds % 1 * 1000):03}"
