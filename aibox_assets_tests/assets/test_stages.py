"""The stages of a step's parts: that they overlap, in order, and what an error in one of them leaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from aibox_assets.assets.stages import run_in_turn, run_overlapping

WAIT = 10
_CONTEXT: ContextVar[str] = ContextVar("_CONTEXT")


def test_three_parts_are_in_three_stages_at_once() -> None:
    together = threading.Barrier(3)

    def meet(part: int, own: int) -> int:
        if part == own:  # the third is read while the second is computed and the first is published
            together.wait(WAIT)
        return part

    published: list[int] = []

    def publish(part: int) -> None:
        published.append(meet(part, 1))

    run_overlapping(iter([1, 2, 3]), lambda part: meet(part, 3), lambda part: meet(part, 2), publish)
    assert published == [1, 2, 3]


def test_the_model_waits_for_the_writer() -> None:
    free, computed, published = threading.Event(), [], []

    def compute(part: int) -> int:
        computed.append(part)
        if part == 3:
            free.set()  # one is being published, two wait behind it
        return part

    def publish(part: int) -> None:
        assert free.wait(WAIT)
        published.append(part)

    run_overlapping(iter(range(10)), lambda part: part, compute, publish)
    assert computed == published == list(range(10))


@pytest.mark.parametrize("stage", ["load", "compute", "publish"])
def test_an_error_ends_all_and_nothing_is_published_behind_it(stage: str) -> None:
    published: list[int] = []

    def fail(part: int, here: str) -> int:
        if part == 3 and here == stage:
            raise ValueError(stage)
        return part

    def publish(part: int) -> None:
        published.append(fail(part, "publish"))

    with pytest.raises(ValueError, match=stage):
        run_overlapping(
            iter(range(9)), lambda part: fail(part, "load"), lambda part: fail(part, "compute"), publish
        )
    assert published == list(range(len(published)))
    assert 3 not in published
    assert not [thread for thread in threading.enumerate() if "writer" in thread.name]


def test_an_interrupted_model_leaves_the_write_whole() -> None:
    begun, ended = threading.Event(), threading.Event()

    def compute(part: int) -> int:
        if part == 1:
            assert begun.wait(WAIT)
            raise KeyboardInterrupt
        return part

    def publish(_: int) -> None:
        begun.set()
        assert not ended.wait(0.05)
        ended.set()

    with pytest.raises(KeyboardInterrupt):
        run_overlapping(iter([0, 1, 2]), lambda part: part, compute, publish)
    assert ended.is_set()


def test_stages_see_the_context_of_the_step() -> None:
    _CONTEXT.set("step")
    seen: list[str] = []

    def look(part: int) -> int:
        seen.append(_CONTEXT.get())
        return part

    run_overlapping(iter([1]), look, look, lambda part: seen.append(_CONTEXT.get() * part))
    assert seen == ["step"] * 3


def test_in_turn_nothing_is_looked_at_before_its_turn() -> None:
    done: list[str] = []

    def parts() -> Iterator[int]:
        for part in (1, 2):
            done.append(f"cut {part}")
            yield part

    run_in_turn(parts(), lambda part: part, lambda part: part, lambda part: done.append(f"published {part}"))
    assert done == ["cut 1", "published 1", "cut 2", "published 2"]
