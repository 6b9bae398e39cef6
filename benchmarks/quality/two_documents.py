"""What a walk over the graph does to searches: for questions that need two documents, and for others that name things.

``python -m benchmarks.quality.two_documents [MODEL]`` prints tables in Markdown. AIBOX_TEST_DATA names the folder of
the public sets. The questions are made of Re-DocRED: where one text relates A with B, and another one B with C, it is
asked how A and C are connected, and both texts are right. The others are those of ``retrieval.py``.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aibox_assets.domain.embed import DEFAULT_MODEL
from aibox_assets.domain.extract.extractor import load_extractor
from aibox_assets.domain.models import Chunk
from aibox_assets.domain.ontology import load_ontology
from aibox_assets.domain.resolve import Name, form_of, resolve_document
from aibox_assets.domain.viewer import Viewer
from aibox_assets.local.embedded import running_graph, running_postgres
from aibox_assets.resources.platform import Platform
from aibox_assets.services.search import search
from aibox_assets.services.walks import find_near
from aibox_assets.settings import Settings, with_driver
from aibox_assets.stores.database import migrate
from aibox_assets.stores.graph_records import FileGraph
from benchmarks.quality.retrieval import Paragraph, read_sets, store
from benchmarks.quality.sets import data_folder

TWO: Final = "redocred"
ASKED: Final = (
    "How are {a} and {c} connected?",
    "What do {a} and {c} have in common?",
    "What links {a} with {c}?",
)
RARE, FREQUENT, TOO_FREQUENT = 2, 3, 15
"""Texts that name a thing."""
OF_ONE: Final = 3
"""Questions over one B."""
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the numbers of the texts that are right."""

    text: str
    right: tuple[int, ...]


def two_document_questions(rows: Sequence[dict[str, Any]]) -> dict[str, list[Question]]:
    """The questions, by how many texts name what they name: one or two, or three to fifteen for one of them."""
    named: dict[str, set[int]] = defaultdict(set)
    spelling: dict[str, str] = {}
    facts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, row in enumerate(rows):
        forms = [_form(entity) for entity in row["entities"]]
        for form, entity in zip(forms, row["entities"], strict=True):
            spelling.setdefault(form, _longest(entity))
            for mention in entity["mentions"]:
                named[form_of(entity["type"], mention["text"])].add(number)
        for head, _, tail in row.get("relations", ()):
            if forms[head] != forms[tail] and "" not in (forms[head], forms[tail]):
                facts[forms[head]].append((number, forms[tail]))
                facts[forms[tail]].append((number, forms[head]))
    dice = random.Random(11)  # noqa: S311
    between = [
        form for form, said in facts.items() if len({at for at, _ in said}) > 1 and len(named[form]) <= 25
    ]
    dice.shuffle(between)
    made: list[tuple[Question, str, str]] = []
    asked = set[tuple[str, str]]()
    for form in between:
        pairs = [
            (one, other)
            for one in facts[form]
            for other in facts[form]
            if one[0] < other[0]
            and one[1] != other[1]
            and other[0] not in named[one[1]]
            and one[0] not in named[other[1]]
        ]
        dice.shuffle(pairs)
        left = OF_ONE
        for (first, a), (second, c) in pairs:
            if left and (a, c) not in asked and min(len(spelling[a]), len(spelling[c])) > 3:
                asked.add((a, c))
                text = ASKED[len(made) % len(ASKED)].format(a=spelling[a], c=spelling[c])
                made.append((Question(text, (first, second)), a, c))
                left -= 1
    dice.shuffle(made)
    rare, frequent = list[Question](), list[Question]()
    for question, a, c in made:
        most = max(len(named[a]), len(named[c]))
        if most <= RARE:
            rare.append(question)
        elif FREQUENT <= most <= TOO_FREQUENT:
            frequent.append(question)
    return {"things in one or two texts": rare[:MOST], "one in three to fifteen": frequent[:MOST]}


def _read(data: Path) -> list[dict[str, Any]]:
    with (data / "relations" / "redocred_dev.jsonl").open(encoding="utf-8") as lines:
        return list(map(json.loads, lines))


def _form(entity: dict[str, Any]) -> str:
    known = entity["type"] in ("Person", "Organization", "Location", "MISC")
    return form_of(entity["type"], _longest(entity)) if known else ""


def _longest(entity: dict[str, Any]) -> str:
    return max((str(mention["text"]) for mention in entity["mentions"]), key=len)


