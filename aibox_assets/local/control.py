"""Start, stop and look at a home from outside: what ``aibox up``, ``down`` and ``status`` do."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.local.home import Home
from aibox_assets.local.leftovers import end_processes, is_alive
from aibox_assets.local.process import MARKER, tail
from aibox_assets.local.services import API
from aibox_assets.local.state import ServiceStatus, SupervisorState, describe, read_state
from aibox_assets.local.supervisor import (
    STATE_FILE,
    AlreadyRunningError,
    Progress,
    find_home_processes,
    sole_supervisor,
    supervise,
)

_START_SECONDS = 600.0
_STOP_SECONDS = 90.0


def up(home_path: Path, *, detach: bool, on_progress: Progress) -> bool:
    """Start everything of a home.

    In the foreground it returns when it was stopped; detached, when every service answers.

    :param on_progress: called with a service's name and its new state.
    :returns: False when the home was running already (then nothing else happens).
    :raises AIBoxError: a service cannot be started; names it, with its last lines and a remedy.
    """
    home = Home(home_path)
    try:
        if not detach:
            supervise(home, on_progress)
            return True
        with sole_supervisor(home):
            (home.run / STATE_FILE).unlink(missing_ok=True)
        return _up_detached(home, on_progress)
    except AlreadyRunningError:
        _wait_until_up(home, None, on_progress)
        return False


def _up_detached(home: Home, on_progress: Progress) -> bool:
    log = home.logs / "supervisor.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "aibox_assets.local.supervisor", str(home.path)],
            env={**os.environ, "AIBOX_HOME": str(home.path), MARKER: str(home.path)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _wait_until_up(home, process, on_progress)
    return True


def _wait_until_up(home: Home, process: subprocess.Popen[bytes] | None, on_progress: Progress) -> None:
    """Wait for phase ``running``, telling the news."""
    told: dict[str, str] = {}
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        state = read_state(home.run / STATE_FILE)
        ended = process is not None and process.poll() is not None and not (state and state.alive)
        if state is not None:
            _tell(state, told, on_progress)
            if state.phase == "running" and state.alive:
                return
            if state.phase == "failed":
                raise StoreUnavailableError(state.reason, state.remedy)
        if ended:
            log = home.logs / "supervisor.log"
            raise StoreUnavailableError(f"The supervisor ended:\n{tail(log)}", f"The whole log is {log}.")
        time.sleep(0.1)
    raise StoreUnavailableError(
        f"Not every service of {home.path} answered in {_START_SECONDS:g} s.",
        f"'aibox status' says which; the logs are in {home.logs}.",
    )


def _tell(state: SupervisorState, told: dict[str, str], on_progress: Progress) -> None:
    for service in state.services:
        if told.get(service.name) != service.state:
            told[service.name] = service.state
            on_progress(service.name, service.state)


def down(home_path: Path, on_progress: Progress) -> int:
    """Stop everything of a home, also what a killed supervisor left behind.

    :returns: how many processes there were.
    """
    home = Home(home_path)
    processes = len(find_home_processes(home))
    state = read_state(home.run / STATE_FILE)
    if state is not None and state.alive:
        told: dict[str, str] = {service.name: service.state for service in state.services}
        deadline = time.monotonic() + _STOP_SECONDS
        with contextlib.suppress(psutil.NoSuchProcess):
            supervisor = psutil.Process(state.pid)
            supervisor.terminate()
            while is_alive(supervisor) and time.monotonic() < deadline:
                _tell(read_state(home.run / STATE_FILE) or state, told, on_progress)
                time.sleep(0.1)
            _tell(read_state(home.run / STATE_FILE) or state, told, on_progress)
    if left := end_processes(lambda: find_home_processes(home), 5):
        on_progress("supervisor", f"ended {left} processes that were left")
    return processes


def status(home_path: Path) -> list[ServiceStatus]:
    """The services of a home as they are now; empty before its first start."""
    state = read_state(Home(home_path).run / STATE_FILE)
    if state is None:
        return []
    alive = state.alive
    return [describe(service, supervised=alive) for service in state.services]


def is_stopped(home_path: Path, address_in: str) -> bool:
    """Whether a home was stopped of which a server's address stands in *address_in*."""
    state = read_state(Home(home_path).run / STATE_FILE)
    if state is None or state.alive or state.phase == "failed":
        return False
    named = (service.address.rpartition(":") for service in state.services if service.address)
    # libpq writes its own: "127.0.0.1", port 5432
    patterns = (
        rf'{re.escape(host)}(?:{colon}|", port ){re.escape(port)}(?!\d)' for host, colon, port in named
    )
    return any(re.search(pattern, address_in) for pattern in patterns)


def ui_address(home_path: Path) -> str | None:
    """URL of the Dagster UI; None while the home does not run."""
    state = read_state(Home(home_path).run / STATE_FILE)
    return state.ui if state is not None and state.alive else None


def api_address(home_path: Path) -> str | None:
    """URL of the HTTP API; None while the home does not run."""
    state = read_state(Home(home_path).run / STATE_FILE)
    if state is None or not state.alive:
        return None
    return next((service.address for service in state.services if service.name == API), None)


def addresses(home_path: Path) -> dict[str, str | None]:
    """Where people and programs reach a home: its console, API and Dagster UI; None while it does not run."""
    api = api_address(home_path)
    return {"console": f"{api}/" if api else None, "api": api, "ui": ui_address(home_path)}


def log_path(home_path: Path, name: str) -> Path:
    """The log of service *name*, or of ``supervisor``."""
    return Home(home_path).logs / f"{name}.log"
