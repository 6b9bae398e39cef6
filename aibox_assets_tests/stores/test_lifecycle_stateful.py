"""Random transitions on a real Postgres, and what must hold after each of them.

The model is a few sets: which runs live, what a person cancelled, what failed for good and why.
"""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, PermanentError, TransientError
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.files import ASSETS, CHUNKS, FailureKind, NewFile, Status, Work
from aibox_assets.stores.lifecycle import AssetResult, Lifecycle, ReadBytes
from aibox_assets.stores.scanning import FileStat
from aibox_assets.workers.queues import QUEUE_OF

IDS = ("f0", "f1", "f2")
RUNS = ("r0", "r1", "r2")
ids = st.sets(st.sampled_from(IDS), min_size=1)
runs = st.sampled_from(RUNS)
asset = st.sampled_from(ASSETS)
selection = st.sampled_from([ASSETS, (CHUNKS,), ASSETS[1:], ASSETS[1:2], ASSETS[2:]])
letter = st.sampled_from("abc")


class Transitions(RuleBasedStateMachine):
    """Anything may happen to three files under three runs, at any time and twice."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        with self.engine.begin() as connection:
            connection.execute(
                sa.text("TRUNCATE aibox.files, aibox.recipes, aibox.pauses, aibox.file_events CASCADE")
            )
        self.lifecycle, self.files = Lifecycle(self.engine, max_attempts=3), FileStore(self.engine)
        self.lifecycle.want(dict.fromkeys(ASSETS, "a"))
        self.living: set[str] = set()
        self.cancelled: set[tuple[str, str]] = set()
        self.given_up: dict[tuple[str, str], str | None] = {}
        self.add()

    def rows(self) -> dict[tuple[str, str], Work]:
        return {
            (id_, name): each
            for id_, record in self.files.get(IDS).items()
            for name, each in record.work.items()
        }

    def held(self, run: str, name: str) -> list[str]:
        return self.lifecycle.taken(run, name, IDS)

    def revive(self, revived: Any) -> None:
        for key in [key for key in self.cancelled if key[0] in revived]:
            self.cancelled.discard(key)
        for key in [key for key in self.given_up if key[0] in revived]:
            del self.given_up[key]

    # What happens to bytes, and what people and the configuration want

    @rule()
    def add(self) -> None:
        self.lifecycle.add([NewFile(id_, "inbox", id_, id_[:2], FileStat(1, 1)) for id_ in IDS])

    @rule(id_=st.sampled_from(IDS), sha=st.none() | letter)
    def change(self, id_: str, sha: str | None) -> None:
        self.lifecycle.change(id_, FileStat(2, 2), sha)
        self.revive({id_})

    @rule(name=asset, digest=letter)
    def want(self, name: str, digest: str) -> None:
        for _ in range(2):
            self.lifecycle.want({name: digest})
        self.given_up = {key: why for key, why in self.given_up.items() if key[1] != name}

    @rule(chosen=ids, assets=selection)
    def redo(self, chosen: set[str], assets: tuple[str, ...]) -> None:
        self.lifecycle.redo(chosen, assets)
        self.given_up = {
            key: why for key, why in self.given_up.items() if key[0] not in chosen or key[1] not in assets
        }

    @rule(chosen=ids)
    def retry(self, chosen: set[str]) -> None:
        self.lifecycle.retry(chosen)
        self.revive(chosen)

    @rule(chosen=ids)
    def cancel(self, chosen: set[str]) -> None:
        opened = {key for key, each in self.rows().items() if each.state in (Status.QUEUED, Status.STARTED)}
        for _ in range(2):
            self.lifecycle.cancel(chosen)
        self.cancelled |= {key for key in opened if key[0] in chosen}

    @rule(id_=st.sampled_from(IDS))
    def remove_and_add(self, id_: str) -> None:
        self.lifecycle.mark_gone([id_])
        self.lifecycle.forget([id_])
        self.revive({id_})
        self.add()

    # What runs do

    @rule(chosen=ids, assets=selection, run=runs)
    def request(self, chosen: set[str], assets: tuple[str, ...], run: str) -> None:
        if run not in self.living and self.lifecycle.request(chosen, assets, run):
            self.living.add(run)

    @rule(chosen=ids, assets=selection, run=runs)
    def take(self, chosen: set[str], assets: tuple[str, ...], run: str) -> None:
        if run in self.living:
            return
        self.living.add(run)
        if self.lifecycle.take(run, chosen, assets, lambda names: set(names) - self.living) == frozenset():
            taken = ASSETS if CHUNKS in assets else assets
            self.revive_taken(chosen, taken)

    def revive_taken(self, chosen: set[str], taken: tuple[str, ...]) -> None:
        keys = {(id_, name) for id_ in chosen for name in taken}
        self.cancelled -= keys
        self.given_up = {key: why for key, why in self.given_up.items() if key not in keys}

    @rule(run=runs, name=asset)
    def start(self, run: str, name: str) -> None:
        self.lifecycle.start(name, self.held(run, name), run)

    @rule(run=runs, name=asset, sha=letter)
    def make(self, run: str, name: str, sha: str) -> None:
        made = {id_: self.version(id_, name, sha) for id_ in self.held(run, name)}
        if name == CHUNKS:
            self.lifecycle.read({id_: ReadBytes(sha, 1, 1, "text/plain") for id_ in made})
        self.lifecycle.complete(
            name, QUEUE_OF[name], {id_: AssetResult(version, 1, 0.1) for id_, version in made.items()}, run
        )

    def version(self, id_: str, name: str, sha: str) -> str:
        recipe = self.lifecycle.recipes()[name]
        if name == CHUNKS:
            return f"{sha}.{recipe}"
        return f"{self.files.get([id_])[id_].work[CHUNKS].made or 'x.x'}.{recipe}"

    @rule(run=runs, name=asset, permanent=st.booleans())
    def fail(self, run: str, name: str, permanent: bool) -> None:
        held = self.held(run, name)
        error = PermanentError("Never.") if permanent else TransientError("Not now.")
        self.lifecycle.fail(name, dict.fromkeys(held, error), run)
        self.note_given_up()

    @rule(run=runs, name=asset)
    def pause(self, run: str, name: str) -> None:
        before = {key: each.attempts for key, each in self.rows().items()}
        self.lifecycle.pause(name, QUEUE_OF[name], self.held(run, name), ConfigurationError("No."), run)
        assert {key: each.attempts for key, each in self.rows().items()} == before
        self.note_given_up()

    @rule(run=runs, how=st.sampled_from(["release", "interrupt", "blame", "pause", "cancel"]), name=asset)
    def end(self, run: str, how: str, name: str) -> None:
        held = {
            key for key, each in self.rows().items() if each.run == run and each.state is not Status.FINISHED
        }
        before = {key: each.attempts for key, each in self.rows().items()}
        for _ in range(2):
            if how == "release":
                self.lifecycle.release(run)
            elif how == "interrupt":
                self.lifecycle.interrupt(run, "It died.")
            elif how == "blame":
                self.lifecycle.blame(run, name, "It failed.", "")
            elif how == "pause":
                self.lifecycle.pause_run(run, ConfigurationError("No."), name)
            else:
                self.lifecycle.cancel_run(run)
        self.living.discard(run)
        if how != "blame":
            assert {key: each.attempts for key, each in self.rows().items()} == before
        if how == "cancel":
            self.cancelled |= {key for key in held if self.rows()[key].state is Status.FAILED}
        self.note_given_up()

    def note_given_up(self) -> None:
        for key, each in self.rows().items():
            if each.state is Status.FAILED and each.failure is not FailureKind.CANCELLED:
                self.given_up.setdefault(key, each.error)

    # What holds after each of them

    @invariant()
    def what_is_finished_is_current(self) -> None:
        for key, each in self.rows().items():
            assert each.state is not Status.FINISHED or each.is_current, key

    @invariant()
    def what_was_cancelled_stays_so(self) -> None:
        rows = self.rows()
        for key in self.cancelled:
            assert rows[key].failure is FailureKind.CANCELLED, key
            assert rows[key].run is None

    @invariant()
    def what_failed_for_good_keeps_its_reason(self) -> None:
        rows = self.rows()
        for key, why in self.given_up.items():
            if key not in self.cancelled:
                assert (rows[key].state, rows[key].error) == (Status.FAILED, why), key

    @invariant()
    def only_living_runs_have_work(self) -> None:
        assert {each.run for each in self.rows().values()} - {None} <= self.living

    @invariant()
    def a_files_status_follows_from_its_work(self) -> None:
        for record in self.files.get(IDS).values():
            states = {name: each.state for name, each in record.work.items()}
            possible = {
                name: state
                for name, state in states.items()
                if name == CHUNKS or states[CHUNKS] is not Status.FAILED
            }
            expected = next(
                status
                for status, found in (
                    (Status.STARTED, states),
                    (Status.QUEUED, possible),
                    (Status.FAILED, states),
                    (Status.FINISHED, states),
                )
                if status in found.values()
            )
            assert record.status is expected, states

    def teardown(self) -> None:
        """Whatever happened: when runs end and the rest is made, every file is finished or failed."""
        for run in RUNS:
            self.lifecycle.release(run)
        with self.engine.begin() as connection:
            connection.execute(sa.text("UPDATE aibox.work SET not_before = NULL"))
        for number in range(12):
            for file in self.lifecycle.waiting(10):
                run = f"last {number} {file.id}"
                assert self.lifecycle.request([file.id], file.assets, run), file
                for name in file.assets:
                    self.make(run, name, "z")
                self.lifecycle.release(run)
        assert self.lifecycle.waiting(10) == []
        assert {record.status for record in self.files.get(IDS).values()} <= {Status.FINISHED, Status.FAILED}


@pytest.mark.integration
def test_whatever_happens_in_whatever_order(engine: Engine) -> None:
    Transitions.engine = engine
    run_state_machine_as_test(
        Transitions,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
