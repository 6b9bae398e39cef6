"""What more machines do: a simulation of the queue, the starting of runs and the writers, printed as Markdown.

``python -m benchmarks.machines``. The rates are measured ones, batches are cut by the rule that the sensor uses
(``automation/batches.py``); what is simulated is who waits for whom. Each machine has a worker for vectors and one for
triples, each with a core of its own; Postgres, the graph server and Dagster's daemon are shared.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from aibox_assets.assets.step import PART_CHUNKS
from aibox_assets.automation.batches import Shares, Width

MACHINES: Final = (1, 10, 20, 50, 100)
MINUTES: Final = 20
"""Work that waits, as minutes of all machines."""


@dataclass(frozen=True)
class Rates:
    """Seconds that one chunk, or one run, takes of a part of the system.

    :ivar embed: of a core; so *extract*. :ivar vectors: of Postgres, for the vectors and all that is written with them.
    :ivar triples: likewise. :ivar graph: of the graph, which one writer at a time has. :ivar run: of Dagster's daemon,
        which starts one run after the other. :ivar cores: of Postgres.
    """

    embed: float = 0.028
    extract: float = 0.034
    vectors: float = 0.002
    triples: float = 0.001
    graph: float = 0.0006
    run: float = 0.3
    cores: int = 4


@dataclass(frozen=True, slots=True)
class Throughput:
    """Chunks per second from the first to the last triple; shares of the time that each shared part was busy."""

    machines: int
    chunks_a_second: float
    runs: float
    postgres: float
    graph: float


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def after(self, seconds: float, then: Callable[[], None]) -> None:
        heapq.heappush(self._later, (self.now + seconds, next(self._order), then))

    def run(self) -> float:
        while self._later:
            self.now, _, then = heapq.heappop(self._later)
            then()
        return self.now


class _Server:
    """Serves as many at once as it has places, in the order in which they come."""

    def __init__(self, clock: _Clock, places: int) -> None:
        self.busy = 0.0
        self._clock, self._free = clock, places
        self._waiting: deque[tuple[float, Callable[[], None]]] = deque()

    def serve(self, seconds: float, then: Callable[[], None]) -> None:
        self._waiting.append((seconds, then))
        self._next()

    def _next(self) -> None:
        if self._free and self._waiting:
            seconds, then = self._waiting.popleft()
            self._free -= 1
            self.busy += seconds
            self._clock.after(seconds, lambda: self._end(then))

    def _end(self, then: Callable[[], None]) -> None:
        self._free += 1
        then()
        self._next()


class _Workers:
    """The workers of one queue: the model over a part, then its writes, while the model has the next part."""

    def __init__(
        self, clock: _Clock, workers: int, a_chunk: float, write: Sequence[tuple[_Server, float]]
    ) -> None:
        self._clock, self._idle, self._a_chunk, self._write = clock, workers, a_chunk, write
        self._queue: deque[tuple[int, Callable[[], None]]] = deque()

    def add(self, chunks: int, then: Callable[[], None]) -> None:
        self._queue.append((chunks, then))
        self._take()

    def _take(self) -> None:
        if self._idle and self._queue:
            self._idle -= 1
            chunks, then = self._queue.popleft()
            parts = deque(min(PART_CHUNKS, chunks - start) for start in range(0, chunks, PART_CHUNKS))
            self._compute(parts, [len(parts)], [0], then)

    def _compute(
        self, parts: deque[int], left: list[int], behind: list[int], then: Callable[[], None]
    ) -> None:
        """*left*: parts that are not written; *behind*: computed ones of these, of which two may wait."""
        if not parts:
            return
        chunks = parts.popleft()

        def written() -> None:
            left[0] -= 1
            behind[0] -= 1
            if not left[0]:
                self._idle += 1
                then()
                self._take()
            elif behind[0] == _MOST_BEHIND - 1:
                self._compute(parts, left, behind, then)

        def computed() -> None:
            behind[0] += 1
            self._write_out(chunks, 0, written)
            if behind[0] < _MOST_BEHIND:
                self._compute(parts, left, behind, then)

        self._clock.after(chunks * self._a_chunk, computed)

    def _write_out(self, chunks: int, at: int, then: Callable[[], None]) -> None:
        if at == len(self._write):
            then()
            return
        server, a_chunk = self._write[at]
        server.serve(chunks * a_chunk, lambda: self._write_out(chunks, at + 1, then))


_MOST_BEHIND: Final = 3


def simulate(machines: int, rates: Rates, minutes: float = MINUTES) -> Throughput:
    """*minutes* of work for *machines*, from the first request to the last write."""
    clock = _Clock()
    daemon, postgres, graph = _Server(clock, 1), _Server(clock, rates.cores), _Server(clock, 1)
    vectors = _Workers(clock, machines, rates.embed, [(postgres, rates.vectors)])
    triples = _Workers(clock, machines, rates.extract, [(postgres, rates.triples), (graph, rates.graph)])
    slowest = max(rates.embed, rates.extract)
    width = Width(machines, slowest)
    shares = Shares(width)
    total = left = int(machines * minutes * 60 / slowest)
    live = 0

    def request() -> None:
        nonlocal left, live
        while left and live < width.batches:
            chunks = min(left, max(1, int(shares.next(left))))
            left -= chunks
            live += 1
            daemon.serve(rates.run, lambda chunks=chunks: start(chunks))  # type: ignore[misc]

    def start(chunks: int) -> None:
        open_steps = [2]

        def end() -> None:
            nonlocal live
            open_steps[0] -= 1
            if not open_steps[0]:
                live -= 1
                request()

        vectors.add(chunks, end)
        triples.add(chunks, end)

    request()
    seconds = clock.run()
    return Throughput(
        machines,
        total / seconds,
        daemon.busy / seconds,
        postgres.busy / seconds / rates.cores,
        graph.busy / seconds,
    )


def table(title: str, rates: Rates) -> str:
    """Rows for one, and more machines."""
    rows = [simulate(machines, rates) for machines in MACHINES]
    lines = [
        f"**{title}**\n",
        "| machines | chunks/s | of linear | starting runs | Postgres | graph |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.machines} | {row.chunks_a_second:,.0f} "
        f"| {row.chunks_a_second / rows[0].chunks_a_second / row.machines:.2f} "
        f"| {row.runs:.0%} | {row.postgres:.0%} | {row.graph:.0%} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table("As measured", Rates()))
    print(table("If Postgres had 16 cores", Rates(cores=16)))
