"""A step in parts whose stages overlap, on real stores: what a cancel, a fault and another task leave of it."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.assets import batch
from aibox_assets.assets import step as steps
from aibox_assets.assets.stages import Stages
from aibox_assets.assets.step import Made, Outcome, Step
from aibox_assets.automation.intake import take_in
from aibox_assets.domain import installation
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.database import transaction
from aibox_assets.stores.fencing import Guard, StepSupersededError, StepTicket
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, FileRecord, Status
from aibox_assets.stores.lifecycle import AssetResult
from aibox_assets.workers.queues import FILE_PROCESSING

pytestmark = pytest.mark.integration

FILES = 8
RUN = "batch"


@pytest.fixture
def platform(engine: Engine, clean_redis_url: str, tmp_path: Path) -> Platform:
    """Eight files, all given to one run."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(FILES):
        (inbox / f"{number}.txt").write_text(f"text {number}", encoding="utf-8")
    url = engine.url.render_as_string(hide_password=False)
    values = {
        "AIBOX_HOME": tmp_path,
        "AIBOX_SETTLE_SECONDS": 0,
        "DATABASE_URL": url,
        "REDIS_URL": clean_redis_url,
    }
    made = Platform(Settings(**values))  # type: ignore[arg-type]  # by alias
    take_in(made)
    take_in(made)
    made.want_recipes()
    assert made.lifecycle.request(ids_of(made), ASSETS, RUN)
    made.fencing.issue_token("run", CHUNKS, "task")
    return made


def ids_of(platform: Platform) -> list[str]:
    with transaction(platform.engine) as connection:
        return list(connection.scalars(sa.text("SELECT id FROM aibox.files ORDER BY seq")))


class Work:
    """Stages that make nothing but a note; *at* a part's number something happens while it is in the model."""

    def __init__(self, platform: Platform, at: dict[int, Callable[[], object]], broken: int = -1) -> None:
        self.platform, self.at, self.broken = platform, at, broken
        self.ids = ids_of(platform)
        self.written: list[str] = []
        self.prepare: Callable[[], object] = lambda: None

    def run(self, monkeypatch: pytest.MonkeyPatch, submission: int = 1) -> Step:
        """A step over all files, a file a part."""
        monkeypatch.setattr(steps, "PART_FILES", 1)
        ticket = StepTicket("run", CHUNKS, "task", submission, RUN)
        records = self.platform.files.get(self.ids)
        step = Step(
            self.platform,
            CHUNKS,
            FILE_PROCESSING,
            ticket,
            {id_: records[id_] for id_ in self.ids},
            Outcome(),
        )
        context: Any = SimpleNamespace(log=logging.getLogger(__name__))
        batch._work_in_parts(context, step, self._stages)
        return step

    def _stages(self) -> Stages[Any, Any]:
        self.prepare()
        return Stages(lambda part: part, self._compute, self._publish)

    def _compute(self, part: Step, _: Step) -> list[str]:
        ids = list(part.records)
        for id_ in ids:
            self.at.get(self.ids.index(id_), lambda: None)()
        return ids

    def _publish(self, part: Step, ids: list[str]) -> None:
        def write(ids: list[str], guard: Guard) -> None:
            with transaction(self.platform.engine) as connection:
                guard(connection)
            self.written += ids

        if self.broken >= 0 and self.ids[self.broken] in ids:
            raise StoreUnavailableError("The bucket is away.", "Bring it back.")
        for id_ in part.write(ids, write):
            part.outcome.made[id_] = Made(AssetResult("version", 1, 0.1), {})


def states(platform: Platform, ids: list[str]) -> list[tuple[str | None, str | None, Status]]:
    """Version made, run and state of the chunks of each."""
    found: dict[str, FileRecord] = platform.files.get(ids)
    rows = [found[id_].work[CHUNKS] for id_ in ids]
    return [(row.made, row.run, row.state) for row in rows]


