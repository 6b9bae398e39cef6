"""``aibox workers``: workers beside those of ``aibox up``, and what every worker does."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aibox_assets.cli import remote, remote_work
from aibox_assets.cli.console import (
    Json,
    clean,
    coloured,
    err,
    make_table,
    out,
    print_json,
    print_table,
    reported_errors,
    stretch,
)
from aibox_assets.cli.watching import Watch, answer
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local.home import Home
from aibox_assets.local.process import MARKER
from aibox_assets.settings import load_settings
from aibox_assets.workers.queues import QUEUES

if TYPE_CHECKING:
    from rich.console import RenderableType

    from aibox_assets.execution.leases import Lease
    from aibox_assets.execution.seen_workers import WorkerView

commands = typer.Typer(help="Further workers, and what every worker does.", no_args_is_help=True)

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_APPEAR_SECONDS: Final = 60.0
_RUN: Final = re.compile(r"(of run [0-9a-f]{8})-[0-9a-f-]{27}")
"""A table has room for the beginning of a run's id, as Dagster's own pages show it."""

Name = Annotated[str, typer.Argument(help="The worker's name, as it was started.")]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.add_typer(commands, name="workers")


@commands.command()
def start(
    queues: Annotated[str, typer.Option(help="The queues it serves, separated by commas.")] = ",".join(
        QUEUES
    ),
    name: Annotated[str, typer.Option(help="Its name.")] = "extra",
    monitor: Annotated[
        bool, typer.Option("--monitor", help="Stay in the foreground, and start it again when it dies.")
    ] = False,
    check_interval: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 30.0,
    max_restarts: Annotated[int, typer.Option(min=0, help="Restarts in a row before giving up.")] = 10,
    restart_delay: Annotated[
        float,
        typer.Option(min=0, help="Seconds before the first restart; each further wait is twice as long."),
    ] = 5.0,
    concurrency: Annotated[
        int, typer.Option(min=1, max=256, help="Children, each with models of its own.")
    ] = 1,
    drain_seconds: Annotated[
        float, typer.Option(min=0, help="Seconds for a running step to end, once it is stopped.")
    ] = 60.0,
    json: Json = False,
) -> None:
    """Start a worker; without --monitor in the background, where nobody starts it again."""
    with reported_errors(json):
        home = Home(load_settings().home)
        names = _known_queues(queues)
        if not _NAME.fullmatch(name):
            raise ConfigurationError(
                f"{name!r} cannot be a worker's name.", "Take letters, digits, '_', '.' and '-'; at most 64."
            )
        if not monitor:
            _start_in_background(home, name, names, concurrency, drain_seconds, json)
            return
        if os.environ.get(MARKER) != str(home.path):
            # `aibox down` knows the processes of a home by the environment that they were started with.
            os.execve(  # noqa: S606  # ourselves
                sys.executable,
                [sys.executable, *sys.orig_argv[1:]],
                {**os.environ, MARKER: str(home.path), "AIBOX_HOME": str(home.path)},
            )
        from aibox_assets.workers.service import (
            WorkerService,
        )  # the libraries' import takes a second

        service = WorkerService(
            names,
            name,
            load_settings().require_redis_url(),
            concurrency=concurrency,
            check_interval=check_interval,
            max_restarts=max_restarts,
            restart_delay=restart_delay,
            drain_seconds=drain_seconds,
            log_folder=home.logs,
            on_news=lambda line: err.print(line, markup=False, highlight=False),
        )
        with _recorded(home, name, service.log.path):
            service.monitor()


@commands.command()
def stop(name: Name, json: Json = False) -> None:
    """Stop a worker that 'aibox workers start' started; its running step may end first."""
    with reported_errors(json):
        path = _record_path(Home(load_settings().home), name)
        record = _read_live(path)
        if record is None:
            raise ConfigurationError(
                f"No worker {name} was started here.",
                "'aibox workers list' lists all; those of 'aibox up' stop with 'aibox down'.",
            )
        os.kill(record["pid"], signal.SIGTERM)
        while _read_live(path) is not None:
            time.sleep(0.1)
    if json:
        print_json({"name": name, "stopped": True})
    else:
        out.print(f"[green]Stopped[/] {clean(name)}.")


@commands.command("list")
def list_all(json: Json = False) -> None:
    """Every worker that answers: its queues, whether it is busy, with what, and since when."""
    from aibox_assets.execution.leases import StepLeases
    from aibox_assets.workers.signs import list_workers

    with reported_errors(json):
        redis_url = load_settings().require_redis_url()
        workers = list_workers(redis_url)
        held = StepLeases.connect(redis_url).list_held().values()
    at = {worker.name: [lease for lease in held if lease.worker == worker.name] for worker in workers}
    if json:
        print_json([{**asdict(worker), "at": at[worker.name]} for worker in workers])
        return
    rows = [
        (
            worker.name,
            ", ".join(worker.queues),
            coloured(worker.state),
            clean(_RUN.sub(r"\1", worker.job)) if worker.job else None,
            None if worker.seconds is None else f"{worker.seconds:,.0f}",
            ", ".join(_describe(lease) for lease in at[worker.name] if lease.file_id) or None,
        )
        for worker in workers
    ]
    empty = "No worker answers: 'aibox up', or 'aibox workers start'."
    print_table("Workers", ("name", "queues", "state", "job", "seconds", "at"), rows, empty)


@commands.command()
def status(watch: Watch = False, json: Json = False) -> None:
    """Every worker: whether it answers, for how long it runs, and the files it has in hand."""
    with reported_errors(json):
        if (api := remote.installation()) is not None:
            answer(api.workers, remote_work.workers_table, watch=watch, as_json=json)
            return
        redis_url = load_settings().require_redis_url()

    def look() -> list[WorkerView]:
        from aibox_assets.execution.seen_workers import see_workers  # Celery's import costs most of a second

        return see_workers(redis_url)

    answer(look, _status_table, watch=watch, as_json=json)


def _status_table(workers: Sequence[WorkerView]) -> RenderableType:
    rows = [
        (
            clean(worker.name),
            clean(", ".join(worker.queues)),
            coloured(worker.state),
            None if worker.up is None else stretch(worker.up),
            ", ".join(_describe(lease) for lease in worker.at if lease.file_id)
            or (clean(worker.job) if worker.job else None),
        )
        for worker in workers
    ]
    empty = "No worker answers: 'aibox up', or 'aibox workers start'."
    return make_table("Workers", ("worker", "queues", "state", "up", "at"), rows, empty)


def _describe(lease: Lease) -> str:
    what = " ".join(each for each in (lease.file_id, lease.part) if each)
    return clean(f"{what} for {stretch(time.time() - lease.since)}")


def _known_queues(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in QUEUES]
    if unknown or not names:
        raise ConfigurationError(
            f"There is no queue {', '.join(unknown) or repr(text)}.", f"The queues are {', '.join(QUEUES)}."
        )
    return names


def _start_in_background(
    home: Home, name: str, queues: list[str], concurrency: int, drain_seconds: float, as_json: bool
) -> None:
    """Start this command once more, with --monitor and no restarts: it drains the worker and keeps its log."""
    path = _record_path(home, name)
    _refuse_second(path, name)
    output = home.logs / f"worker-{name}-service.log"
    home.create()
    with output.open("wb") as file:
        started = subprocess.Popen(
            [
                *(sys.executable, "-m", "aibox_assets.cli.main", "workers", "start", "--monitor"),
                *("--queues", ",".join(queues), "--name", name, "--concurrency", str(concurrency)),
                *("--drain-seconds", str(drain_seconds), "--max-restarts", "0"),
            ],
            env={**os.environ, "AIBOX_HOME": str(home.path), MARKER: str(home.path)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _APPEAR_SECONDS
    while (record := _read_live(path)) is None:
        if started.poll() is not None or time.monotonic() > deadline:
            said = output.read_text(encoding="utf-8", errors="replace").strip()
            raise ConfigurationError(f"Worker {name} did not start. It said: {said}", f"See {output}.")
        time.sleep(0.05)
    if as_json:
        print_json({"name": name, "queues": queues, **record})
    else:
        out.print(
            f"[green]Started[/] {name} as process {record['pid']}. Log: {clean(record['log'])}",
            soft_wrap=True,
        )
        out.print(f"Stop it with [bold]aibox workers stop {name}[/].")


def _record_path(home: Home, name: str) -> Path:
    return home.run / f"worker-{name}.json"


def _refuse_second(path: Path, name: str) -> None:
    if (record := _read_live(path)) is not None:
        raise ConfigurationError(
            f"Worker {name} runs already, as process {record['pid']}.",
            f"Take another --name, or stop it with 'aibox workers stop {name}'.",
        )


@contextmanager
def _recorded(home: Home, name: str, log: Path) -> Iterator[None]:
    """Hold the worker's record: whoever sees it locked knows that this process lives."""
    home.create()
    path = _record_path(home, name)
    with path.open("a+", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                _refuse_second(path, name)
                time.sleep(0.02)  # somebody only looked whether it is locked
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "log": str(log)}))
        file.flush()
        yield


def _read_live(path: Path) -> dict[str, Any] | None:
    """The record of a worker's service that lives; None where there is none."""
    try:
        with path.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = file.read()
                return dict(json.loads(text)) if text else None
            return None
    except FileNotFoundError:
        return None
