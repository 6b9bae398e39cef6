"""What was done and seen, by whom, and when it began and ended."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Operation:
    """One thing that somebody did.

    :ivar number: of the document, None where it concerns none. :ivar began: epoch seconds, likewise ``ended``.
    :ivar outcome: ``ok``, ``refused``, or ``unknown`` where no answer came: it may have happened or not.
    """

    who: str
    kind: str
    number: int | None
    began: float
    ended: float = 0.0
    outcome: str = "ok"
    said: dict[str, Any] = field(default_factory=dict)


class History:
    """All operations, and what they found wrong on the way. Safe for threads."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.wrong: list[tuple[int | None, str]] = []
        self._lock = threading.Lock()

    @contextmanager
    def record(self, who: str, kind: str, number: int | None = None, **said: Any) -> Iterator[Operation]:
        """Note an operation, also one that fails."""
        operation = Operation(who, kind, number, time.time(), said=said)
        with self._lock:
            self.operations.append(operation)
        try:
            yield operation
        finally:
            operation.ended = time.time()

    def report(self, number: int | None, what: str) -> None:
        """Something that must not be; told at once, since a run may take long."""
        print(f"document {number}: {time.strftime('%H:%M:%S')} {what}", flush=True)
        with self._lock:
            self.wrong.append((number, f"{time.strftime('%H:%M:%S')} {what}"))

    def counts(self) -> dict[str, int]:
        """Operations by kind."""
        with self._lock:
            return dict(sorted(Counter(operation.kind for operation in self.operations).items()))

    def of(self, number: int) -> list[Operation]:
        """The operations on one document that changed something."""
        with self._lock:
            return [each for each in self.operations if each.number == number and each.kind != "search"]

    def save(self, path: Path) -> None:
        """Write it down, one operation a line."""
        with self._lock, path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in self.operations)
            file.writelines(json.dumps({"number": n, "wrong": what}) + "\n" for n, what in self.wrong)
