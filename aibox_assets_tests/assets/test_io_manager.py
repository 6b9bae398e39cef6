"""Tables go to Parquet and come back the same, whole or not at all."""

from __future__ import annotations

import errno
import time
import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aibox_assets.assets.io_manager import ParquetIOManager, StoredTable
from aibox_assets.assets.tables import (
    chunk_table,
    read_chunks,
    triple_table,
)
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.models import Chunk, Triple

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
CHUNKS = st.builds(
    Chunk,
    chunk_id=TEXT,
    file_id=TEXT,
    ordinal=st.integers(0, 9),
    text=TEXT,
    token_count=st.integers(0, 999),
    char_start=st.integers(0, 2**40),
    char_end=st.integers(0, 2**40),
    page=st.none() | st.integers(1, 5000),
    sheet=st.none() | TEXT,
    heading_path=st.lists(TEXT, max_size=3).map(tuple),
    language=st.sampled_from(["en", "zh", "und"]),
)


def tables_in(folder: Path) -> list[str]:
    """All files below *folder*."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def admit() -> None:
    """Nobody took the claim away."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.lists(CHUNKS, max_size=5))
def test_chunks_come_back_the_same(tmp_path: Path, chunks: list[Chunk]) -> None:
    tables = ParquetIOManager(str(tmp_path))
    for version in ("1", "2"):
        tables.write_tables("chunks", [("key", chunk_table(chunks), version)], guard=admit)
        stored = tables.read_table("chunks", "key")
        assert stored is not None
        assert stored.version == version
        assert read_chunks(stored.rows) == chunks
    assert tables_in(tmp_path) == ["chunks/key.parquet"], "nothing staged is left"


def test_what_a_killed_writer_left_goes_with_the_next_write_or_with_the_table(tmp_path: Path) -> None:
    tables, staged = ParquetIOManager(str(tmp_path)), tmp_path / "chunks" / ".staged"
    staged.mkdir(parents=True)
    for partition in ("a.b", "c", "d"):
        (staged / f"{partition}.0123").write_bytes(b"half a table")
    tables.write_tables("chunks", [("a.b", chunk_table([]), "1")], guard=admit)
    tables.delete_tables("c", ("chunks", "kg_triples"))
    assert tables_in(tmp_path) == ["chunks/.staged/d.0123", "chunks/a.b.parquet"]
    (staged / "e.0123").mkdir()  # what cannot be removed
    with pytest.raises(StoreUnavailableError, match="chunks"):
        tables.write_tables("chunks", [("e", chunk_table([]), "1")], guard=admit)


def test_a_table_that_is_not_there_is_none_and_a_broken_one_an_error(tmp_path: Path) -> None:
    tables = ParquetIOManager(str(tmp_path))
    assert tables.read_table("chunks", "key") is None
    (tmp_path / "chunks").mkdir()
    (tmp_path / "chunks" / "key.parquet").write_bytes(b"no parquet")
    with pytest.raises(StoreUnavailableError, match="cannot be read"):
        tables.read_table("chunks", "key")
    for broken in (
        b"no parquet",
        b"",
        whole_table(tmp_path)[:-20] + bytes(20),
        b"PAR1" + bytes(40) + b"PAR1",
    ):
        (tmp_path / "chunks" / "key.parquet").write_bytes(broken)
        assert tables.read_table("chunks", "key", version="1") is None, "what was made is made again"
        assert tables.read_version("chunks", "key", "1") is None


def whole_table(folder: Path) -> bytes:
    ParquetIOManager(str(folder)).write_tables("chunks", [("whole", chunk_table([]), "1")], guard=admit)
    return (folder / "chunks" / "whole.parquet").read_bytes()


def test_a_storage_that_does_not_answer_is_not_one_without_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = ParquetIOManager(str(tmp_path))
    tables.write_tables("chunks", [("key", chunk_table([]), "1")], guard=admit)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("aibox_assets.assets.io_manager._parse", fail)
    monkeypatch.setattr("pyarrow.parquet.read_schema", fail)
    with pytest.raises(StoreUnavailableError, match="Input/output"):
        tables.read_table("chunks", "key", version="1")
    with pytest.raises(StoreUnavailableError, match="Input/output"):
        tables.read_version("chunks", "key", "1")


def test_deleting_twice_is_as_deleting_once(tmp_path: Path) -> None:
    tables = ParquetIOManager(str(tmp_path))
    tables.write_tables("kg_triples", [("key", triple_table([]), "1")], guard=admit)
    for _ in range(2):
        tables.delete_tables("key", ("chunks", "kg_triples"))
        assert tables.read_table("kg_triples", "key") is None


def test_any_fsspec_place_serves() -> None:
    tables = bucket()
    assert tables.partitions("kg_triples") == set()
    triple = Triple("f", "c", "A", "Person", "Person:a", "KNOWS", "B", "Person", "Person:b", 0.9, 0, 4, "A B")
    tables.write_tables("kg_triples", [("key", triple_table([triple]), "7")], guard=admit)
    assert tables.partitions("kg_triples") == {"key"}
    stored = tables.read_table("kg_triples", "key")
    assert stored is not None
    assert stored.rows.to_pylist()[0]["tail_key"] == "Person:b"
    tables.delete_tables("key", ("kg_triples",))
    assert tables.read_table("kg_triples", "key") is None


