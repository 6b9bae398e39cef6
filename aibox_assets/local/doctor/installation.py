"""The installation itself: its processes, models, folders, accounts, and the limits of its parsers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

import sqlalchemy as sa

from aibox_assets.domain.errors import AIBoxError, ConfigurationError
from aibox_assets.domain.extract.versions import describe_extractor
from aibox_assets.domain.translation.dictionary import open_dictionary
from aibox_assets.local import control
from aibox_assets.local.doctor import postgres
from aibox_assets.local.doctor.findings import Case, Finding, NotAskedError, ok, problem, warning
from aibox_assets.local.health import look
from aibox_assets.resources.platform import Platform
from aibox_assets.services.folders import FolderState, list_folders
from aibox_assets.stores.database import transaction

_LOOP_RESTARTS: Final = 3
_LOOP_SECONDS: Final = 600.0
_SERVERS: Final = ("postgres", "redis", "graph")  # their own checks say more


def processes_run(case: Case) -> Iterator[Finding]:
    """Everything that ``aibox up`` starts is there and answers, and does not end again and again."""
    if case.supervisor is None:
        yield warning("Nothing has been started in this home yet.", "aibox up")
        return
    if not case.runs:
        if case.supervisor.phase == "failed":
            yield problem(f"It did not start: {case.supervisor.reason}", case.supervisor.remedy or "aibox up")
        else:
            yield warning("The stack is down.", "aibox up")
        return
    restarts = {service.name: service for service in case.supervisor.services}
    well = 0
    for service in look(case.home.path, control.status(case.home.path)):
        if (
            service.name in _SERVERS
            or service.name not in restarts
            or "Redis did not answer" in service.reason
        ):
            continue
        age = time.time() - restarts[service.name].since
        if service.restarts >= _LOOP_RESTARTS and age < _LOOP_SECONDS:
            yield problem(
                f"{service.name} was started again {service.restarts} times, last {age:,.0f} s ago: {service.reason}",
                f"aibox logs {service.name}",
            )
        elif service.state in ("failed", "unresponsive"):
            yield problem(
                f"{service.name} is {service.state}: {service.reason}", f"aibox logs {service.name}"
            )
        elif service.state != "running":
            yield warning(f"{service.name} is {service.state}.", "aibox status")
        else:
            well += 1
    if well:
        yield ok(f"{well} processes of Dagster's and workers answer.")


def models_are_there(case: Case) -> Iterator[Finding]:
    """The chosen models can be read; where a worker holds the embedding model, that it answers."""
    platform = _platform(case)
    try:
        model = platform.models.embedding_model
        platform.models.splitter  # noqa: B018  # loads the tokenizer
        yield ok(f"The embedding model {model.name} is there.")
    except ConfigurationError as error:
        yield problem(error.reason, error.remedy or "aibox models fetch")
    except (AIBoxError, sa.exc.SQLAlchemyError) as error:  # which models were chosen is in the database
        raise NotAskedError from error
    try:
        name = platform.models.names.extractor or "offline"
        describe_extractor(name, platform.models.ontology)
        yield ok(f"The extractor {name} is there.")
    except ConfigurationError as error:
        yield problem(error.reason, error.remedy or "aibox models fetch")


def questions_are_translated(case: Case) -> Iterator[Finding]:
    """The dictionary of searches across languages can be read, or made."""
    del case  # it is the machine's
    try:
        open_dictionary()
        yield ok("The dictionary of searches across languages is there.")
    except ConfigurationError as error:
        yield warning(error.reason, error.remedy or "pip install -r requirements.lock")


def models_load(case: Case) -> Iterator[Finding]:
    """The chosen models load and work; takes as long as that takes."""
    platform = _platform(case)
    models: dict[str, Callable[[], object]] = {
        "embedding model": lambda: platform.models.embedder.encode_query("warm"),
        "extractor": lambda: platform.models.extractor,
    }
    if platform.settings.reranker is not None:
        models["re-ranker"] = lambda: platform.models.reranker
    for what, load in models.items():
        begun = time.monotonic()
        try:
            load()
        except AIBoxError as error:
            yield problem(error.reason, error.remedy or "aibox models fetch")
        except Exception as error:  # noqa: BLE001  # whatever a model raises at its first text
            yield problem(f"The {what} does not load: {type(error).__name__}: {error}", "aibox models fetch")
        else:
            yield ok(f"The {what} loads, in {time.monotonic() - begun:.1f} s.")


def parsers_are_confined(case: Case) -> Iterator[Finding]:
    """Which limits hold in the process that parses documents."""
    parser = _platform(case).models.parser
    try:
        report = parser.describe_limits()
    except AIBoxError as error:
        yield problem(error.reason, error.remedy or "aibox logs worker-file_processing")
        return
    finally:
        parser.close()
    missing = [
        name
        for name, holds in (
            ("no rights to gain (no_new_privs)", report.no_new_privileges),
            ("a filter of system calls (seccomp)", report.seccomp),
            ("no files (Landlock, Linux 5.13)", report.landlock > 0 and not report.opens_files),
            ("no network of the machine's", report.own_network or not report.opens_sockets),
            ("no other process", not report.starts_processes),
            ("no capabilities", report.capabilities == 0),
            ("another user than root", report.user != 0),
            ("a limit of memory", report.memory_bytes >= 0),
        )
        if not holds
    ]
    for each in missing:
        yield warning(
            f"The parsers' process lacks: {each}.", "Run on a kernel, or container, that allows it."
        )
    if not missing:
        yield ok(
            f"Parsers: user {report.user}, no files, network or processes, {report.memory_bytes / 2**20:,.0f} MiB."
        )


def folders_are_watched(case: Case) -> Iterator[Finding]:
    """Each watched folder is there, and is the one that is known."""
    with postgres.connected(case):
        platform = _platform(case)
    try:
        views = list_folders(platform)
    except (AIBoxError, sa.exc.SQLAlchemyError) as error:
        raise NotAskedError from error
    finally:
        platform.engine.dispose()
    for view in views:
        said = f"Folder {view.place} is {view.state}: {view.reason}"
        if view.state in (FolderState.AWAY, FolderState.HELD):
            yield problem(said, view.remedy or "Mount it, or correct AIBOX_INBOX and AIBOX_FOLDERS.")
        elif view.state in (FolderState.REMOVAL_WAITS, FolderState.NOT_WATCHED):
            yield warning(said, view.remedy or "")
        else:
            yield ok(f"Folder {view.place} is watched; files: {view.files:,}.")


def accounts_can_sign_in(case: Case) -> Iterator[Finding]:
    """Somebody can sign in, and old keys end."""
    with postgres.connected(case):
        platform = _platform(case)
    query = sa.text("""SELECT count(*) FILTER (WHERE role = 'admin' AND disabled_at IS NULL),
        count(*) FILTER (WHERE disabled_at IS NULL) FROM aibox.accounts WHERE password_hash IS NOT NULL""")
    try:
        with transaction(platform.engine) as connection:
            admins, people = connection.execute(query).one()
    except (AIBoxError, sa.exc.SQLAlchemyError) as error:
        raise NotAskedError from error
    finally:
        platform.engine.dispose()
    if people and not admins:
        yield problem("No admin can sign in.", "aibox users")
    else:
        yield ok(
            f"Accounts that can sign in: {people}; as admin: {admins}."
            if people
            else "No account has a password."
        )


def _platform(case: Case) -> Platform:
    return Platform(case.settings)
