"""Faults that were found in the life cycle, each on a real Postgres."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import PermanentError
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, KG_TRIPLES, FailureKind, NewFile, Status
from aibox_assets.stores.lifecycle import AssetResult, Lifecycle
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.stores.work_files import (
    OTHER_SHA,
    QUEUE,
    RECIPES,
    SHA,
    finish,
    make,
    new_lifecycle,
    nobody_is_over,
    snapshot,
    version,
    waiting,
    work_of,
)

pytestmark = pytest.mark.integration

OTHER = FileStat(4, 2)


@pytest.fixture
def lifecycle(engine: Engine) -> Lifecycle:
    return new_lifecycle(engine, "f0", "f1", "f2")


def complete(lifecycle: Lifecycle, asset: str, *ids: str) -> None:
    lifecycle.complete(asset, QUEUE, {id_: AssetResult(version(asset), 4, 0.5) for id_ in ids})


def status(engine: Engine, id_: str = "f0") -> Status:
    return FileStore(engine).get([id_])[id_].status


def test_old_bytes_never_count_as_new_ones_that_nobody_has_read(lifecycle: Lifecycle, engine: Engine) -> None:
    lifecycle.request(["f0"], ASSETS, "run")
    make(lifecycle, CHUNKS, "f1")
    lifecycle.start(CHUNKS, ["f0"], "run")
    lifecycle.change("f0", OTHER, None)
    complete(lifecycle, CHUNKS, "f0")
    lifecycle.release("run")
    assert not work_of(engine, "f0").is_current
    assert waiting(lifecycle)["f0"] == ASSETS


def test_a_changed_file_that_comes_back_in_the_midst_of_its_removal_is_made_again_whole(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    for return_ in (
        lambda: lifecycle.change("f0", OTHER, SHA),
        lambda: lifecycle.touch("f0", OTHER),
        lambda: lifecycle.move("f0", "elsewhere", "inbox", OTHER),
    ):
        finish(lifecycle, "f0")
        lifecycle.mark_gone(["f0"])
        return_()
        assert {work.made for work in FileStore(engine).get(["f0"])["f0"].work.values()} == {None}
        make(lifecycle, CHUNKS, "f0")
        assert status(engine) is Status.QUEUED, "its vectors and its graph may be deleted"


def test_a_file_that_came_back_before_the_last_step_of_its_removal_is_made_again(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    finish(lifecycle, "f0", "f1")
    lifecycle.mark_gone(["f0", "f1"])
    lifecycle.touch("f0", OTHER)
    lifecycle.request(["f0"], ASSETS, "run")
    make(lifecycle, CHUNKS, "f0")
    for _ in range(2):
        lifecycle.forget(["f0", "f1"])
        assert FileStore(engine).existing_ids(["f0", "f1"]) == {"f0"}
        assert waiting(lifecycle)["f0"] == ASSETS


def test_what_a_person_cancelled_stays_so_when_the_same_bytes_come_back(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    make(lifecycle, CHUNKS, "f0")
    lifecycle.cancel(["f0"])
    lifecycle.mark_gone(["f0"])
    lifecycle.touch("f0", OTHER)
    make(lifecycle, CHUNKS, "f0")
    assert {work_of(engine, "f0", asset).failure for asset in ASSETS[1:]} == {FailureKind.CANCELLED}
    lifecycle.change("f0", OTHER, OTHER_SHA)
    assert waiting(lifecycle)["f0"] == ASSETS


def test_no_run_gets_a_file_that_was_cancelled_while_it_was_made_again(lifecycle: Lifecycle) -> None:
    finish(lifecycle, "f0")
    lifecycle.redo(["f0"], [CHUNKS])
    assert waiting(lifecycle)["f0"] == ASSETS
    lifecycle.cancel(["f0"])
    assert not lifecycle.request(["f0"], ASSETS, "run")


def test_what_is_cancelled_of_a_file_does_not_keep_the_rest(lifecycle: Lifecycle, engine: Engine) -> None:
    make(lifecycle, CHUNKS, "f0")
    lifecycle.cancel(["f0"])
    lifecycle.redo(["f0"], [CHUNKS])
    assert lifecycle.request(["f0"], ASSETS, "run")
    make(lifecycle, CHUNKS, "f0", sha=OTHER_SHA)
    lifecycle.release("run")
    assert "f0" not in waiting(lifecycle)
    lifecycle.retry(["f0"])
    assert waiting(lifecycle)["f0"] == ASSETS[1:]
    for asset in ASSETS[1:]:
        make(lifecycle, asset, "f0", sha=OTHER_SHA)
    assert status(engine) is Status.FINISHED, "what is wanted followed the chunks"


def test_what_people_want_again_leaves_a_file_alone_that_was_cancelled_in_part(lifecycle: Lifecycle) -> None:
    make(lifecycle, CHUNKS, "f0")
    make(lifecycle, EMBEDDINGS, "f0")
    lifecycle.cancel(["f0"])
    assert lifecycle.redo(["f0", "f1"], [EMBEDDINGS], whole=True) == ["f1"]
    lifecycle.retry(["f0"])
    assert lifecycle.redo(["f0"], [EMBEDDINGS], whole=True) == ["f0"]


def test_a_step_that_wrote_half_leaves_nothing_that_counts_as_made(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    finish(lifecycle, "f0")
    lifecycle.change("f0", OTHER, OTHER_SHA)
    make(lifecycle, CHUNKS, "f0", sha=OTHER_SHA)
    lifecycle.request(["f0"], ASSETS[1:], "run")
    lifecycle.start(EMBEDDINGS, ["f0"], "run")  # and writes its vectors, and dies
    lifecycle.interrupt("run", "It died.")
    lifecycle.change("f0", OTHER, SHA)
    make(lifecycle, CHUNKS, "f0")
    assert work_of(engine, "f0", EMBEDDINGS).state is Status.QUEUED
    assert work_of(engine, "f0", KG_TRIPLES).state is Status.FINISHED, "of that nothing was written"


def test_two_recipes_in_a_row_leave_what_is_stale_in_the_background(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    finish(lifecycle, "f0")
    lifecycle.request(["f1"], ASSETS, "run")
    lifecycle.fail(CHUNKS, {"f1": PermanentError("No.")}, "run")
    for digest in ("c2", "c3"):
        lifecycle.want({CHUNKS: digest})
        assert [work_of(engine, id_).background for id_ in ("f0", "f1", "f2")] == [True, True, False]


def test_what_is_made_from_background_chunks_is_background_work(lifecycle: Lifecycle, engine: Engine) -> None:
    finish(lifecycle, "f0")
    lifecycle.want({CHUNKS: "c2"})
    lifecycle.complete(CHUNKS, QUEUE, {"f0": AssetResult(f"{SHA}.c2", 4, 0.5)})
    assert waiting(lifecycle) == {"f1": ASSETS, "f2": ASSETS, "f0": ASSETS[1:]}
    assert [work_of(engine, "f0", asset).background for asset in ASSETS[1:]] == [True, True]
    lifecycle.redo(["f0"], [EMBEDDINGS])
    lifecycle.change("f0", OTHER, OTHER_SHA)
    assert not work_of(engine, "f0").background, "new bytes are waited for"


def test_an_old_recipe_that_comes_back_makes_nothing_wait_for_chunks_that_are_there(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    finish(lifecycle, "f0")
    lifecycle.change("f0", OTHER, SHA)
    lifecycle.want({CHUNKS: "c2"})
    lifecycle.want(RECIPES)
    assert status(engine) is Status.FINISHED
    assert "f0" not in waiting(lifecycle)


def test_work_without_a_known_wish_gets_one_with_the_first_recipe(engine: Engine) -> None:
    lifecycle = Lifecycle(engine, max_attempts=3)
    lifecycle.add([NewFile(id_, "inbox", id_, "amy", FileStat(3, 1)) for id_ in ("f0", "f1")])
    with engine.begin() as connection:  # as a home of 0.1 is migrated
        connection.execute(
            sa.text(
                f"UPDATE aibox.work SET made = '{SHA}.c1', wanted = '{SHA}.c1', state = 'finished' "
                "WHERE asset = 'chunks'"
            )
        )
        connection.execute(
            sa.text(
                "UPDATE aibox.work SET state = 'failed', failure = 'permanent' WHERE asset = 'kg_triples'"
            )
        )
    for _ in range(2):
        lifecycle.want(RECIPES)
    assert waiting(lifecycle) == {"f0": (EMBEDDINGS,), "f1": (EMBEDDINGS,)}
    make(lifecycle, EMBEDDINGS, "f0")
    assert work_of(engine, "f0", EMBEDDINGS).state is Status.FINISHED
    assert work_of(engine, "f0", KG_TRIPLES).state is Status.FAILED, "nothing new is known of it"
    lifecycle.retry(["f0"])
    assert waiting(lifecycle)["f0"] == (KG_TRIPLES,)


def test_a_person_who_launches_failed_work_begins_anew(lifecycle: Lifecycle, engine: Engine) -> None:
    lifecycle.redo(["f0"], [CHUNKS], background=True)
    lifecycle.cancel(["f0"])
    lifecycle.take("by hand", ["f0"], ASSETS, nobody_is_over)
    work = work_of(engine, "f0")
    assert (work.state, work.failure, work.error, work.background) == (Status.QUEUED, None, None, False)
    assert status(engine) is Status.QUEUED


def test_what_is_made_again_by_hand_waits_from_then_on(lifecycle: Lifecycle, engine: Engine) -> None:
    for asset in ASSETS:
        make(lifecycle, asset, "f0")
    done, unmade = work_of(engine, "f0"), work_of(engine, "f1")
    lifecycle.take("by hand", ["f0", "f1"], ASSETS, nobody_is_over)
    assert done.ended_at is not None
    assert work_of(engine, "f0").queued_at > done.ended_at
    assert work_of(engine, "f1").queued_at == unmade.queued_at


def test_owners_take_turns_whatever_their_backlogs_are(engine: Engine, lifecycle: Lifecycle) -> None:
    """More of one owner than are looked at first, few of another one, and some in the background."""
    lifecycle.mark_gone(["f0", "f1", "f2"])
    many = [f"many {n:03}" for n in range(100)]
    few, background = ["few 0", "few 1"], [f"back {n}" for n in range(3)]
    for owner, ids in (("amy", many), ("bob", few), ("cid", background)):
        lifecycle.add([NewFile(id_, "inbox", id_, owner, FileStat(3, 1)) for id_ in ids])
    lifecycle.redo(background, ASSETS, background=True)
    turns = ["many 000", "few 0", "many 001", "few 1", *many[2:], *background]
    for limit in (1, 3, 10, 40, 90, 101, 103, 104, 200):
        assert [file.id for file in lifecycle.waiting(limit)] == turns[:limit], limit
    make(lifecycle, CHUNKS, *many[:50])
    assert [file.id for file in lifecycle.waiting(200, [EMBEDDINGS])] == many[:50]
    assert [file.id for file in lifecycle.waiting(200)] == turns


def test_others_wait_in_a_run_or_without_one_when_their_work_can_be_made(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    def others() -> list[bool]:
        return [lifecycle.others_wait(asset, ["amy"]) for asset in ASSETS]

    assert others() == [False, False, False]
    lifecycle.add([NewFile("bob", "inbox", "bob", "bob", FileStat(3, 1))])
    assert others() == [True, False, False]
    lifecycle.request(["bob"], ASSETS, "run")
    assert others() == [True, False, False]
    make(lifecycle, CHUNKS, "bob")
    assert others() == [False, True, True]
    lifecycle.start(EMBEDDINGS, ["bob"], "run")
    lifecycle.release("run")
    lifecycle.redo(["bob"], [KG_TRIPLES], background=True)
    assert others() == [False, True, False]
    assert not lifecycle.others_wait(EMBEDDINGS, ["amy", "bob"])


def test_every_verb_twice_leaves_the_same_rows(lifecycle: Lifecycle, engine: Engine) -> None:
    ids = ["f0", "f1", "f2"]
    lifecycle.request(["f1"], ASSETS, "run")
    for verb in (
        lambda: lifecycle.add([NewFile("f0", "inbox", "x", "amy", FileStat(9, 9))]),
        lambda: lifecycle.change("f0", OTHER, SHA),
        lambda: lifecycle.touch("f0", OTHER),
        lambda: lifecycle.move("f0", "moved", "inbox", OTHER),
        lambda: lifecycle.want({CHUNKS: "c2"}),
        lambda: lifecycle.want(RECIPES),
        lambda: lifecycle.start(CHUNKS, ["f1"], "run"),
        lambda: make(lifecycle, CHUNKS, "f1"),
        lambda: lifecycle.redo(ids, [EMBEDDINGS], background=True),
        lambda: lifecycle.take("hand", ["f0"], ASSETS, nobody_is_over),
        lambda: lifecycle.give_back(["f0"], [KG_TRIPLES], "hand"),
        lambda: lifecycle.fail(CHUNKS, {"f0": PermanentError("No.")}, "hand"),
        lambda: lifecycle.pause(EMBEDDINGS, QUEUE, ["f1"], PermanentError("No."), "run"),
        lambda: lifecycle.blame("run", KG_TRIPLES, "It failed.", ""),
        lambda: lifecycle.interrupt("run", "It died."),
        lambda: lifecycle.cancel(["f2"]),
        lambda: lifecycle.retry(ids),
        lambda: lifecycle.request(["f0"], ASSETS, "next"),
        lambda: lifecycle.cancel_run("next"),
        lambda: lifecycle.mark_gone(["f2"]),
        lambda: lifecycle.forget(["f2"]),
        lambda: lifecycle.redo_all(),
    ):
        verb()
        before = snapshot(engine, ids)
        verb()
        assert snapshot(engine, ids) == before
