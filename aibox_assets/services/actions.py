"""What a person does with files over HTTP: one of them, or all that a filter names. Each leaves a job per file."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from aibox_assets.client import DagsterClient
from aibox_assets.client.errors import DagsterRefusedError, DagsterUnreachableError
from aibox_assets.domain.errors import AIBoxError, PermanentError
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.cancel_runs import end_runs
from aibox_assets.services.files import cancel_files, regenerate_files
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.documents import remove_document
from aibox_assets.stores.files import Status
from aibox_assets.stores.listing import FileFilter

PART: Final = 500
RUNS_SECONDS: Final = 10.0
_POSSIBLE: Final = {
    JobKind.CANCEL: (Status.QUEUED, Status.STARTED),
    JobKind.RETRY: (Status.FAILED, Status.QUEUED),
}
"""States in which there is something to do."""

_log = logging.getLogger(__name__)


class NotInInboxError(PermanentError):
    """A file of a folder that belongs to its owner: what lies there is theirs to delete."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is not in the inbox, but in a folder that is watched.",
            "Delete the file itself in its folder; what was made of it follows by itself.",
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with files.

    :ivar what: to be made again: ``vectors``, ``graph`` or ``all``. :ivar force_rechunk: read and split them, too.
    """

    kind: JobKind
    what: str = "all"
    force_rechunk: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a wish for many files.

    :ivar matched: files that the filter names and the person may change. :ivar possible: of these, with which it can
        be done. :ivar changed: with which it was done; none on a dry run.
    """

    matched: int
    possible: int
    changed: int


def act(platform: Platform, id_: str, wish: Wish, asked: Asked) -> bool:
    """Do it with one file; whether there was anything to do.

    :raises NotInInboxError: it is to be deleted, and lies in a folder of its owner's.
    """
    if wish.kind is JobKind.DELETE:
        record = platform.files.get([id_]).get(id_)
        if record is None:
            return False
        if not _is_inbox(platform, record.folder):
            raise NotInInboxError(record.display_path)
    return bool(_do(platform, [id_], wish, asked))


def act_on_all(
    platform: Platform, viewer: Viewer, chosen: FileFilter, wish: Wish, asked: Asked, *, dry_run: bool
) -> Done:
    """Do it with every file that *chosen* names and *viewer* may change, in parts."""
    folders: dict[str, bool] = {}

    def can(folder: str, status: Status) -> bool:
        if wish.kind is not JobKind.DELETE:
            return status in _POSSIBLE.get(wish.kind, tuple(Status))
        if folder not in folders:
            folders[folder] = _is_inbox(platform, folder)
        return folders[folder]

    if dry_run:
        counts = platform.listing.count_changeable(viewer, chosen)
        return Done(sum(counts.values()), sum(count for each, count in counts.items() if can(*each)), 0)
    matched = possible = changed = after = 0
    while found := platform.listing.changeable(viewer, chosen, after=after, limit=PART):
        after = found[-1].seq
        matched += len(found)
        ids = [each.id for each in found if can(each.folder, each.status)]
        possible += len(ids)
        changed += len(_do(platform, ids, wish, asked))
    return Done(matched, possible, changed)


def end_runs_of(platform: Platform, id_: str) -> None:
    """End the runs that carry a cancelled file alone. Without Dagster they go on without a right to write."""
    if platform.settings.dagster_url is None:
        return
    try:
        with DagsterClient(platform.settings.dagster_url) as dagster:
            end_runs(dagster, id_, RUNS_SECONDS)
    except (DagsterUnreachableError, DagsterRefusedError) as error:
        _log.warning("The runs of %s go on without a right to write: %s", id_, error)


def _do(platform: Platform, ids: Collection[str], wish: Wish, asked: Asked) -> list[str]:
    match wish.kind:
        case JobKind.REGENERATE:
            return regenerate_files(platform, ids, wish.what, force_rechunk=wish.force_rechunk, asked=asked)
        case JobKind.RETRY:
            return platform.lifecycle.retry(ids, asked)
        case JobKind.CANCEL:
            return cancel_files(platform, ids, asked)
        case JobKind.DELETE:
            return _delete(platform, ids, asked)
        case JobKind.UPLOAD:
            raise ValueError("An upload comes with its bytes.")


def _delete(platform: Platform, ids: Collection[str], asked: Asked) -> list[str]:
    """Remove bytes from the inbox, then mark the files; a crash between leaves files that the next look misses."""
    removed: list[str] = []
    problem: AIBoxError | None = None
    for record in platform.files.get(ids).values():
        try:
            remove_document(platform.locate_folder(record.folder), record.path)
        except AIBoxError as error:
            problem = error
        else:
            removed.append(record.id)
    platform.lifecycle.mark_gone(removed, asked)
    if problem is not None and len(ids) == 1:
        raise problem
    return removed


def _is_inbox(platform: Platform, label: str) -> bool:
    try:
        return platform.locate_folder(label) == platform.settings.inbox_path
    except (
        PermanentError
    ):  # of a folder that is watched no more; the others of a selection are not held up by it
        return False
