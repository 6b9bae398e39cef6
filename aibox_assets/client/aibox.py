"""The client of the HTTP API: one method for each thing to ask."""

from __future__ import annotations

import io
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self
from urllib.parse import quote

from aibox_assets.client.answers import (
    Entity,
    FileInfo,
    Health,
    JobInfo,
    PartInfo,
    Progress,
    Relation,
    Reply,
    Rows,
    Submitted,
    read,
    read_found,
    read_reply,
)
from aibox_assets.client.connection import Connection
from aibox_assets.client.errors import WaitTimeoutError
from aibox_assets.client.queues import QueueInfo, QueueJob, WorkerInfo
from aibox_assets.domain.passages import FoundPassage, Passage

POLL_SECONDS: Final = 0.5
_PAGE: Final = 200


class AIBox:
    """The API at *url*, with the rights of *token*.

    Every method raises :class:`ApiRefusedError`, which has the API's reason, remedy and code, and
    :class:`ApiUnreachableError` when there was no answer, also not when it was asked again.

    :param url: of the API, as ``aibox status --json`` names it. :param token: of ``aibox keys create``, or of a login.
    :param timeout: seconds without a byte. :param verify: as httpx takes it: True, or the path of a CA's certificate.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 60.0, verify: Any = True) -> None:
        self._api = Connection(url, token, timeout, verify)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address of the installation."""
        return self._api.url

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def me(self) -> Mapping[str, Any]:
        """Whose rights the token has."""
        answer: Mapping[str, Any] = self._api.ask("GET", "/auth/me")
        return answer

    def health(self) -> Health:
        """Whether the installation can work, and each of its parts. This needs no token."""
        ready, parts = self._api.look()
        return Health(ready, tuple(read(PartInfo, part) for part in parts))

    # Files

    def submit(self, content: Path | str | bytes, name: str | None = None, folder: str = "") -> Submitted:
        """Send a file; it is worked on from then on.

        :param content: a path, or the bytes themselves. :param name: under which it lands; that of the path by default.
        :param folder: folders of the caller's that it lands in, with slashes between.
        """
        if isinstance(content, bytes) and name is None:
            raise ValueError("bytes need a name")
        path = None if isinstance(content, bytes) else Path(content)
        called = name or (path.name if path else "")
        # The same for each try, as the whole body: the API compares it with what came under its key before.
        boundary = secrets.token_hex(16)

        def body() -> Mapping[str, Any]:
            file = path.open("rb") if path else io.BytesIO(content if isinstance(content, bytes) else b"")
            return {
                "files": {"file": (called, file, "application/octet-stream")},
                "headers": {"Content-Type": f"multipart/form-data; boundary={boundary}"},
            }

        answer = self._api.ask("POST", "/files", params={"folder": folder or None}, body=body)
        return read(Submitted, answer["files"][0])

    def files(
        self,
        *,
        state: str | None = None,
        owner: str | None = None,
        name: str | None = None,
        text: str | None = None,
        sort: str = "-arrival",
        limit: int | None = None,
    ) -> Iterator[FileInfo]:
        """The files that the caller sees, page by page."""
        wanted = {"state": state, "owner": owner, "name": name, "text": text, "sort": sort}
        yield from (read(FileInfo, item) for item in self._pages("/files", wanted, limit))

    def count_files(self) -> Mapping[str, int]:
        """How many of the files that the caller sees are in each state."""
        counts: Mapping[str, int] = self._api.ask("GET", "/files", params={"limit": 1})["counts"]
        return counts

    def file(self, file_id: str) -> FileInfo:
        """One file."""
        return read(FileInfo, self._api.ask("GET", f"/files/{_part(file_id)}"))

    def progress(self, file_id: str) -> Progress:
        """How far the work on a file is, and why it waits."""
        return read(Progress, self._api.ask("GET", f"/files/{_part(file_id)}/status"))

    def wait(
        self, file_id: str, timeout: float = 600.0, on_progress: Callable[[Progress], None] | None = None
    ) -> FileInfo:
        """Wait until the work on a file is over, however it ended.

        :param on_progress: called with each new state.
        :raises WaitTimeoutError: it was not over in time; it goes on all the same.
        """
        deadline = time.monotonic() + timeout
        last: Progress | None = None
        while True:
            now = self.progress(file_id)
            if now != last and on_progress is not None:
                on_progress(now)
            last = now
            if now.over:
                return self.file(file_id)
            if time.monotonic() > deadline:
                raise WaitTimeoutError(
                    f"{file_id} was not over within {timeout:g} s; it is {now.status}.",
                    now.waits or "It goes on; wait again.",
                )
            time.sleep(POLL_SECONDS)

    def regenerate(
        self, file_id: str, type: Literal["vectors", "graph", "all"] = "all", *, force_rechunk: bool = False
    ) -> int | None:
        """Make again what was made of a file; the job's id."""
        return self._act(file_id, "regenerate", {"type": type, "force_rechunk": force_rechunk})

    def cancel(self, file_id: str) -> int | None:
        """Leave a file alone, until it is retried; the job's id."""
        return self._act(file_id, "cancel")

    def retry(self, file_id: str) -> int | None:
        """Try again what failed or was cancelled; the job's id."""
        return self._act(file_id, "retry")

    def delete(self, file_id: str) -> int | None:
        """Remove a file and all that was made of it; the job's id."""
        return _job_of(self._api.ask("DELETE", f"/files/{_part(file_id)}"))

    # Jobs

    def jobs(
        self, *, state: str | None = None, file_id: str | None = None, limit: int | None = None
    ) -> Iterator[JobInfo]:
        """What was asked for, the newest first."""
        found = self._pages("/jobs", {"state": state, "file_id": file_id}, limit)
        yield from (read(JobInfo, item) for item in found)

    def job(self, job_id: int) -> JobInfo:
        """How one stands."""
        return read(JobInfo, self._api.ask("GET", f"/jobs/{int(job_id)}"))

    def act_on_all(self, action: Literal["delete", "regenerate", "cancel", "retry"], **chosen: Any) -> int:
        """Do it with every file of the caller that *chosen* names, as ``state`` or ``ids``; how many that were."""
        asked = {"action": action, "filter": chosen}
        changed: int = self._api.ask("POST", "/files/actions", json=asked)["changed"]
        return changed

    # Queues and workers

    def queues(self) -> list[QueueInfo]:
        """Every queue in figures; the jobs are those of files that the caller sees."""
        answer = self._api.ask("GET", "/queues/stats")
        return [read(QueueInfo, {"queue": name, **data}) for name, data in answer.items()]

    def queue_jobs(
        self, queue: str, status: str | None = None, limit: int | None = None
    ) -> Iterator[QueueJob]:
        """The jobs of a queue: what waits in order of arrival, else the newest files first."""
        found = self._pages(f"/queues/{_part(queue)}/jobs", {"status": status}, limit)
        yield from (read(QueueJob, item) for item in found)

    def queue_job(self, queue: str, job_id: str) -> QueueJob:
        """One job, with the traceback of its last error."""
        return read(QueueJob, self._api.ask("GET", f"/queues/{_part(queue)}/jobs/{_part(job_id)}"))

    def workers(self) -> list[WorkerInfo]:
        """Every worker that says that it lives."""
        return [read(WorkerInfo, each) for each in self._api.ask("GET", "/workers")]

    # Knowledge

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        owner: str | None = None,
        file_ids: list[str] | None = None,
        media_types: list[str] | None = None,
        languages: list[str] | None = None,
        since: str | None = None,
        before: str | None = None,
    ) -> list[FoundPassage]:
        """The passages that answer a question, best first."""
        wanted = {
            "q": query, "limit": limit, "owner": owner, "file_id": file_ids or None,
            "media_type": media_types or None, "language": languages or None, "since": since, "before": before,
        }  # fmt: skip
        return [read_found(each) for each in self._api.ask("GET", "/search", params=wanted)]

    def ask(self, question: str, owner: str | None = None) -> Reply:
        """What the files say to a question. *owner*: only their files, and not the graph."""
        return read_reply(self._api.ask("GET", "/ask", params={"q": question, "owner": owner}))

    def passage(self, chunk_id: str, before: int = 0, after: int = 0) -> Passage:
        """A passage with its neighbours."""
        around = {"before": before, "after": after}
        return read(Passage, self._api.ask("GET", f"/chunks/{_part(chunk_id)}", params=around))

    def similar(self, chunk_id: str) -> list[FoundPassage]:
        """Passages of other files that say what a passage says."""
        return [read_found(each) for each in self._api.ask("GET", f"/chunks/{_part(chunk_id)}/similar")]

    def entities(self, name: str = "", type: str | None = None, limit: int = 20) -> list[Entity]:
        """Entities by the beginning of their names, else by a part of them."""
        wanted = {"name": name, "type": type}
        return [read(Entity, item) for item in self._pages("/graph/entities", wanted, limit)]

    def relations(self, key: str, limit: int = 50) -> list[Relation]:
        """What is said of an entity."""
        found: list[Relation] = []
        cursor: str | None = None
        while len(found) < limit:
            wanted = {"limit": min(limit - len(found), 500), "relations_cursor": cursor}
            page = self._api.ask("GET", f"/graph/entities/{quote(key, safe='')}", params=wanted)["relations"]
            found += [read(Relation, item) for item in page["items"]]
            if (cursor := page["next"]) is None:
                break
        return found

    def paths(self, start: str, end: str, hops: int = 4) -> list[list[Relation]]:
        """The shortest ways from one entity to another, by key or name."""
        wanted = {"start": start, "end": end, "hops": hops}
        answer = self._api.ask("GET", "/graph/path", params=wanted)
        return [[read(Relation, step) for step in path["relations"]] for path in answer]

    def query(self, cypher: str, parameters: Mapping[str, Any] | None = None, limit: int = 1000) -> Rows:
        """A question in Cypher that only reads; for admins."""
        asked = {"cypher": cypher, "parameters": dict(parameters or {}), "limit": limit}
        return read(Rows, self._api.ask("POST", "/graph/query", json=asked))

    def _act(self, file_id: str, action: str, json: Mapping[str, Any] | None = None) -> int | None:
        return _job_of(self._api.ask("POST", f"/files/{_part(file_id)}/{action}", json=json))

    def _pages(self, path: str, params: Mapping[str, Any], limit: int | None) -> Iterator[Mapping[str, Any]]:
        left, cursor = limit, None
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            page = self._api.ask("GET", path, params={**params, "cursor": cursor, "limit": size})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return
            left = None if left is None else left - len(page["items"])


def _part(text: str) -> str:
    """As one part of a path."""
    return quote(text, safe="")


def _job_of(answer: Mapping[str, Any]) -> int | None:
    job: int | None = answer.get("job_id")
    return job
