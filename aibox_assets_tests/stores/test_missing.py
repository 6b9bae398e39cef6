"""Large removals that wait, at a hundred thousand files."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.missing import MissingStore

pytestmark = pytest.mark.integration

_FILL = """
INSERT INTO aibox.accounts (name) VALUES ('amy');
INSERT INTO aibox.folders (label) VALUES ('inbox'), ('other');
INSERT INTO aibox.files (id, folder, path, owner_id, size, mtime_ns)
SELECT 'f' || n, 'inbox', n || '.txt', 'amy', 1, 1 FROM generate_series(1, {n}) AS n;
INSERT INTO aibox.files (id, folder, path, owner_id, size, mtime_ns) VALUES ('o', 'other', 'o.txt', 'amy', 1, 1)
"""


@pytest.fixture
def store(engine: Engine) -> MissingStore:
    return MissingStore(engine)


def fill(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(_FILL.format(n=number)))


def test_from_missing_to_due(engine: Engine, store: MissingStore) -> None:
    fill(engine, 3)
    assert store.count_present("inbox") == 3
    for _ in range(2):
        store.wait(["f1", "f2"])
    assert store.count_present("inbox") == 1
    assert set(store.waiting("inbox")) == {"1.txt", "2.txt"}
    assert store.waiting("inbox", due=True) == {}
    pending = store.pending()["inbox"]
    assert (pending.folder, pending.files) == ("inbox", 2)
    assert pending.due_at is not None
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.missing_files SET due_at = now() WHERE file_id = 'f1'"))
    assert set(store.waiting("inbox", due=True)) == {"1.txt"}
    for _ in range(2):
        store.forget(["f1", "f2"])
    assert store.pending() == {}


def test_a_confirmed_removal_is_due_at_once_and_one_of_its_folder_alone(
    engine: Engine, store: MissingStore
) -> None:
    fill(engine, 3)
    store.wait(["f1"])
    store.wait(["f2", "o"], ends=False)
    assert store.pending()["other"].due_at is None
    assert store.confirm("inbox") == 2
    assert set(store.waiting("inbox", due=True)) == {"1.txt", "2.txt"}
    assert store.waiting("other", due=True) == {}


def test_a_hundred_thousand_files_are_one_parameter(engine: Engine, store: MissingStore) -> None:
    number = 100_000
    fill(engine, number)
    ids = [f"f{n}" for n in range(1, number + 1)]
    assert len(store.known_at("inbox", [f"{n}.txt" for n in range(1, number + 1)])) == number
    store.wait(ids)
    assert store.pending()["inbox"].files == number
    assert store.confirm("inbox") == number
    assert len(store.waiting("inbox", due=True)) == number
    store.forget(ids)
    assert store.pending() == {}
