"""The raw figures: typed, kept in ``docs/performance.json``, so that a partial run leaves the others standing."""

from __future__ import annotations

import math
import os
import platform
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil
from pydantic import TypeAdapter

VERSIONS: Final = (
    "dagster",
    "dagster-celery",
    "celery",
    "rq",
    "torch",
    "sentence-transformers",
    "spacy",
    "arcadedb-embedded",
)


def now() -> str:
    """The time of a measurement, UTC, to the minute."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where figures were measured; figures of two machines are never put into one table.

    :ivar memory_gib: RAM. :ivar cores: that this process may use.
    """

    cores: int
    cpu: str
    memory_gib: int
    python: str
    versions: dict[str, str]

    @staticmethod
    def here() -> Machine:
        """This machine, and what is installed on it."""
        info = Path("/proc/cpuinfo")
        lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        return Machine(
            cores=len(os.sched_getaffinity(0)),
            cpu=models[0] if models else platform.processor() or platform.machine(),
            memory_gib=round(psutil.virtual_memory().total / 2**30),
            python=platform.python_version(),
            versions={name: version(name) for name in VERSIONS},
        )

    def is_same_hardware(self, other: Machine) -> bool:
        """Whether figures of both may be compared."""
        return (self.cores, self.cpu) == (other.cores, other.cpu)


@dataclass(frozen=True, slots=True)
class Throughput:
    """Some files at once, through one way of doing the work.

    :ivar files: that really ran. :ivar seconds: from the start (or the drop) to the last result.
    :ivar chunks: results that were counted afterwards; 0 for those that this way does not make.
    :ivar load: load average over a minute, before the start.
    :ivar cpu: seconds of CPU time by process, where they were measured; children that ended are in them.
    :ivar floor: seconds of the floor, the mean of a pass right before and one right after; 0 where there were none.
    """

    name: str
    label: str
    files: int
    seconds: float
    chunks: int = 0
    vectors: int = 0
    triples: int = 0
    load: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    floor: float = 0.0
    at: str = field(default_factory=now)

    @property
    def rate(self) -> float:
        """Files per second."""
        return self.files / self.seconds

    @property
    def speed(self) -> float:
        """How fast, by the floor of the same minutes as 1; NaN without one."""
        return self.floor / self.seconds or math.nan


@dataclass(frozen=True, slots=True)
class Latency:
    """One small file at a time, on an idle home, from its drop to its last asset, in seconds."""

    seconds: list[float]
    at: str = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Changed:
    """A few files of many dropped with other bytes, again and again: seconds to the last asset of all."""

    changed: int
    files: int
    seconds: list[float]
    at: str = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Files dropped again with the same bytes: what that caused. *written*: assets made anew, by any run."""

    files: int
    runs: int
    written: int
    at: str = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Scale:
    """Tiny files, first few and then many more, into the same home."""

    few: Throughput
    many: Throughput


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of each worker with its children, while files are processed.

    :ivar done: files finished at each sample. :ivar mib: MiB at each sample, by worker.
    :ivar after: files after which growth counts.
    """

    files: int
    after: int
    done: list[int]
    mib: dict[str, list[float]]
    at: str = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class SensorTick:
    """Seconds of one tick of ``upload_sensor`` over many known files.

    :ivar idle: nothing is new. :ivar busy: *new* files are new, are taken in and requested.
    """

    files: int
    new: int
    idle: list[float]
    busy: list[float]
    at: str = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Writes:
    """Seconds to write one batch, by the number of chunks that were stored before it (the median of a few)."""

    batch_files: int
    batch_chunks: int
    stored: list[int]
    vectors: list[float]
    graph: list[float]
    at: str = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Width:
    """Chunks per second by the number of workers of a queue, with a model that sleeps in its place.

    :ivar seconds_a_chunk: that it sleeps. :ivar cpu: seconds of CPU time of all else, in each run.
    """

    seconds_a_chunk: float
    workers: list[int]
    rates: list[float]
    cpu: list[float]
    at: str = field(default_factory=now)

    @property
    def efficiency(self) -> dict[int, float]:
        """What each worker does, against one alone."""
        alone = self.rates[self.workers.index(1)]
        return {n: rate / n / alone for n, rate in zip(self.workers, self.rates, strict=True)}


Measured = Throughput | Latency | Changed | Unchanged | Scale | Memory | SensorTick | Writes | Width


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured on one machine, the newest of each."""

    machine: Machine
    texts: int
    throughput: dict[str, Throughput] = field(default_factory=dict)
    latency: Latency | None = None
    changed: Changed | None = None
    unchanged: Unchanged | None = None
    scale: Scale | None = None
    memory: Memory | None = None
    tick: SensorTick | None = None
    writes: Writes | None = None
    width: Width | None = None

    def with_measured(self, measured: Measured) -> Figures:
        """These figures, with a newer one in its place."""
        match measured:
            case Throughput():
                return replace(self, throughput={**self.throughput, measured.name: measured})
            case Latency():
                return replace(self, latency=measured)
            case Changed():
                return replace(self, changed=measured)
            case Unchanged():
                return replace(self, unchanged=measured)
            case Scale():
                return replace(self, scale=measured)
            case Memory():
                return replace(self, memory=measured)
            case SensorTick():
                return replace(self, tick=measured)
            case Writes():
                return replace(self, writes=measured)
            case Width():
                return replace(self, width=measured)


_FIGURES: Final = TypeAdapter(Figures)


def read_figures(path: Path, machine: Machine, texts: int) -> Figures:
    """The figures kept in *path*; without those when they are of other hardware or of another number of texts."""
    if path.is_file():
        kept = _FIGURES.validate_json(path.read_bytes())
        if kept.machine.is_same_hardware(machine) and kept.texts == texts:
            return replace(kept, machine=machine)
    return Figures(machine, texts)


def write_figures(path: Path, figures: Figures) -> None:
    """Replace *path*."""
    staged = path.with_name(f".{path.name}.part")
    staged.write_bytes(_FIGURES.dump_json(figures, indent=2) + b"\n")
    staged.replace(path)
