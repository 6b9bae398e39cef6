"""The supervisor with tiny services: order, restart, giving up, stop, and nothing left after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.local.control import down, status
from aibox_assets.local.home import Home
from aibox_assets.local.process import MARKER, Command
from aibox_assets.local.services import Plan
from aibox_assets.local.state import SupervisorState, read_state
from aibox_assets.local.supervisor import AlreadyRunningError, Supervisor, sole_supervisor
from aibox_assets.process.service import RestartPolicy, Service

QUICK = RestartPolicy(first_start=2, in_a_row=3, longest_wait=0.1, settled=60)
SLEEP = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    home.create()
    yield home
    down(home.path, lambda *_: None)


def fake(home: Home, name: str, code: str = SLEEP, **options: object) -> Service:
    command = Command((sys.executable, "-c", code), env={MARKER: str(home.path)})
    return Service(name, command, **options)  # type: ignore[arg-type]


def eventually(holds: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)


@contextmanager
def supervising(home: Home, *services: Service) -> Iterator[list[tuple[str, str]]]:
    """Run a supervisor in a thread while the block lasts, once everything is up."""
    told: list[tuple[str, str]] = []
    supervisor = Supervisor(home, Plan(services, ""), lambda *news: told.append(news), QUICK)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        eventually(lambda: state(home) and state(home).phase == "running")
        yield told
    finally:
        supervisor.request_stop()
        thread.join(30)
        assert not thread.is_alive()


def ended(process: psutil.Process) -> bool:
    """Gone, or a zombie that nothing reaps."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def state(home: Home) -> SupervisorState | None:
    return read_state(home.run / "supervisor.json")


def pid(home: Home, name: str) -> int | None:
    return next(each.pid for each in status(home.path) if each.name == name)


def test_services_start_after_what_they_need_and_stop_by_stage(home: Home) -> None:
    first = fake(home, "first", ping=lambda _: time.sleep(0.3))
    services = (fake(home, "second", needs=("first",), stage=1), first)
    with supervising(home, *services) as told:
        pass
    assert told.index(("first", "running")) < told.index(("second", "running"))
    assert told.index(("second", "stopped")) < told.index(("first", "stopped"))


def test_a_step_without_a_command_runs_once_and_is_not_listed(home: Home) -> None:
    calls: list[int] = []
    step = Service("step", None, before=lambda: calls.append(1))
    with supervising(home, step, fake(home, "after", needs=("step",))):
        time.sleep(0.3)
        assert [each.name for each in status(home.path)] == ["after"]
    assert calls == [1]


def test_what_dies_is_started_again(home: Home) -> None:
    with supervising(home, fake(home, "one"), fake(home, "other")):
        before, bystander = pid(home, "one"), pid(home, "other")
        assert before is not None
        os.kill(before, signal.SIGKILL)
        eventually(lambda: pid(home, "one") not in (None, before))
        now = {each.name: each for each in status(home.path)}
        assert now["one"].restarts == 1
        assert "signal 9" in now["one"].reason
        assert now["one"].memory > 0
        assert (now["other"].restarts, now["other"].pid) == (0, bystander)


def test_a_disk_that_takes_nothing_ends_nobody(home: Home) -> None:
    with supervising(home, fake(home, "one"), fake(home, "other")) as told:
        before, bystander = pid(home, "one"), pid(home, "other")
        assert before is not None
        # As on a full disk, the state cannot be written, nor a log begun.
        (home.run / "supervisor.tmp").mkdir()
        log = home.logs / "one.log"
        log.unlink()
        log.mkdir()
        os.kill(before, signal.SIGKILL)
        eventually(lambda: ("one", "starting") in told[told.index(("one", "running")) :])
        log.rmdir()
        eventually(lambda: told[-1] == ("one", "running"))
        (home.run / "supervisor.tmp").rmdir()
        eventually(lambda: pid(home, "one") not in (None, before))
        assert pid(home, "other") == bystander


def test_a_crash_loop_is_given_up_and_the_others_go_on(home: Home, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    code = (
        f"import os, time\nwhile not os.path.exists({str(broken)!r}): time.sleep(0.02)\nraise SystemExit(7)"
    )
    with supervising(home, fake(home, "bad", code), fake(home, "good")):
        broken.touch()
        eventually(lambda: {each.name: each.state for each in status(home.path)}["bad"] == "failed")
        now = {each.name: each for each in status(home.path)}
        assert (now["bad"].restarts, now["bad"].pid) == (QUICK.in_a_row - 1, None)
        assert "exit code 7" in now["bad"].reason
        assert now["good"].state == "running"


def test_a_service_that_cannot_start_stops_the_others_and_is_named(home: Home) -> None:
    bad = fake(home, "bad", "print('no such thing'); raise SystemExit(3)", ping=lambda _: 1 / 0)
    supervisor = Supervisor(home, Plan((fake(home, "good"), bad), ""), lambda *_: None, QUICK)
    with pytest.raises(StoreUnavailableError) as caught:
        supervisor.run()
    assert "bad could not be started" in caught.value.reason
    assert "no such thing" in caught.value.reason
    assert "bad.log" in caught.value.remedy
    last = state(home)
    assert last is not None
    assert last.phase == "failed"
    assert not down(home.path, lambda *_: None)


def test_a_service_that_never_answers_is_given_up(home: Home) -> None:
    mute = fake(home, "mute", ping=lambda _: 1 / 0, start_seconds=0.3)
    with pytest.raises(StoreUnavailableError, match=r"did not answer in 0\.3 s"):
        Supervisor(home, Plan((mute,), ""), lambda *_: None, QUICK).run()


def test_one_that_ignores_sigterm_is_killed_at_its_deadline_with_its_children(home: Home) -> None:
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]); {STUBBORN}"
    with supervising(home, fake(home, "stubborn", code, stop_seconds=0.5)):
        parent = pid(home, "stubborn")
        assert parent is not None
        eventually(lambda: psutil.Process(parent).children())
        (child,) = psutil.Process(parent).children()
    eventually(lambda: not psutil.pid_exists(parent) and ended(child))


def test_nothing_is_left_after_the_supervisor_was_killed(home: Home) -> None:
    # Neither its parent's death nor SIGTERM nor a signal to the group ends this grandchild.
    code = (
        "import subprocess, sys; "
        f"subprocess.Popen([sys.executable, '-c', {STUBBORN!r}], start_new_session=True); {SLEEP}"
    )
    script = (
        "import sys; from pathlib import Path\n"
        "from aibox_assets_tests.local.test_supervisor import *\n"
        f"home = Home(Path({str(home.path)!r}))\n"
        f"Supervisor(home, Plan((fake(home, 'one', {code!r}),), ''), lambda *_: None).run()"
    )
    process = subprocess.Popen([sys.executable, "-c", script])
    eventually(lambda: state(home) and state(home).phase == "running", 30)
    service = pid(home, "one")
    assert service is not None
    eventually(lambda: psutil.Process(service).children())
    one = psutil.Process(service)
    (grandchild,) = one.children()
    process.kill()
    process.wait()
    if sys.platform == "linux":
        eventually(lambda: ended(one))
    assert [each.state for each in status(home.path)] == ["stopped"]
    assert grandchild.is_running()
    down(home.path, lambda *_: None)
    assert ended(grandchild)


def test_only_one_supervisor_has_a_home(home: Home) -> None:
    with sole_supervisor(home), pytest.raises(AlreadyRunningError), sole_supervisor(home):
        pass
    with sole_supervisor(home):
        pass
