"""What people want of files: once more, from the start, no more, not at all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from aibox_assets.resources.platform import Platform
from aibox_assets.stores.asked import Asked
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, KG_TRIPLES

REGENERATIONS: Final = {"vectors": (EMBEDDINGS,), "graph": (KG_TRIPLES,), "all": (EMBEDDINGS, KG_TRIPLES)}
"""What can be made again, by the names of the first generation."""


def retry_files(platform: Platform, ids: Collection[str]) -> list[str]:
    """Try failed or cancelled files again, with all attempts before them; those that are queued for it."""
    return platform.lifecycle.retry(ids)


def retry_all(platform: Platform) -> list[str]:
    """Try every dead letter again."""
    return retry_files(platform, [letter.file_id for letter in platform.dead_letters.select()])


def regenerate_files(
    platform: Platform,
    ids: Collection[str],
    what: str = "all",
    *,
    force_rechunk: bool = False,
    asked: Asked | None = None,
) -> list[str]:
    """Make vectors, graph or both again; what is there stays until the new one is whole.

    :param what: a name of :data:`REGENERATIONS`.
    :param force_rechunk: read and split the file again, too.
    :param asked: by whom, where somebody waits for it.
    :returns: the files that are queued for it; a cancelled file is not, before it is retried.
    """
    assets = (CHUNKS, *REGENERATIONS[what]) if force_rechunk else REGENERATIONS[what]
    return platform.lifecycle.redo(
        ids, [asset for asset in ASSETS if asset in assets], whole=True, asked=asked
    )


def cancel_files(platform: Platform, ids: Collection[str], asked: Asked | None = None) -> list[str]:
    """Leave files alone: from now on nothing is written of them. Those that had something to be done."""
    cancelled = platform.lifecycle.cancel(ids, asked)
    for id_, record in platform.files.get(cancelled).items():
        platform.live.report_progress(id_, record.status, "", 0, record.error or "")
    return cancelled
