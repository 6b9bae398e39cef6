"""Fill the disk below a folder with tables, make space, go on: run by the test of line 20 on a small disk."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.tables import chunk_table, read_chunks
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.models import Chunk


def chunks_of(file_id: str, count: int) -> list[Chunk]:
    """Chunks of 1 kB each that do not pack."""
    chance = random.Random(file_id)
    return [
        Chunk(f"{file_id}:{n}", file_id, n, chance.randbytes(500).hex(), 1, 0, 1_000, None, None, (), "und")
        for n in range(count)
    ]


def write(tables: ParquetIOManager, key: str, chunks: list[Chunk], version: str) -> None:
    """As the asset does."""
    tables.write_tables("chunks", [(key, chunk_table(chunks), version)], guard=lambda: None)


def try_to_write(tables: ParquetIOManager, key: str) -> StoreUnavailableError | None:
    """What a write was refused with."""
    try:
        write(tables, key, chunks_of(key, 400), "2")
    except StoreUnavailableError as error:
        return error
    return None


def main(folder: Path) -> None:
    """Raises AssertionError where something partial is left or a table is not what it was."""
    tables = ParquetIOManager(str(folder))
    first = chunks_of("first", 200)
    write(tables, "first", first, "1")
    filler = folder / "filler"
    block = bytes(64 * 1024)
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(block) == len(block):
                pass
        except OSError as error:
            print(error)
    keys = ("first", *(f"new-{n}" for n in range(20)))
    refusals = [refusal for key in keys if (refusal := try_to_write(tables, key)) is not None]
    assert len(refusals) == len(keys), f"{len(refusals)} of {len(keys)} writes were refused"
    assert all(not refusal.permanent and "space" in str(refusal) for refusal in refusals), refusals
    stored = tables.read_table("chunks", "first")
    assert stored is not None
    assert stored.version == "1"
    assert read_chunks(stored.rows) == first, "the old version is whole"
    left = sorted(path.name for path in (folder / "chunks").rglob("*") if path.is_file())
    assert left == ["first.parquet"], left
    filler.unlink()
    for key in ("first", "new-0"):
        write(tables, key, chunks_of(key, 400), "2")
        again = tables.read_table("chunks", key)
        assert again is not None
        assert read_chunks(again.rows) == chunks_of(key, 400)
    print(
        f"refused {len(refusals)} of {len(keys)} as transient, partial files 0, old version whole, 2 of 2 written later"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
