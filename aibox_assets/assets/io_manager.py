"""Tables as Parquet, one file per asset and partition, below a folder or a bucket."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq
from dagster import InputContext, OutputContext, UPathIOManager
from upath import UPath

from aibox_assets.assets.objects import LOCAL, ending_of, later_stamp, list_objects, put_object
from aibox_assets.assets.whole_files import STAGED, replace_whole
from aibox_assets.domain.errors import AIBoxError, StoreUnavailableError

if TYPE_CHECKING:
    import pandas as pd

_VERSION: Final = b"aibox.version"
_TINY_BYTES: Final = 2048
_LOOK_AT_DISK: Final = "Check the disk's space and the folder's permissions."
_AT_ONCE: Final = 16
"""Objects of an object store that are written or read side by side: each waits for the network alone."""


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table and the version it was written as."""

    rows: pa.Table
    version: str


class ParquetIOManager(UPathIOManager):
    """``<base>/<asset>/<partition>.parquet``, in a folder.

    In an object store each write is an object of its own, ``<base>/<asset>/<partition>/<time>.<version>.parquet``:
    no store in use is known to replace an object only if nobody else has, and so a writer that was paused may
    write late, but never over a newer table. The newest is read, or the one of the version that is asked for.

    The assets call :meth:`write_tables` themselves, before they tell the files' table that a file is done: an
    IO manager's ``handle_output`` comes after the asset's body, and a crash between the two would leave a
    file that counts as done without its Parquet. It also serves ``defs.load_asset_value``.
    """

    extension = ".parquet"

    def __init__(self, base: str) -> None:
        super().__init__(base_path=UPath(base))

    def dump_to_path(self, context: OutputContext, obj: pd.DataFrame, path: UPath) -> None:
        """Write *obj*; what Dagster calls for an asset that returns a table."""
        content = _encode(pa.Table.from_pandas(obj, preserve_index=False), "")
        if path.protocol in LOCAL:
            replace_whole(path.parent.path, [(path.name, content)], lambda: None)
        else:
            older = list_objects(path)
            put_object(path, older, content, "", later_stamp(older))

    def load_from_path(self, context: InputContext, path: UPath) -> pd.DataFrame:
        """Read a table; what Dagster calls for an input or ``load_asset_value``."""
        frame: pd.DataFrame = _read(path).rows.to_pandas()
        return frame

    def path_of(self, asset: str, partition: str) -> UPath:
        """Where a table is."""
        return self._base_path / asset / f"{partition}{self.extension}"

    def write_tables(
        self, asset: str, entries: Sequence[tuple[str, pa.Table, str]], *, guard: Callable[[], None]
    ) -> None:
        """Replace the tables of partitions, each as a whole: readers see the old one or the new one.

        :param entries: partition, rows and version of each.
        :param guard: called before each comes into its place, in an object store before each few; what it raises leaves
            these and the rest out.
        :raises StoreUnavailableError: the folder or bucket did not take one.
        """
        path = self._base_path / asset
        try:
            self._remove_staged(asset, {partition for partition, _, _ in entries})
            if path.protocol in LOCAL:
                named = ((f"{key}{self.extension}", _encode(rows, version)) for key, rows, version in entries)
                replace_whole(path.path, named, guard)
                return
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                for start in range(0, len(entries), _AT_ONCE):
                    _write_objects(pool, path, entries[start : start + _AT_ONCE], guard)
        except Exception as error:
            if not self._is_of_the_place(error):
                raise
            raise StoreUnavailableError(f"{path} cannot be written: {error}.", _LOOK_AT_DISK) from error

    def read_table(self, asset: str, partition: str, *, version: str | None = None) -> StoredTable | None:
        """A table with its version; None where there is none.

        A broken one, as a crash of the machine may leave it, counts as none where the caller says which was made.

        :param version: only this one will do, which the database says was made; None for the newest.
        :raises StoreUnavailableError: it is there but cannot be read, or it was made and the storage itself is gone.
        """
        path = self.path_of(asset, partition)
        try:
            table = _read(path, version)
        except FileNotFoundError:
            if version is not None:
                self.require_place()
            return None
        except Exception as error:
            if version is not None and _is_broken(error):
                return None
            if not self._is_of_the_place(error):
                raise
            raise StoreUnavailableError(
                f"{path} cannot be read: {error}.", "Materialize it again."
            ) from error
        return table if version in (None, table.version) else None

    def read_tables(self, asset: str, wanted: Mapping[str, str]) -> Iterator[tuple[str, StoredTable | None]]:
        """As :meth:`read_table` for each partition with the version that it must have, in their order."""

        def read(each: tuple[str, str]) -> tuple[str, StoredTable | None]:
            return each[0], self.read_table(asset, each[0], version=each[1])

        if self._base_path.protocol in LOCAL:
            yield from map(read, wanted.items())
            return
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(read, wanted.items())

    def read_content(self, asset: str, partition: str, version: str) -> bytes | None:
        """The bytes of a table of that version; None where there is none."""
        path = self.path_of(asset, partition)
        candidates = (path,) if path.protocol in LOCAL else (*list_objects(path), path)
        for each in candidates:
            try:
                content = each.read_bytes()
            except FileNotFoundError:
                continue
            if _parse(content).version == version:
                return content
        return None

    def read_version(self, asset: str, partition: str, wanted: str) -> str | None:
        """The version of a table, where an object store has it that of *wanted*; None where there is none.

        :raises StoreUnavailableError: it is there but cannot be read.
        """
        path = self.path_of(asset, partition)
        try:
            if path.protocol in LOCAL:
                return _version(pq.read_schema(str(path)))
            ending = ending_of(path, wanted)
            return wanted if any(each.name.endswith(ending) for each in list_objects(path)) else None
        except FileNotFoundError:
            return None
        except Exception as error:
            if _is_broken(error):
                return None
            if not self._is_of_the_place(error):
                raise
            raise StoreUnavailableError(f"{path} cannot be read: {error}.", _LOOK_AT_DISK) from error

    def partitions(self, asset: str) -> set[str]:
        """All that have a table of the asset."""
        folder = self._base_path / asset
        try:
            return {
                each.name.removesuffix(self.extension) for each in folder.iterdir() if each.name != STAGED
            }
        except FileNotFoundError:
            return set()
        except NotADirectoryError:
            if folder.protocol in LOCAL:
                raise
            return set()  # an object store has no folder before there is something in it

    def require_place(self) -> None:
        """For who would take a table that was made for lost: the folder or bucket itself is there.

        :raises StoreUnavailableError: it is not.
        """
        if self._base_path.protocol in LOCAL:
            found = self._base_path.is_dir()
        else:  # what is below the bucket is there with its objects only
            bucket = self._base_path.path.lstrip("/").partition("/")[0]
            self._base_path.fs.invalidate_cache(bucket)
            found = bool(self._base_path.fs.exists(bucket))
        if not found:
            raise StoreUnavailableError(
                f"The storage {self._base_path} is not there.", "Mount its folder, or make its bucket again."
            )

    def _is_of_the_place(self, error: Exception) -> bool:
        """Whether the folder or bucket raised it. The libraries of object stores have errors of their own kinds."""
        if isinstance(error, (OSError, pa.ArrowException)):
            return True
        return self._base_path.protocol not in LOCAL and not isinstance(error, AIBoxError)

    def delete_tables(self, partition: str, assets: tuple[str, ...]) -> None:
        """Remove the tables of a partition, if they are there."""
        for asset in assets:
            self._remove_staged(asset, {partition})
            for path in (*list_objects(self.path_of(asset, partition)), self.path_of(asset, partition)):
                path.unlink(missing_ok=True)

    def _remove_staged(self, asset: str, partitions: Collection[str]) -> None:
        """What writers of these partitions left who were killed; one that still lives finds its own gone and fails."""
        folder = self._base_path / asset / STAGED
        if folder.protocol in LOCAL and folder.is_dir():
            for staged in folder.iterdir():
                if staged.stem in partitions:
                    staged.unlink(missing_ok=True)


