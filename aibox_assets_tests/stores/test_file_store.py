"""Files found by what people call them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.file_store import FileStore

pytestmark = pytest.mark.integration


def add(engine: Engine, id_: str, folder: str, path: str) -> None:
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO aibox.accounts (name) VALUES ('ann') ON CONFLICT DO NOTHING",
            "INSERT INTO aibox.folders (label) VALUES (:folder) ON CONFLICT DO NOTHING",
            "INSERT INTO aibox.files (id, folder, path, owner_id, size, mtime_ns) "
            "VALUES (:id, :folder, :path, 'ann', 1, 1)",
        ):
            connection.execute(sa.text(statement), {"id": id_, "folder": folder, "path": path})


@pytest.mark.parametrize("folder", ["/", "/mnt/a", "/mnt/a b", "inbox", "other:/mnt/a"])
def test_a_file_is_found_by_its_id_and_by_what_it_is_called(engine: Engine, folder: str) -> None:
    add(engine, "one", folder, "ann/one.txt")
    add(engine, "two", folder, "ann/two.txt")
    store = FileStore(engine)
    record = store.find("one")
    assert record is not None
    assert record.path == "ann/one.txt"
    found = store.find(record.display_path)
    assert found is not None
    assert found.id == "one"
    assert store.find("/ann") is None
    assert store.find("ann/three.txt") is None


def test_a_path_is_found_however_it_is_spelled(engine: Engine) -> None:
    composed, decomposed = "Zo\u00eb/caf\u00e9.txt", "Zoe\u0308/cafe\u0301.txt"
    add(engine, "decomposed", "inbox", decomposed)
    add(engine, "elsewhere", "/mnt/caf\u00e9", decomposed)
    store = FileStore(engine)

    def found(key: str) -> str | None:
        record = store.find(key)
        return record.id if record else None

    assert found(composed) == found(decomposed) == "decomposed"
    assert found(f"/mnt/cafe\u0301/{composed}") == "elsewhere"
    add(engine, "composed", "inbox", composed)
    assert (found(composed), found(decomposed)) == ("composed", "decomposed"), "as it is spelled comes first"
