"""Whether a search finds the paragraph that answers, and says so where none does: the whole search, public questions.

``python -m benchmarks.quality.retrieval DATA MODEL [--every N]`` prints tables in Markdown. DATA holds
``xquad_en.jsonl``, ``xquad_zh.jsonl`` and ``cmrc_zh.jsonl``: lines of ``{id, text, questions}``, where equal ids of
the two XQuAD sets are the same paragraph.
"""

from __future__ import annotations

import argparse
import json
import random
import string
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
import sqlalchemy as sa

from aibox_assets.domain.embed import Embedder
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.models import Block, Chunk, ParsedDocument
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.local.embedded import running_postgres
from aibox_assets.resources.platform import Platform
from aibox_assets.services.ask import ANSWERS
from aibox_assets.services.search import search
from aibox_assets.settings import Settings, with_driver
from aibox_assets.stores.database import migrate
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.tables import accounts, files
from aibox_assets.stores.vectors import FileEmbeddings

T = TypeVar("T")

SETS = ("xquad_en", "xquad_zh", "cmrc_zh")
ASKED = (
    ("XQuAD English", "xquad_en", "xquad_en"),
    ("XQuAD Chinese", "xquad_zh", "xquad_zh"),
    ("CMRC", "cmrc_zh", "cmrc_zh"),
    ("English question, Chinese text", "xquad_en", "xquad_zh"),
    ("Chinese question, English text", "xquad_zh", "xquad_en"),
)
FOREIGN = (
    ("XQuAD Chinese, in CMRC", "xquad_zh", "cmrc_zh"),
    ("CMRC, in XQuAD Chinese", "cmrc_zh", "xquad_zh"),
)
AMONG = ("xquad_en", "cmrc_zh")
"""Files of both languages, of which only those in English answer."""
TOPIC = 8
"""Neighbours of a paragraph in its set that may be of the same article."""
RANDOM = 50


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text with the questions that it answers."""

    number: int
    text: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """How one kind of question was answered.

    :ivar ranks: of the right file, by question, from 0; None where it is not among the first five, or there is none.
    :ivar scores: of the first passage, 0 where none was found.
    """

    name: str
    ranks: tuple[int | None, ...]
    scores: tuple[float, ...]

    def hit(self, count: int) -> float:
        """The share of questions whose file is among the first *count*."""
        return sum(rank is not None and rank < count for rank in self.ranks) / len(self.ranks)

    def reach(self, score: float) -> float:
        """The share of questions whose first passage has at least this score."""
        return sum(each >= score for each in self.scores) / len(self.scores)


def read_sets(data: Path) -> dict[str, list[Paragraph]]:
    """The paragraphs of each set."""
    return {
        name: [
            Paragraph(number, row["text"], tuple(row["questions"]))
            for number, row in enumerate(map(json.loads, (data / f"{name}.jsonl").open(encoding="utf-8")))
        ]
        for name in SETS
    }


def measure(
    data: Path, model: str, *, every: int = 1, embedder: Embedder | None = None
) -> tuple[list[Found], list[Found]]:
    """Questions that are answered in the files, and questions that are not.

    :param every: only each so many-th question. :param embedder: instead of the loaded *model*.
    """
    sets = read_sets(data)
    with filled(sets, model, embedder) as platform:
        answered = [ask(platform, title, sets[q], q, p, every) for title, q, p in ASKED]
        mixed = [f"{name}-{each.number}" for name in AMONG for each in sets[name]]
        title = "Chinese question, English text among 424 of CMRC's"
        answered.append(ask(platform, title, sets["xquad_zh"], "xquad_zh", "xquad_en", every, mixed))
        unanswered = [ask(platform, title, sets[q], q, p, 4 * every) for title, q, p in FOREIGN]
        unanswered.append(
            ask(platform, "XQuAD English, its article left out", sets["xquad_en"], "", "xquad_en", every)
        )
        unanswered.append(_ask_nonsense(platform))
    return answered, unanswered


@contextmanager
def filled(
    sets: Mapping[str, Sequence[Paragraph]], model: str, embedder: Embedder | None = None
) -> Iterator[Platform]:
    """A home with all paragraphs of *sets*."""
    with tempfile.TemporaryDirectory() as home, running_postgres(Path(home) / "postgres") as url:
        url = with_driver(url, "psycopg")
        migrate(url)
        platform = Platform(Settings(AIBOX_HOME=home, DATABASE_URL=url, AIBOX_EMBEDDING_MODEL=model))  # type: ignore[call-arg]  # by alias
        platform.models.__dict__["embedder"] = embedder or platform.models.embedder
        for name, paragraphs in sets.items():
            store(platform, name, paragraphs)
        with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # As Postgres does by itself within a minute: before, it is not known which words are frequent.
            connection.execute(sa.text("ANALYZE aibox.chunks"))
        yield platform
        platform.engine.dispose()


def report(answered: Sequence[Found], unanswered: Sequence[Found]) -> str:
    """Two tables in Markdown."""
    lines = [
        "| answered in the files | questions | hit@1 | hit@5 | first passage taken for an answer |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {each.name} | {len(each.ranks)} | {each.hit(1):.3f} | {each.hit(5):.3f} | {each.reach(ANSWERS):.3f} |"
        for each in answered
    ]
    lines += [
        "",
        "| not in the files | questions | nothing found | first passage taken for an answer | scored above 0.5 |",
    ]
    lines += ["|---|---:|---:|---:|---:|"]
    lines += [
        f"| {each.name} | {len(each.scores)} | {1 - each.reach(1e-9):.3f} | {each.reach(ANSWERS):.3f} "
        f"| {each.reach(0.5):.3f} |"
        for each in unanswered
    ]
    return "\n".join(lines)


def store(platform: Platform, name: str, paragraphs: Sequence[Paragraph]) -> list[Sequence[Chunk]]:
    """One file for each paragraph, owned by its set.

    :returns: the chunks of each file.
    """
    space = platform.stored_model
    with platform.engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO aibox.folders (label) VALUES ('inbox') ON CONFLICT DO NOTHING")
        )
        connection.execute(sa.insert(accounts).values(name=name))
        connection.execute(sa.insert(files), [_file_row(name, each) for each in paragraphs])
    stored: list[Sequence[Chunk]] = []
    for some in _batches(paragraphs, 60):
        chunks = [
            platform.models.splitter.split(
                f"{name}-{each.number}", ParsedDocument(each.text, (Block(0, len(each.text)),), "text/plain")
            )
            for each in some
        ]
        vectors = iter(
            platform.models.embedder.encode_passages([chunk.text for of in chunks for chunk in of])
        )
        entries = [FileEmbeddings(of[0].file_id, of, np.stack([next(vectors) for _ in of])) for of in chunks]
        platform.vectors.replace_files(space, entries)
        stored += chunks
    return stored


def _file_row(name: str, paragraph: Paragraph) -> dict[str, object]:
    key = f"{name}-{paragraph.number}"
    return {
        "id": key,
        "folder": INBOX,
        "path": f"{name}/{key}.txt",
        "owner_id": name,
        "size": 1,
        "mtime_ns": 1,
    }


def ask(
    platform: Platform,
    title: str,
    paragraphs: Sequence[Paragraph],
    asked: str,
    searched: str,
    every: int,
    files: Sequence[str] | None = None,
) -> Found:
    """How the questions of *paragraphs* are answered.

    :param asked: empty to ask without the paragraph that answers and those around it. :param files: to ask of
        instead of the set *searched*.
    """
    ranks: list[int | None] = []
    scores: list[float] = []
    questions = [(each, question) for each in paragraphs for question in each.questions][::every]
    for paragraph, question in questions:
        right, filters = f"{searched}-{paragraph.number}", Filters(owner=searched)
        if files is not None:
            filters = Filters(file_ids=files)
        if not asked:
            others = (other for other in range(len(paragraphs)) if abs(other - paragraph.number) > TOPIC)
            filters = Filters(file_ids=[f"{searched}-{other}" for other in others])
        found = search(platform, OPERATOR, question, filters, 5)
        order = list(dict.fromkeys(each.passage.file_id for each in found))
        ranks.append(order.index(right) if right in order else None)
        scores.append(found[0].score if found else 0.0)
    return Found(title, tuple(ranks), tuple(scores))


def _ask_nonsense(platform: Platform) -> Found:
    dice = random.Random(0)  # noqa: S311
    words = ("".join(dice.choices(string.ascii_lowercase, k=dice.randint(4, 8))) for _ in range(2 * RANDOM))
    found = [search(platform, OPERATOR, " ".join(pair), limit=5) for pair in _batches(words, 2)]
    return Found(
        "two random words", (None,) * RANDOM, tuple(each[0].score if each else 0.0 for each in found)
    )


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("model")
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    print(report(*measure(given.data, given.model, every=given.every)))


if __name__ == "__main__":
    main()