def test_every_part_is_written_down_as_it_ends(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(platform, {})
    step = work.run(monkeypatch)
    assert work.written == work.ids == list(step.outcome.made)
    assert {made for made, _, _ in states(platform, work.ids)} == {"version"}


def test_steps_begin_small_until_the_pace_is_known(platform: Platform) -> None:
    ids = ids_of(platform)
    with transaction(platform.engine) as connection:  # three chunks each
        connection.execute(sa.text("UPDATE aibox.work SET items = 3 WHERE asset = 'chunks'"))
    step = Step(
        platform,
        EMBEDDINGS,
        "vectorization",
        StepTicket("run", EMBEDDINGS, "task"),
        platform.files.get(ids),
        Outcome(),
    )
    assert [len(part.records) for part in steps.cut_parts(step)] == [3, 5]
    platform.live.report_pace(EMBEDDINGS, 0.1)
    assert [len(part.records) for part in steps.cut_parts(step)] == [8]


def test_nothing_is_written_after_a_cancel(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(platform, {})
    work.at[3] = lambda: platform.lifecycle.cancel(work.ids[3:])
    step = work.run(monkeypatch)
    assert work.written == work.ids[:3]
    assert set(step.outcome.passed_over) == set(work.ids[3:])
    assert states(platform, work.ids[3:]) == [(None, None, Status.FAILED)] * (FILES - 3)


def drop_another(platform: Platform) -> None:
    (platform.settings.inbox_path / "new.txt").write_text("a text that somebody waits for", encoding="utf-8")
    for _ in range(2):
        take_in(platform)


@pytest.mark.parametrize("background", [True, False])
def test_a_step_that_nobody_waits_for_ends_when_a_file_comes(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, background: bool
) -> None:
    with transaction(platform.engine) as connection:
        connection.execute(
            sa.text("UPDATE aibox.work SET background = :background"), {"background": background}
        )
    work = Work(platform, {3: lambda: drop_another(platform)})
    step = work.run(monkeypatch)
    written = len(work.written)
    assert written in ((4, 5) if background else (FILES,))  # one part is read while one is in the model
    assert set(step.outcome.passed_over) == set(work.ids[written:])
    assert {run for _, run, _ in states(platform, work.ids[written:])} <= {None}


def test_a_fault_of_the_installation_gives_back_all_that_is_not_published(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(platform, {}, broken=2)
    step = work.run(monkeypatch)
    assert work.written == work.ids[:2] == list(step.outcome.made)
    assert states(platform, work.ids[2:]) == [(None, None, Status.QUEUED)] * (FILES - 2)
    assert FILE_PROCESSING in platform.pauses.select()


def test_a_fault_of_the_installation_leaves_it_at_what_was_said_of_a_file_that_kills_workers(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(platform, {}, broken=2)
    for number in range(steps.MAX_DEATHS):
        task = f"task {number}"
        platform.fencing.issue_token("run", CHUNKS, task)
        platform.fencing.take_in_hand(StepTicket("run", CHUNKS, task, number + 1, RUN), work.ids[1])
    platform.fencing.issue_token("run", CHUNKS, "task")
    step = work.run(monkeypatch, submission=4)
    assert work.written == work.ids[:1] == list(step.outcome.made)
    found = platform.files.get(work.ids)
    assert found[work.ids[1]].work[CHUNKS].state is Status.FAILED
    assert "3 workers died" in (found[work.ids[1]].work[CHUNKS].error or "")
    assert states(platform, work.ids[2:]) == [(None, None, Status.QUEUED)] * (FILES - 2)


def raise_error(error: Exception) -> Callable[[], object]:
    def do() -> object:
        raise error

    return do


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'tokenizers'"),
        ImportError("libgomp.so.1: cannot open shared object file: No such file or directory"),
        MemoryError(),
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_broken_installation_pauses_the_queue_and_costs_no_file_an_attempt(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    work = Work(platform, {2: raise_error(error)})
    step = work.run(monkeypatch)
    made = len(step.outcome.made)  # at most two: what waited to be published is not begun any more
    assert work.written == work.ids[:made]
    assert states(platform, work.ids[made:]) == [(None, None, Status.QUEUED)] * (FILES - made)
    assert made <= 2
    assert {each.work[CHUNKS].attempts for each in platform.files.get(work.ids).values()} == {0}
    pause = platform.pauses.select()[FILE_PROCESSING]
    assert type(error).__name__ in pause.reason
    assert pause.remedy


def test_the_cause_behind_a_librarys_own_error_counts(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = RuntimeError("The model cannot be read.")
    error.__cause__ = ModuleNotFoundError("No module named 'safetensors'")
    Work(platform, {0: raise_error(error)}).run(monkeypatch)
    assert "safetensors" in platform.pauses.select()[FILE_PROCESSING].reason


def test_an_error_of_the_code_is_told_to_the_run(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyError):
        Work(platform, {2: raise_error(KeyError("a bug"))}).run(monkeypatch)
    assert not platform.pauses.select()


def test_code_that_was_replaced_under_the_worker_is_a_fault_of_the_installation(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "_imported_at", 0.0)  # as if every file were newer
    Work(platform, {2: raise_error(AttributeError("'Step' object has no attribute 'new'"))}).run(monkeypatch)
    pause = platform.pauses.select()[FILE_PROCESSING]
    assert "replaced while it ran" in pause.reason
    assert "aibox up" in pause.remedy


def test_what_fails_before_the_first_file_is_no_files_doing(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(platform, {})
    work.prepare = raise_error(ValueError("a model file of another format"))
    work.run(monkeypatch)
    assert states(platform, work.ids) == [(None, None, Status.QUEUED)] * FILES
    assert "another format" in platform.pauses.select()[FILE_PROCESSING].reason


def test_a_task_that_was_superseded_writes_nothing_more(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(platform, {2: lambda: platform.fencing.issue_token("run", CHUNKS, "another")})
    with pytest.raises(StepSupersededError):
        work.run(monkeypatch)
    assert not set(work.written) & set(work.ids[2:])
