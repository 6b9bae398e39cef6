"""One service's life: waiting, starting, running, down and up again, replaced, given up, ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Literal

from aibox_assets.process.command import Command, Process, kill_group
from aibox_assets.process.log import ProcessLog
from aibox_assets.process.service import CannotTellError, RestartPolicy, Service

Step = Literal["waiting", "preparing", "starting", "finishing", "running", "replacing", "failed", "stopped"]


class Runner:
    """Drives one service by :meth:`tick`; slow work (preparing, pinging, looking) happens in *pool*.

    Processes are started in the thread that calls :meth:`tick`, and die with it.

    :param on_news: called with what happened, in words that follow the service's name.
    """

    def __init__(
        self,
        service: Service,
        log: ProcessLog,
        pool: Executor,
        policy: RestartPolicy,
        on_news: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.service, self.log = service, log
        self.step: Step = "waiting"
        self.process: Process | None = None
        self.restarts = 0
        self.since = 0.0
        self.reason = ""
        self._pool, self._policy, self._say = pool, policy, on_news
        self._job: Future[Any] | None = None
        self._retry_at = self._ask_at = self._give_up_at = self._healthy_at = 0.0
        self._deaths = 0
        self._replaced_for: str | None = None
        self._signals: list[tuple[int, float]] = []
        self._next_signal_at = 0.0

    @property
    def healthy(self) -> bool:
        """Whether those that need it may start."""
        return self.step == "running"

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int | None:
        """Its process; None while there is none."""
        return self.process.pid if self.process is not None and self.alive else None

    def tick(self, *, needs_met: bool = True, settled_in: bool = True) -> None:
        """Go one step further, if there is one to go; never blocks.

        :param settled_in: whether the whole home was healthy once, after which deaths are forgiven longer.
        """
        now = time.monotonic()
        limit = self._policy.in_a_row if settled_in else self._policy.first_start
        if self.process is not None and self.step in ("starting", "finishing", "running", "replacing"):
            if self.step == "replacing":
                self.end()
            code = self.process.poll()
            if code is not None:
                self._died(self._replaced_for or describe_exit(code), limit)
                return
        match self.step:
            case "waiting" if needs_met and now >= self._retry_at:
                self._job = self._pool.submit(self.service.before)
                self.step = "preparing"
            case "preparing" | "finishing" if self._job is not None and self._job.done():
                error = self._job.exception()
                if error is not None:
                    self._died(f"could not be made ready: {error}", limit, str(error))
                elif self.step == "preparing" and self.service.command is not None:
                    self._start(self.service.command, limit)
                else:
                    self._answers(now)
            case "starting":
                self._wait_for_answer(now, limit, settled_in)
            case "running":
                self._forgive(now)
                self._look(now)

    def _start(self, command: Command, limit: int) -> None:
        try:
            with self.log.open() as output:
                self.process = self.service.start(command, output)
        except OSError as error:  # a full disk, or no memory: that passes
            self._died(f"could not be started: {error}", limit)
            return
        self.since, now = time.time(), time.monotonic()
        self._ask_at, self._give_up_at = now, now + self.service.start_seconds
        self._job, self.step, self._replaced_for = None, "starting", None
        self._signals = [(command.stop_signal, self.service.stop_seconds), *self.service.harder]
        self._next_signal_at = 0.0
        self._say(f"started as process {self.process.pid}")

    def _answers(self, now: float) -> None:
        self.step, self._healthy_at = "running", now
        self._job, self._ask_at = None, now + self.service.look_seconds
        if self.service.command is not None:
            self._say(f"answers, {time.time() - self.since:.1f} s after its start")

    def _wait_for_answer(self, now: float, limit: int, settled_in: bool) -> None:
        if self._job is None:
            if now >= self._ask_at:
                self._job = self._pool.submit(self.service.ping, self.since)
            return
        if not self._job.done():
            return
        error = self._job.exception()
        if error is None:
            self._job = self._pool.submit(self.service.after)
            self.step = "finishing"
        elif isinstance(error, CannotTellError) and settled_in:
            self._job, self._ask_at = None, now + self.service.ping_seconds
            self._give_up_at = now + self.service.start_seconds
        elif now > self._give_up_at:
            self._died(f"did not answer in {self.service.start_seconds:g} s ({error})", limit)
        else:
            self._job, self._ask_at = None, now + self.service.ping_seconds

    def _forgive(self, now: float) -> None:
        if self._deaths and now - self._healthy_at >= self._policy.settled:
            self._deaths = 0

    def _look(self, now: float) -> None:
        if self.service.look is None:
            return
        if self._job is None:
            if now >= self._ask_at:
                self._job = self._pool.submit(self.service.look)
            return
        if not self._job.done():
            return
        self._replaced_for = None if self._job.exception() else self._job.result()
        self._job, self._ask_at = None, now + self.service.look_seconds
        if self._replaced_for is not None:
            self._say(f"{self._replaced_for}; it is replaced")
            self.step = "replacing"

    def _died(self, what: str, limit: int, reason: str | None = None) -> None:
        if self.step in ("running", "replacing"):
            self._forgive(time.monotonic())
        self.kill()
        self.reason = reason or f"{self.service.name} {what}"
        self._deaths += 1
        self._job = None
        if self._deaths >= limit:
            self.step = "failed"
            return
        wait = self._policy.wait(self._deaths)
        self._say(f"{what}; starting it again in {wait:g} s ({self._deaths} of {limit - 1})")
        self.restarts += 1
        self._retry_at = time.monotonic() + wait
        self.step = "waiting"

    def end(self) -> None:
        """Go on with its end: the first signal, the next ones once each had its time, at last SIGKILL. Never blocks."""
        if self.process is None or not self.alive or time.monotonic() < self._next_signal_at:
            return
        if not self._signals:
            kill_group(self.process.pid)
            return
        number, seconds = self._signals.pop(0)
        self.process.send_signal(number)
        self._next_signal_at = time.monotonic() + seconds

    def kill(self) -> None:
        """SIGKILL to its process group: what is left of it, too, when the leader is gone already."""
        if self.process is None:
            return
        kill_group(self.process.pid)
        self.process.wait(10)
        self.process = None

    def stopped(self) -> None:
        """Note its end, and end what it left behind."""
        if self.process is not None and (code := self.process.poll()) is not None:
            self._say(describe_exit(code))
        self.kill()
        if self.step != "failed":
            self.step = "stopped"

    def begin_again(self) -> None:
        """Forget that it was stopped or given up."""
        self.step, self._job, self._deaths, self._retry_at = "waiting", None, 0, 0.0


def describe_exit(code: int) -> str:
    """How a process ended, in words that follow its name."""
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