def _encode(table: pa.Table, version: str) -> bytes:
    sink = pa.BufferOutputStream()
    # Nobody skips parts of so small a table, what repeats in it is left to the compression, and that takes longer to
    # begin than it saves of a few lines.
    compression = "zstd" if table.nbytes > _TINY_BYTES else "none"
    marked = table.replace_schema_metadata({**(table.schema.metadata or {}), _VERSION: version.encode()})
    pq.write_table(marked, sink, compression=compression, use_dictionary=False, write_statistics=False)
    return bytes(sink.getvalue().to_pybytes())


def _write_objects(
    pool: ThreadPoolExecutor,
    folder: UPath,
    entries: Sequence[tuple[str, pa.Table, str]],
    guard: Callable[[], None],
) -> None:
    paths = [folder / f"{partition}{ParquetIOManager.extension}" for partition, _, _ in entries]
    # Before the guard: whoever is let through later sees these, and has a later time.
    older = list(pool.map(list_objects, paths))
    contents = [_encode(rows, version) for _, rows, version in entries]
    stamped = [later_stamp(each) for each in older]
    guard()
    versions = [version for _, _, version in entries]
    for _ in pool.map(put_object, paths, older, contents, versions, stamped):
        pass


def _read(path: UPath, version: str | None = None) -> StoredTable:
    if path.protocol in LOCAL:
        return _parse(path.read_bytes())
    ending = "" if version is None else ending_of(path, version)
    for each in list_objects(path):
        if each.name.endswith(ending):
            return _parse(each.read_bytes())
    return _parse(path.read_bytes())  # of a home of version 0.1, which wrote over one object


def _parse(content: bytes) -> StoredTable:
    # read_table imports what reads whole folders; of a table in memory threads have nothing to wait for.
    table = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False).read(use_threads=False)
    return StoredTable(table, _version(table))


def _is_broken(error: Exception) -> bool:
    """Whether the bytes are no Parquet; what the system says of a disk has a number, and of a network a kind."""
    return isinstance(error, pa.ArrowInvalid) or (type(error) is OSError and error.errno is None)


def _version(table: pa.Table | pa.Schema) -> str:
    schema = table if isinstance(table, pa.Schema) else table.schema
    return str((schema.metadata or {}).get(_VERSION, b"").decode())