@contextmanager
def platforms(model: str) -> Iterator[tuple[Platform, Platform]]:
    """A home with all texts and what extraction found in them: one platform asks its
    graph, the other one does not."""
    data = data_folder()
    with (
        tempfile.TemporaryDirectory() as home,
        running_postgres(Path(home) / "postgres") as url,
        running_graph(Path(home) / "graph") as graph,
    ):
        common = {
            "AIBOX_HOME": home,
            "DATABASE_URL": with_driver(url, "psycopg"),
            "AIBOX_EMBEDDING_MODEL": model,
        }
        migrate(common["DATABASE_URL"])
        bolt = {"NEO4J_URI": graph.uri, "NEO4J_USER": graph.user, "NEO4J_PASSWORD": graph.password}
        walking, plain = Platform(Settings(**common, **bolt)), Platform(Settings(**common))  # type: ignore[arg-type]  # by alias
        plain.__dict__["models"] = walking.models  # loaded once
        walking.graph.ensure_schema(each.name for each in walking.models.ontology.relation_types)
        rows = _read(data)
        paragraphs = {TWO: [Paragraph(at, row["text"], ()) for at, row in enumerate(rows)]}
        for name, texts in (paragraphs | read_sets(data / "retrieval")).items():
            _draw(walking, name, store(walking, name, texts))
        yield walking, plain
        for each in (walking, plain):
            each.engine.dispose()
        walking.graph.close()


def _draw(platform: Platform, owner: str, files: Sequence[Sequence[Chunk]]) -> None:
    """Put what the built-in extractor finds in the chunks of each file into the graph."""
    extractor = load_extractor("offline", load_ontology(None))
    for at in range(0, len(files), 50):
        some = files[at : at + 50]
        found = iter(extractor.extract([chunk for chunks in some for chunk in chunks]))
        graphs, joins = [], {}
        for chunks in some:
            of_file = [next(found) for _ in chunks]
            mentions = tuple(mention for each in of_file for mention in each.mentions)
            names = [Name(each.key, each.type, each.name) for each in mentions]
            file_id = chunks[0].file_id
            joins[file_id] = resolve_document(names, [chunk.text for chunk in chunks])
            places = tuple((chunk.chunk_id, chunk.ordinal) for chunk in chunks)
            triples = tuple(triple for each in of_file for triple in each.triples)
            graphs.append(FileGraph(file_id, "", owner, "1", places, mentions, triples))
        platform.names.replace_files(joins)
        platform.graph.replace_files(graphs)


def measure(walking: Platform, plain: Platform) -> str:
    """The table of all kinds of questions of which a walk is part."""
    data = data_folder()
    kinds = [(title, TWO, asked) for title, asked in two_document_questions(_read(data)).items()]
    for name, paragraphs in read_sets(data / "retrieval").items():
        asked = [Question(question, (each.number,)) for each in paragraphs for question in each.questions]
        kinds.append((name, name, asked))
    lines = [
        "| questions that name two known things | of | all right among five | with a walk | first right | with a walk |"
    ]
    lines += ["|---|---:|---:|---:|---:|---:|"]
    for title, owner, asked in kinds:
        walked = [each for each in asked if find_near(walking, Viewer(owner), each.text)]
        shares = [_shares(platform, owner, walked) for platform in (plain, walking)]
        of = f"{len(walked)} of {len(asked)}"
        columns = " | ".join(f"{share[at]:.3f}" for at in (0, 1) for share in shares)
        lines.append(f"| {title} | {of} | {columns} |")
    return "\n".join(lines)


def _shares(platform: Platform, owner: str, questions: Sequence[Question]) -> tuple[float, float]:
    """Of how many questions all right texts are among the first five, and the first text is right."""
    five = first = 0
    for question in questions:
        right = {f"{owner}-{number}" for number in question.right}
        found = search(platform, Viewer(owner), question.text, limit=20)
        order = list(dict.fromkeys(each.passage.file_id for each in found))
        five += right <= set(order[:5])
        first += right >= set(order[:1]) > set()
    count = max(len(questions), 1)
    return five / count, first / count


def main() -> None:
    """Measure and print."""
    with platforms(sys.argv[1] if len(sys.argv) > 1 else DEFAULT_MODEL) as (walking, plain):
        print(measure(walking, plain))


if __name__ == "__main__":
    main()