def bucket() -> ParquetIOManager:
    """An object store with nothing in it."""
    place = f"memory://{uuid.uuid4().hex}/storage"
    return ParquetIOManager(place)


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_a_storage_that_is_not_there_says_nothing_of_its_tables(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "storage"
    tables = ParquetIOManager(str(folder)) if place == "folder" else bucket()
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="is not there") as caught:
            tables.read_table("chunks", "key", version="1")
        assert caught.value.remedy
    tables.write_tables("chunks", [("other", chunk_table([]), "1")], guard=admit)
    assert tables.read_table("chunks", "key", version="1") is None, "this one alone is lost"


def ids_in(stored: StoredTable | None) -> list[str] | None:
    return None if stored is None else [chunk.chunk_id for chunk in read_chunks(stored.rows)]


def table_of(name: str) -> pa.Table:
    return chunk_table([Chunk(name, "f", 0, "text", 1, 0, 4, None, None, (), "en")])


def test_in_an_object_store_a_paused_writer_never_writes_over_a_newer_table() -> None:
    tables = bucket()
    tables.write_tables("chunks", [("a.b", table_of("first"), "1")], guard=admit)

    def overtaken() -> None:
        """The old writer is paused right behind its guard; a newer one writes meanwhile."""
        tables.write_tables("chunks", [("a.b", table_of("new"), "3")], guard=admit)

    tables.write_tables("chunks", [("a.b", table_of("late"), "2")], guard=overtaken)
    assert ids_in(tables.read_table("chunks", "a.b")) == ["new"]
    assert ids_in(tables.read_table("chunks", "a.b", version="3")) == ["new"]
    assert ids_in(tables.read_table("chunks", "a.b", version="1")) == ["first"], "kept for who reads it now"
    assert tables.read_table("chunks", "a.b", version="4") is None
    assert tables.read_table("chunks", "a") is None
    tables.delete_tables("a.b", ("chunks",))
    assert tables.read_table("chunks", "a.b") is None


def test_in_an_object_store_old_tables_go_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    tables, now = bucket(), time.time_ns()
    for hours in (0, 0, 2, 4):
        monkeypatch.setattr(time, "time_ns", lambda moment=now + hours * 3600 * 10**9: moment)
        tables.write_tables("chunks", [("key", table_of(f"at {hours}"), f"{hours}")], guard=admit)
    left = [table for h in (0, 2, 4) if (table := tables.read_table("chunks", "key", version=f"{h}"))]
    assert [ids_in(table) for table in left] == [["at 2"], ["at 4"]]


def test_an_object_that_version_0_1_wrote_is_read_until_there_is_a_newer_one() -> None:
    tables = bucket()
    sink = pa.BufferOutputStream()
    pq.write_table(table_of("old").replace_schema_metadata({b"aibox.version": b"1"}), sink)
    tables.path_of("chunks", "key").write_bytes(sink.getvalue().to_pybytes())
    assert ids_in(tables.read_table("chunks", "key")) == ["old"]
    assert ids_in(tables.read_table("chunks", "key", version="1")) == ["old"]
    assert tables.read_table("chunks", "key", version="2") is None
    tables.write_tables("chunks", [("key", table_of("new"), "2")], guard=admit)
    assert ids_in(tables.read_table("chunks", "key")) == ["new"]
    tables.delete_tables("key", ("chunks",))
    assert tables.read_table("chunks", "key") is None


def test_in_a_folder_only_the_wanted_version_is_read(tmp_path: Path) -> None:
    tables = ParquetIOManager(str(tmp_path))
    tables.write_tables("chunks", [("key", table_of("late"), "1")], guard=admit)
    assert tables.read_table("chunks", "key", version="2") is None
    assert ids_in(tables.read_table("chunks", "key", version="1")) == ["late"]


def test_a_guard_that_raises_leaves_an_object_store_as_it_was() -> None:
    tables = bucket()
    tables.write_tables("chunks", [("key", table_of("first"), "1")], guard=admit)
    with pytest.raises(StoreUnavailableError, match="taken"):
        tables.write_tables("chunks", [("key", table_of("second"), "2")], guard=refuse)
    assert ids_in(tables.read_table("chunks", "key")) == ["first"]
    assert tables.read_table("chunks", "key", version="2") is None


def refuse() -> None:
    raise StoreUnavailableError("The claim was taken.")


class EndpointConnectionError(Exception):
    """As botocore's: no OSError."""


def test_an_object_store_that_is_away_is_a_store_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = bucket()
    tables.write_tables("chunks", [("a", table_of("first"), "1")], guard=admit)

    def fail(*_: object, **__: object) -> None:
        raise EndpointConnectionError("Could not connect")

    for verb in ("ls", "find", "cat_file", "pipe_file", "_open", "open"):
        monkeypatch.setattr(MemoryFileSystem, verb, fail)
    with pytest.raises(StoreUnavailableError, match="Could not connect"):
        tables.read_table("chunks", "a", version="1")
    with pytest.raises(StoreUnavailableError, match="Could not connect"):
        tables.read_version("chunks", "a", "1")
    with pytest.raises(StoreUnavailableError, match="Could not connect"):
        tables.write_tables("chunks", [("a", table_of("second"), "2")], guard=admit)


def test_a_full_disk_is_a_transient_error(tmp_path: Path) -> None:
    (tmp_path / "chunks").write_text("a file where a folder should be")
    with pytest.raises(StoreUnavailableError, match="cannot be written") as caught:
        ParquetIOManager(str(tmp_path)).write_tables("chunks", [("key", chunk_table([]), "1")], guard=admit)
    assert not caught.value.permanent
