"""Files and their work for the tests of the life cycle."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, KG_TRIPLES, NewFile, Work
from aibox_assets.stores.lifecycle import AssetResult, Lifecycle, ReadBytes
from aibox_assets.stores.scanning import FileStat

SHA = "a" * 64
OTHER_SHA = "b" * 64
RECIPES = {CHUNKS: "c1", EMBEDDINGS: "e1", KG_TRIPLES: "k1"}
QUEUE = "q"


def nobody_is_over(_: object) -> set[str]:
    """No run is over."""
    return set()


def new_lifecycle(engine: Engine, *ids: str, owner: str = "amy") -> Lifecycle:
    """A life cycle with files that wait for all of their assets."""
    lifecycle = Lifecycle(engine, max_attempts=3)
    lifecycle.want(RECIPES)
    add(lifecycle, *ids, owner=owner)
    return lifecycle


def add(lifecycle: Lifecycle, *ids: str, owner: str = "amy") -> None:
    """Take files in, each at a path of its own."""
    lifecycle.add([NewFile(id_, "inbox", f"{owner}/{id_}.txt", owner, FileStat(3, 1)) for id_ in ids])


def version(asset: str, sha: str = SHA) -> str:
    """What is wanted of bytes by :data:`RECIPES`."""
    return f"{sha}.c1" if asset == CHUNKS else f"{sha}.c1.{RECIPES[asset]}"


def make(lifecycle: Lifecycle, asset: str, *ids: str, sha: str = SHA) -> None:
    """What a step writes down for files."""
    lifecycle.start(asset, ids)
    if asset == CHUNKS:
        lifecycle.read({id_: ReadBytes(sha, 3, 1, "text/plain") for id_ in ids})
    lifecycle.complete(asset, QUEUE, {id_: AssetResult(version(asset, sha), 4, 0.5) for id_ in ids})


def finish(lifecycle: Lifecycle, *ids: str, sha: str = SHA) -> None:
    """All that three steps write down for files."""
    for asset in ASSETS:
        make(lifecycle, asset, *ids, sha=sha)


def work_of(engine: Engine, id_: str, asset: str = CHUNKS) -> Work:
    """A row of ``work``."""
    return FileStore(engine).get([id_])[id_].work[asset]


def waiting(lifecycle: Lifecycle, limit: int = 10) -> dict[str, tuple[str, ...]]:
    """Assets by file that waits for a run."""
    return {file.id: file.assets for file in lifecycle.waiting(limit)}


def end_pauses_of_files(engine: Engine) -> None:
    """Let what waits for another try be tried now."""
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.work SET not_before = NULL"))


def snapshot(engine: Engine, ids: Collection[str], *, but: Sequence[str] = ()) -> list[object]:
    """All rows of files and of their work without moments, to see whether a second call changes anything."""
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT to_jsonb(f) FROM aibox.files f WHERE id = ANY(:ids) ORDER BY id"),
            {"ids": list(ids)},
        ).scalars()
        works = connection.execute(
            sa.text("SELECT to_jsonb(w) FROM aibox.work w WHERE file_id = ANY(:ids) ORDER BY file_id, asset"),
            {"ids": list(ids)},
        ).scalars()
        return [_without_moments(row, but) for row in (*rows, *works)]


def _without_moments(row: dict[str, object], but: Sequence[str]) -> dict[str, object]:
    return {name: value for name, value in row.items() if not name.endswith("_at") and name not in but}
