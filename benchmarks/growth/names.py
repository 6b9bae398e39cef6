"""What questions to the graph by name cost beside 1,000,000 entities: wall time in milliseconds.

``python -m benchmarks.growth.names FOLDER [ENTITIES]``; what is written into FOLDER the first time is kept for the
next.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.models import EntityMention, Triple
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.local.embedded import running_graph, running_postgres
from aibox_assets.settings import with_driver
from aibox_assets.stores.database import connect
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import FileGraph
from aibox_assets.stores.locks import graph_write_lock

ENTITIES: Final = 1_000_000
OF_FILE: Final = 20
FILES_AT_ONCE: Final = 250
TIMES: Final = 20
OWNER: Final = Viewer("olga")
_SYLLABLES: Final = (
    *("an", "be", "cor", "da", "el", "fen", "gar", "hol", "is", "jun", "ka", "lor", "min"),
    *("nov", "os", "pra", "qui", "ros", "sal", "tor", "ul", "ver", "wen", "xi", "yor", "zan"),
)
_SUFFIXES: Final = ("Holdings", "Ltd", "Group", "Energy", "Systems", "Bank", "Foods", "Motors")


def main(folder: Path, entities: int = ENTITIES) -> None:
    """Print a line for each question, to the owner of all files and to who sees everything."""
    for part in ("postgres", "graph"):
        (folder / part).mkdir(exist_ok=True, parents=True)
    with running_postgres(folder / "postgres") as database, running_graph(folder / "graph") as address:
        engine = connect(with_driver(database, "psycopg"))
        store = GraphStore(address, graph_write_lock(engine))
        names = list(islice(_names(), entities))
        store.ensure_schema(["SUPPLIES"])
        if not store.versions():
            _seed(store, names)
        for said, ask in _questions(store, names):
            for viewer in (OWNER, OPERATOR):
                who = "all" if viewer.sees_all else viewer.name
                print(f"{who:5} {_measure(partial(ask, viewer))} {said}", flush=True)


def _questions(
    store: GraphStore, names: list[tuple[str, str]]
) -> Iterator[tuple[str, Callable[[Viewer], Any]]]:
    draw = random.Random(5)  # noqa: S311  # guards nothing

    def asks(how: str, part: Callable[[str], str], **more: Any) -> tuple[str, Callable[[Viewer], Any]]:
        return how, lambda viewer: store.entities(viewer, part(draw.choice(names)[0]), windows=1, **more)

    yield asks("whole name", str)
    yield asks("its first word", lambda name: name.split()[0])
    yield asks("its last word, and its first letters before", lambda name: name[: name.index(" ") + 2])
    yield asks("its first letter", lambda name: name[0])
    yield asks("its last word", lambda name: name.split()[-1])
    yield asks("its second word", lambda name: name.split()[1])
    yield asks("the first letters of its second word", lambda name: name.split()[1][:4])
    yield asks("letters within a word", lambda name: name.split()[0][1:])
    yield asks("nothing that is there", lambda name: "q" + name[::-1])
    yield asks("no name", lambda _: "")
    yield asks("no name, a rare type", lambda _: "", type_="Product")
    yield asks("a letter, a rare type", lambda name: name[0], type_="Product")
    yield "relations of a name", lambda viewer: store.relations(viewer, draw.choice(names)[0])
    yield (
        "relations of a second word",
        lambda viewer: store.relations(viewer, draw.choice(names)[0].split()[1]),
    )


def _names() -> Iterator[tuple[str, str]]:
    """Different names with their types, without end: people, and companies of two or three words."""
    draw = random.Random(3)  # noqa: S311  # guards nothing
    words = sorted(
        {"".join(draw.choices(_SYLLABLES, k=draw.choice((2, 3, 3, 4)))).title() for _ in range(30_000)}
    )
    seen = set[str]()
    while True:
        name, type_ = " ".join(draw.choices(words, k=2)), "Person"
        if draw.random() < 0.5:
            name, type_ = (
                f"{name} {draw.choice(_SUFFIXES)}",
                "Organization" if draw.random() < 0.999 else "Product",
            )
        if name not in seen:
            seen.add(name)
            yield name, type_


def _seed(store: GraphStore, names: list[tuple[str, str]]) -> None:
    files = [_graph(at, names[at : at + OF_FILE]) for at in range(0, len(names), OF_FILE)]
    started = time.monotonic()
    for first in range(0, len(files), FILES_AT_ONCE):
        store.replace_files(files[first : first + FILES_AT_ONCE])
        if first % (40 * FILES_AT_ONCE) == 0:
            print(f"{first * OF_FILE} entities, {time.monotonic() - started:.0f} s", flush=True)


def _graph(number: int, names: list[tuple[str, str]]) -> FileGraph:
    id_ = f"f{number}"
    chunk = f"{id_}-0"
    mentions = tuple(
        EntityMention(id_, chunk, entity_key(type_, name), name, type_, 30 * at, 30 * at + len(name), 0.8)
        for at, (name, type_) in enumerate(names)
    )
    triples = tuple(
        Triple(
            id_,
            chunk,
            one.name,
            one.type,
            one.key,
            "SUPPLIES",
            other.name,
            other.type,
            other.key,
            0.8,
            0,
            9,
            "So.",
        )
        for one, other in zip(mentions[:5], mentions[5:10], strict=True)
    )
    return FileGraph(id_, id_, OWNER.name, "1", ((chunk, 0),), mentions, triples)


def _measure(ask: Callable[[], Any]) -> str:
    walls = []
    for _ in range(TIMES):
        started = time.perf_counter()
        ask()
        walls.append(1000 * (time.perf_counter() - started))
    walls.sort()
    return f"p50 {median(walls):7.1f} p95 {walls[-2]:7.1f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
