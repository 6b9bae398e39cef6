"""What the API answers, as records; a field that a newer API adds is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from aibox_assets.domain.answers import AnswerSentence, CitedSentence
from aibox_assets.domain.passages import FoundPassage, Passage
from aibox_assets.domain.snippets import Snippet

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Submitted:
    """A file that was sent.

    :ivar outcome: ``known`` where the same bytes were there already. :ivar job_id: to ask :meth:`AIBox.job` for.
    """

    file_id: str
    path: str
    size: int
    sha256: str
    status: str
    outcome: str
    job_id: int | None


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file as a list shows it.

    :ivar status: ``queued``, ``started``, ``finished`` or ``failed``. :ivar counts: what was made, by asset.
    """

    file_id: str
    name: str
    path: str
    owner: str
    type: str | None
    size: int
    sha256: str | None
    status: str
    counts: Mapping[str, int]
    error: str | None
    remedy: str | None
    permanent: bool | None
    created_at: datetime
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a file is.

    :ivar seconds_left: an estimate. :ivar waits: why it waits, in a sentence.
    """

    file_id: str
    status: str
    percent: float
    step: str | None
    message: str
    seconds_left: float | None
    before: int
    waits: str | None

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done."""
        return self.status in ("finished", "failed")


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that files name; counts are of what the caller sees."""

    key: str
    name: str
    type: str
    mentions: int
    files: int


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as one file states it, with the surest words that say so."""

    head: str
    head_type: str
    head_key: str
    relation: str
    tail: str
    tail_type: str
    tail_key: str
    confidence: float
    file_id: str
    path: str
    chunk_id: str
    chunk_ids: tuple[str, ...]
    evidence: str
    char_start: int
    char_end: int
    page: int | None = None
    sheet: str | None = None
    tense: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the files say to a question.

    :ivar passages: that answer, best first; none where nothing does. :ivar sentences: of these, that answer best.
    :ivar written: by a language model, where one is set and answered. :ivar relations: of what the question names.
    :ivar notes: what a person should know, e.g. that the language model did not answer.
    """

    passages: tuple[FoundPassage, ...]
    sentences: tuple[AnswerSentence, ...]
    written: tuple[CitedSentence, ...] | None
    relations: tuple[Relation, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobInfo:
    """What somebody asked for of a file."""

    job_id: int
    kind: str
    file_id: str
    owner: str
    asked_by: str
    status: str
    run_id: str | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartInfo:
    """A part of the installation. *state*: ``ok``, ``unavailable``, or ``paused`` for a queue that stands still."""

    name: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Health:
    """How an installation is. *ready*: whether it can answer requests; a queue may stand still all the same."""

    ready: bool
    parts: tuple[PartInfo, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is amiss."""
        return all(part.state == "ok" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a question in Cypher answers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool


def read(kind: type[T], data: Mapping[str, Any]) -> T:
    """A record of *kind* from JSON: moments from ISO 8601, lists as tuples."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # each kind is a dataclass
    return kind(**{name: _value(name, value) for name, value in data.items() if name in names})


def read_found(data: Mapping[str, Any]) -> FoundPassage:
    """A hit of a search."""
    return FoundPassage(
        passage=read(Passage, data),
        chunk_id=data["chunk_id"],
        score=data["score"],
        similarity=data["similarity"],
        snippet=read(Snippet, data["snippet"]),
        copies=tuple(read(Passage, copy) for copy in data["copies"]),
        through=tuple(data.get("through", ())),
    )


def read_reply(data: Mapping[str, Any]) -> Reply:
    """The answer to a question."""
    passages = tuple(read_found(each) for each in data["passages"])
    written = data["written"]
    return Reply(
        passages,
        tuple(
            read(AnswerSentence, {**each, "passage": passages[each["passage"]]}) for each in data["sentences"]
        ),
        None if written is None else tuple(read(CitedSentence, each) for each in written),
        tuple(read(Relation, each) for each in data["relations"]),
        tuple(data["notes"]),
    )


def _value(name: str, value: Any) -> Any:
    if name.endswith(("_at", "oldest", "not_before")) and isinstance(value, str):
        return datetime.fromisoformat(value)
    return _tuple(value) if isinstance(value, list) else value


def _tuple(value: Any) -> Any:
    return tuple(_tuple(each) for each in value) if isinstance(value, list) else value
