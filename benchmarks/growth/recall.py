"""How many of the nearest passages the index of vectors finds, against comparing with all, and in what time.

``python -m benchmarks.growth.recall FOLDER TEXTS.jsonl …``: lines with a ``text`` each, of which every hundredth is
asked for; below 10,000 texts there is no index. The vectors stay in FOLDER for the next time.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import mean, median
from typing import Any, Final

import numpy as np
from pgvector import Vector

from aibox_assets.domain.embed import INT8, MULTILINGUAL, Embedder, describe_model
from aibox_assets.domain.filters import EVERYTHING
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.local.embedded import running_postgres
from aibox_assets.settings import with_driver
from aibox_assets.stores.database import connect, migrate
from aibox_assets.stores.search.by_vector import bind_vector, rank_by_vector
from aibox_assets.stores.search.scope import scope_of
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.vector_indexes import ensure_indexes

CANDIDATES: Final = 100
EACH: Final = 100
"""Of so many texts one is a question."""


def main(folder: Path, *sources: str) -> None:
    """Print recall of the ten and of the hundred nearest, and milliseconds of a question."""
    (folder / "postgres").mkdir(parents=True, exist_ok=True)
    model = describe_model(MULTILINGUAL + INT8)
    stored = _vectors(folder / "vectors.npy", Embedder(model), sources)
    passages, questions = np.delete(stored, np.s_[::EACH], axis=0), stored[::EACH]
    with running_postgres(folder / "postgres") as database:
        url = with_driver(database, "psycopg")
        migrate(url)
        engine = connect(url)
        space = SpaceStore(engine).use_model(model.spec)
        with engine.begin() as connection:
            raw = connection.connection.cursor()
            # These vectors are of no chunks.
            raw.execute(
                f"ALTER TABLE {space.table} DROP CONSTRAINT IF EXISTS vectors_{space.id}_chunk_id_fkey"
            )
            raw.execute(f"TRUNCATE {space.table}")
            with raw.copy(f"COPY {space.table} (chunk_id, embedding) FROM STDIN") as copy:
                for number, vector in enumerate(passages):
                    copy.write_row((str(number), Vector(vector).to_text()))
        ensure_indexes(engine)
        walls, tens, hundreds = [], [], []
        for question in questions:
            nearest = np.argsort(-(passages @ question))[:CANDIDATES]
            with engine.begin() as connection:
                started = time.perf_counter()
                scope = scope_of(OPERATOR, EVERYTHING)
                found = rank_by_vector(connection, space, bind_vector(space, question), scope, CANDIDATES)
                walls.append(1000 * (time.perf_counter() - started))
            tens.append(_share(found, nearest[:10]))
            hundreds.append(_share(found, nearest))
        walls.sort()
        print(f"{len(passages)} passages, {len(questions)} questions")
        print(f"recall of 10 {mean(tens):.4f}, of 100 {mean(hundreds):.4f}")
        print(f"p50 {median(walls):.1f} p95 {walls[int(0.95 * len(walls))]:.1f} ms")


def _share(found: list[str], nearest: Any) -> float:
    return len({int(each) for each in found} & set(nearest.tolist())) / len(nearest)


def _vectors(kept: Path, embedder: Embedder, sources: tuple[str, ...]) -> Any:
    if not kept.exists():
        lines = (line for source in sources for line in Path(source).read_text(encoding="utf-8").splitlines())
        texts = sorted({str(json.loads(line)["text"])[:700] for line in lines})
        np.random.default_rng(1).shuffle(texts)
        np.save(kept, embedder.encode_passages(texts))
    return np.load(kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
