"""Who kills, pauses and restarts processes of a home, as often as asked."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Final

import psutil

from aibox_assets.local.state import read_state
from aibox_assets.local.supervisor import STATE_FILE
from aibox_assets_tests.chaos.processes import (
    WORKERS,
    eventually,
    family_of,
    find_pid,
    find_supervisor,
    frozen,
    is_back,
    kill,
    pool_child,
    run_workers,
)
from aibox_assets_tests.integration.real_home import RealHome

CHEAP: Final = ("child", "run worker", "redis", "graph")
DEAR: Final = ("worker", "daemon", "code-server", "postgres", "webserver")
"""What takes seconds of CPU to start again."""
SERVERS: Final = (
    *("redis", "graph", "postgres", "imports", "daemon", "code-server", "webserver"),
    *WORKERS.values(),
)
SETTLED_SECONDS: Final = 90.0
DEATHS_IN_A_ROW: Final = 5
"""The supervisor gives up what dies ten times without a minute of health: that is its right, and no fault here."""
BACK_SECONDS: Final = 180.0


class Faults:
    """*count* faults, each of a random kind on a random process.

    :param rest: mean seconds between two of them. :param dear: share of those whose process takes long to be back.
    """

    def __init__(self, home: RealHome, seed: str, count: int, *, rest: float, dear: float) -> None:
        self._home, self._count, self._rest, self._dear = home, count, rest, dear
        self._dice = random.Random(seed)
        self._deaths: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def run(self, ending: threading.Event) -> None:
        """All of them, one after the other."""
        while sum(self.done.values()) < self._count and not ending.is_set():
            time.sleep(self._dice.expovariate(1 / self._rest))
            assert find_supervisor(self._home).is_running(), (
                "the supervisor, which nobody kills here, is gone"
            )
            what = self._dice.choice(DEAR if self._dice.random() < self._dear else CHEAP)
            how = self._dice.choices(("killed", "paused", "ended"), (6, 2, 1))[0]
            with suppress(psutil.NoSuchProcess):
                if victims := self._find(what, how):
                    self._do(how, victims)
                    self.done[f"{what} {how}"] += 1

    def wait_back(self) -> None:
        """Until every service answers."""
        for name in SERVERS:
            eventually(partial(is_back, self._home, name, None), BACK_SECONDS, f"{name} is back")

    def _find(self, what: str, how: str) -> list[psutil.Process]:
        if what == "child":
            child = pool_child(self._home, self._dice.choice(list(WORKERS.values())))
            return [child] if child else []
        if what == "run worker":
            return [self._dice.choice(found)] if (found := run_workers(self._home)) else []
        service = self._dice.choice(list(WORKERS.values())) if what == "worker" else what
        if not self._may_die(service, how):
            return []
        pid = find_pid(self._home, service)
        if pid is None:
            return []
        alone = what in ("code-server", "worker") and self._dice.random() < 0.5
        return [psutil.Process(pid)] if alone or how == "ended" else family_of(pid)

    def _may_die(self, service: str, how: str) -> bool:
        state = read_state(self._home.path / "run" / STATE_FILE)
        found = next((s for s in state.services if s.name == service), None) if state else None
        if found is None or found.state != "running":
            return False
        if time.time() - found.since > SETTLED_SECONDS:
            self._deaths[service] = 0
        if how != "paused":
            self._deaths[service] += 1
        return self._deaths[service] <= DEATHS_IN_A_ROW

    def _do(self, how: str, victims: Iterable[psutil.Process]) -> None:
        if how == "killed":
            kill(victims)
        elif how == "ended":
            for victim in victims:
                victim.send_signal(signal.SIGTERM)
        else:
            with frozen(victims):
                time.sleep(self._dice.choice((0.5, 1, 2, 4, 15)))
