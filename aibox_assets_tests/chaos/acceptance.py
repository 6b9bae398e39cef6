"""What must hold after every fault: nothing lost, nothing twice, nothing left behind. And a line of figures."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise

import sqlalchemy as sa

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.stores import tables
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.tables import files, steps, work
from aibox_assets_tests.chaos.processes import ask_dagster, redis_of
from aibox_assets_tests.integration.real_home import RealHome

QUIET_SECONDS = 180.0
"""The watchdog takes back what dead runs hold a minute after they took it; run monitoring looks each 15 s."""

_LIVE_RUNS = sa.text("SELECT run_id, status FROM runs WHERE status NOT IN ('SUCCESS', 'FAILURE', 'CANCELED')")
_SLOTS = sa.text("SELECT run_id, step_key FROM concurrency_slots WHERE run_id IS NOT NULL")


@dataclass(slots=True)
class Figures:
    """What a fault test did and saw; :meth:`tell` prints it. :ivar recoveries: in seconds."""

    line: str
    killed: int = 0
    recoveries: list[float] = field(default_factory=list)
    lost: int = 0
    duplicated: int = 0
    note: str = ""

    def tell(self) -> None:
        """Print the line."""
        longest = f"{max(self.recoveries):.1f} s" if self.recoveries else "none to wait for"
        print(
            f"\nline {self.line}: killed {self.killed}, recovered {len(self.recoveries)}, lost {self.lost}, "
            f"duplicated {self.duplicated}, longest recovery {longest}{'; ' if self.note else ''}{self.note}"
        )


def accept(home: RealHome, paths: Collection[str], figures: Figures) -> dict[str, FileRecord]:
    """Wait until the home is quiet, print the figures, and assert the common acceptance; the records by path."""
    deadline = time.monotonic() + QUIET_SECONDS
    while (left := _left_behind(home)) and time.monotonic() < deadline:
        time.sleep(1)
    records = home.platform.files.at_paths(INBOX, paths)
    lost = [path for path in paths if path not in records or not _ended_well(records[path])]
    twice = _duplicates(home)
    wrong = _orphans(home) + _differences(home)
    figures.lost, figures.duplicated = len(lost), len(twice)
    figures.tell()
    assert not lost, lost
    assert not twice, twice
    assert not left, left
    assert not wrong, wrong
    return records


def _ended_well(record: FileRecord) -> bool:
    """Finished, or failed with a reason, a kind and a remedy."""
    if record.status is Status.FINISHED:
        return True
    typed = bool(record.error and record.remedy) and record.permanent is not None
    return record.status is Status.FAILED and typed


def _left_behind(home: RealHome) -> list[str]:
    """Runs that are not over, leases, work that a run has, tokens, slots."""
    left = [f"run {run_id} is {status}" for run_id, status in ask_dagster(home, _LIVE_RUNS)]
    left += [f"slot of {run_id} {step_key}" for run_id, step_key in ask_dagster(home, _SLOTS)]
    with redis_of(home) as client:
        # Who was killed stays in the index of leases until it is listed.
        left += [key.decode() for key in client.scan_iter("aibox:lease:*") if key != b"aibox:lease:index"]
    with transaction(home.platform.engine) as connection:
        held = sa.select(work).where(work.c.run.is_not(None))
        left += [f"{row.asset} of {row.file_id}, which {row.run} has" for row in connection.execute(held)]
        left += [f"token of {row.step_key} of {row.run_id}" for row in connection.execute(sa.select(steps))]
    return left


def _duplicates(home: RealHome) -> list[str]:
    """Places of chunks, vectors and triples that are taken twice."""
    place = (tables.chunks.c.file_id, tables.chunks.c.ordinal)
    query = sa.select(*place).group_by(*place).having(sa.func.count() > 1)
    with transaction(home.platform.engine) as connection:
        found = [f"vectors {row.file_id} {row.ordinal}" for row in connection.execute(query)]
        ids = list(connection.scalars(sa.select(files.c.id)))
    results = ParquetIOManager(home.platform.settings.storage_url)
    for id_ in ids:
        for asset, columns in (
            ("chunks", ("ordinal",)),
            ("kg_triples", ("chunk_id", "head_key", "relation", "tail_key", "char_start", "char_end")),
        ):
            stored = results.read_table(asset, id_)
            rows = stored.rows.select(columns).to_pylist() if stored else []
            if len({tuple(row.values()) for row in rows}) != len(rows):
                found.append(f"{asset} of {id_}")
    seen = home.platform.graph.snapshot()
    return found + [line for line, next_ in pairwise(seen) if line == next_]


def _orphans(home: RealHome) -> list[str]:
    """What belongs to no file."""
    with transaction(home.platform.engine) as connection:
        known = set(connection.scalars(sa.select(files.c.id)))
        owners = set(connection.scalars(sa.select(tables.chunks.c.file_id).distinct()))
    found = [f"embeddings of {id_}" for id_ in owners - known]
    found += [f"graph of {id_}" for id_ in set(home.platform.graph.versions()) - known]
    for path in (home.path / "storage").rglob("*"):
        if path.is_file() and (path.suffix != ".parquet" or path.stem not in known):
            found.append(str(path))
    return found


def _differences(home: RealHome) -> list[str]:
    """Where Parquet, vectors, graph and the table of files do not say the same of a finished file."""
    platform = home.platform
    results = ParquetIOManager(platform.settings.storage_url)
    ids = [record.id for record in platform.files.select(status=Status.FINISHED)]
    in_graph, versions = platform.graph.counts(ids), platform.graph.versions()
    vectors = platform.vectors.counts(ids)
    records = platform.files.get(ids)
    made = {(id_, asset): each for id_ in ids for asset, each in records[id_].work.items()}
    found = []
    for id_ in ids:
        chunks, triples = results.read_table("chunks", id_), results.read_table("kg_triples", id_)
        if chunks is None or triples is None:
            found.append(f"{id_} has no Parquet")
            continue
        keys = {(t["head_key"], t["relation"], t["tail_key"]) for t in triples.rows.to_pylist()}
        numbers = {
            "chunks": {chunks.rows.num_rows, vectors[id_], in_graph[id_].chunks, made[id_, "chunks"].items},
            "triples": {len(keys), in_graph[id_].triples, made[id_, "kg_triples"].items},
        }
        found += [f"{id_}: {what} {seen}" for what, seen in numbers.items() if len(seen) > 1]
        stored = {"chunks": chunks.version, "kg_triples": triples.version}
        found += [f"{id_}: version of {a}" for a, v in stored.items() if v != made[id_, a].made]
        if versions.get(id_) != triples.version:
            found.append(f"{id_}: version in the graph")
    return found
