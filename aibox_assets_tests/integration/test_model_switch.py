"""A home changes its encoder while people search: no answer is empty, and going back is at once."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aibox_assets.domain.embed import DEFAULT_MODEL, ENGLISH, describe_model
from aibox_assets.domain.passages import FoundPassage
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.services.search import search
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1800)]

FILES = {
    "harbour.md": "# Harbour\n\nOrla Byrne founded Harbour Works in Galway. It repairs fishing boats.\n",
    "电池.txt": "北风电池的总部设在高雄。王芳是公司的财务总监。\n",
    **{
        f"note-{n}.txt": f"Note {n}: the {name} was delivered on Monday.\n"
        for n, name in enumerate("abcdefgh")
    },
}


@pytest.fixture
def other_model(tmp_path: Path) -> str:
    """The Chinese encoder of 512 dimensions where AIBOX_TEST_MODELS has it, else the built-in as a folder."""
    if models := os.environ.get("AIBOX_TEST_MODELS"):
        return str(Path(models) / "bge-small-zh-v1.5")
    return str(shutil.copytree(describe_model(ENGLISH).folder, tmp_path / "encoder"))


@contextmanager
def searching(home: RealHome, question: str) -> Iterator[list[list[FoundPassage]]]:
    """Somebody asks all the time; each answer."""
    answers: list[list[FoundPassage]] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers.append(search(home.platform, OPERATOR, question, limit=3))
            over.wait(0.1)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


def wait_for_model(home: RealHome, name: str, seconds: float = 300) -> None:
    """Until searches read the vectors of *name*."""
    deadline = time.monotonic() + seconds
    while (active := home.platform.spaces.active()) is None or active.spec.name != name:
        assert time.monotonic() < deadline, (active, home.json("models"), home.files())
        time.sleep(0.5)


def test_another_model_takes_over_without_a_gap(own_home: RealHome) -> None:
    for name, text in FILES.items():
        own_home.drop(name, text)
    before = own_home.wait_finished(FILES, 600)
    assert own_home.json("models")["embedding_model"] == ENGLISH

    with searching(own_home, "Who repairs fishing boats?") as answers:
        done = own_home.json("models", "use", DEFAULT_MODEL)
        assert (done["embedding_model"], done["queued"]) == (DEFAULT_MODEL, len(FILES))
        switch = own_home.json("models")["switch"]
        assert switch is None or switch["searches"] == ENGLISH  # a few files may be done by now
        own_home.drop("late.txt", "The lighthouse keeper came late.\n")
        own_home.wait_finished(["late.txt"], 600)
        assert own_home.json("search", "lighthouse keeper")[0]["path"] == "late.txt"
        wait_for_model(own_home, DEFAULT_MODEL)
        after = own_home.wait_finished(FILES, 600)
        enough = max(len(answers) + 5, 21)  # by the new model, too
        deadline = time.monotonic() + 60
        while len(answers) < enough:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert {answer[0].passage.path if answer else None for answer in answers} == {"harbour.md"}
    assert None not in {answer[0].similarity for answer in answers}
    assert {path: file["chunks"] for path, file in after.items()} == {
        path: file["chunks"] for path, file in before.items()
    }
    assert own_home.json("search", "Where is the seat of the battery maker?")[0]["path"] == "电池.txt"
    assert own_home.json("models")["switch"] is None


def test_going_back_is_at_once(own_home: RealHome) -> None:
    with searching(own_home, "Who repairs fishing boats?") as answers:
        done = own_home.json("models", "rollback")
        assert done["embedding_model"] == ENGLISH
        active = own_home.platform.spaces.active()
        assert active is not None
        assert active.spec.name == ENGLISH
        own_home.wait_finished([*FILES, "late.txt"], 600)
        assert own_home.platform.spaces.count_missing(active) == 0
    assert {answer[0].passage.path if answer else None for answer in answers} == {"harbour.md"}


def test_vectors_can_be_dropped_at_once(own_home: RealHome, other_model: str) -> None:
    done = own_home.json("models", "use", other_model, "--reembed")
    assert done == {"embedding_model": other_model, "queued": len(FILES) + 1, "workers_restarted": 3}
    after = own_home.wait_finished(FILES, 600)
    assert all(file["embeddings"] == file["chunks"] >= 1 for file in after.values())
    stored = own_home.platform.spaces.active()
    assert stored is not None
    assert (stored.spec.name, stored.spec.dimension) == (other_model, describe_model(other_model).dimension)
    assert own_home.json("search", "公司的总部在哪里？")[0]["path"] == "电池.txt"
    assert own_home.json("models", "use", other_model)["queued"] == 0
