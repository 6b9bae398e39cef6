"""What should be made: by the configuration, and by people who want something again or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from aibox_assets.stores.asked import Asked, open_jobs
from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.stores.lifecycle.rows import (
    CLEAN,
    OPEN,
    Transitions,
    lock_work,
    refresh_status,
    run_sql,
    want_of_chunks,
)

CANCELLED: Final = "It was cancelled."
_CANCEL_REMEDY: Final = "'aibox retry' the file when it is wanted after all."

# The last part of a version is the recipe: <bytes>.<splitting> of chunks, <bytes>.<splitting>.<recipe> of what is
# made from them. What failed for good under another recipe gets a new chance.
_STALE: Final = """
SELECT w.file_id, w.state = 'failed' AND w.wanted IS NULL AND NOT :changed AS kept
FROM aibox.work w JOIN aibox.work c ON c.file_id = w.file_id AND c.asset = 'chunks'
WHERE w.asset = :asset AND (split_part(w.wanted, '.', :before + 1) <> :digest
    OR w.wanted IS NULL AND (w.asset <> 'chunks' AND c.state = 'finished' OR :changed AND w.state = 'failed'))"""

_WANT: Final = """
UPDATE aibox.work w SET updated_at = now(), wanted = CASE WHEN w.wanted IS NOT NULL
    THEN array_to_string((string_to_array(w.wanted, '.'))[1 : :before] || CAST(:digest AS text), '.')
    WHEN w.asset <> 'chunks' AND c.state = 'finished' THEN c.made || '.' || :digest END
FROM aibox.work c
WHERE c.file_id = w.file_id AND c.asset = 'chunks' AND w.asset = :asset AND w.file_id = ANY(:ids)"""

_REQUEUE: Final = f"""
UPDATE aibox.work SET state = CASE WHEN made = wanted THEN 'finished' ELSE 'queued' END,
    background = background OR state IN ('finished', 'failed'), {CLEAN}, queued_at = now(), updated_at = now()
WHERE asset = :asset AND file_id = ANY(:ids) AND failure IS DISTINCT FROM 'cancelled' RETURNING file_id, state"""  # noqa: S608


class Demand(Transitions):
    """Transitions that the configuration or a person makes."""

    def want(self, recipes: Mapping[str, str]) -> dict[str, int]:
        """Each asset is made by this recipe from now on; what was made by another is stale, and queued.

        :param recipes: digest of all configuration by asset.
        :returns: how many files are queued again, by asset.
        """
        queued = {}
        for asset, digest in recipes.items():
            with transaction(self._engine) as connection:
                before = run_sql(
                    connection,
                    "SELECT digest FROM aibox.recipes WHERE asset = :asset FOR UPDATE",
                    asset=asset,
                ).scalar()
                if before == digest:  # then it is in all that is wanted
                    queued[asset] = 0
                    continue
                run_sql(
                    connection,
                    """INSERT INTO aibox.recipes (asset, digest) VALUES (:asset, :digest)
                    ON CONFLICT (asset) DO UPDATE SET digest = excluded.digest, updated_at = now()""",
                    asset=asset,
                    digest=digest,
                )
                values = {"asset": asset, "digest": digest, "before": 1 if asset == CHUNKS else 2}
                stale = run_sql(connection, _STALE, changed=before is not None, **values).all()
                ids = [row.file_id for row in stale]
                lock_work(connection, ids, ASSETS if asset == CHUNKS else [asset])
                run_sql(connection, _WANT, ids=ids, **values)
                ids = [row.file_id for row in stale if not row.kept]
                changed = run_sql(connection, _REQUEUE, asset=asset, ids=ids).all()
                if asset == CHUNKS:
                    want_of_chunks(connection, [file_id for file_id, state in changed if state == "finished"])
                waiting = [file_id for file_id, state in changed if state == "queued"]
                refresh_status(connection, [file_id for file_id, _ in changed])
                record_events(connection, EventKind.QUEUED, waiting, asset, why="stale")
                queued[asset] = len(waiting)
        return queued

    def recipes(self) -> dict[str, str]:
        """How each asset is made now: digest by asset."""
        with transaction(self._engine) as connection:
            rows = run_sql(connection, "SELECT asset, digest FROM aibox.recipes").all()
        return {row.asset: row.digest for row in rows}

    def redo(
        self,
        ids: Collection[str],
        assets: Collection[str],
        *,
        background: bool = False,
        whole: bool = False,
        asked: Asked | None = None,
    ) -> list[str]:
        """Make assets of files again although they are current; what they show until then stays.

        What was cancelled is not made before it is retried.

        :param background: nobody waits for it: others go first.
        :param whole: leave out files of which anything was cancelled, not only what was.
        :param asked: by whom, where somebody waits for it.
        :returns: the files that are queued for it.
        """
        with transaction(self._engine) as connection:
            lock_work(connection, ids)
            queued = run_sql(
                connection,
                f"""UPDATE aibox.work SET state = 'queued', made = NULL, {CLEAN}, background = :background,
                    wanted = CASE WHEN asset = 'chunks' OR NOT 'chunks' = ANY(:assets) THEN wanted END,
                    queued_at = now(), started_at = NULL, ended_at = NULL, updated_at = now()
                WHERE file_id = ANY(:ids) AND asset = ANY(:assets) AND failure IS DISTINCT FROM 'cancelled'
                    AND NOT (:whole AND file_id IN (
                        SELECT file_id FROM aibox.work WHERE file_id = ANY(:ids) AND failure = 'cancelled'))
                RETURNING file_id""",  # noqa: S608
                ids=list(ids),
                assets=list(assets),
                background=background,
                whole=whole,
            )
            found = sorted(set(queued.scalars()))
            refresh_status(connection, found)
            record_events(connection, EventKind.QUEUED, found, why="redo", assets=list(assets))
            open_jobs(connection, asked, found, assets)
        return found

    def redo_all(self, assets: Collection[str] = ASSETS) -> int:
        """Make assets of every file again, at rest or not, but of those that a person cancelled; how many files."""
        with transaction(self._engine) as connection:
            ids = list(run_sql(connection, "SELECT id FROM aibox.files").scalars())
        return len(self.redo(ids, assets, background=True, whole=True))

    def retry(self, ids: Collection[str], asked: Asked | None = None) -> list[str]:
        """A person wants failed or cancelled work tried again, with all attempts before it; the files it is."""
        with transaction(self._engine) as connection:
            lock_work(connection, ids)
            queued = run_sql(
                connection,
                f"""UPDATE aibox.work SET state = CASE WHEN state = 'failed' THEN 'queued' ELSE state END, {CLEAN},
                    background = false, queued_at = now(), ended_at = NULL, updated_at = now()
                WHERE file_id = ANY(:ids) AND (state = 'failed' OR state = 'queued' AND not_before > now())
                RETURNING file_id""",  # noqa: S608
                ids=list(ids),
            )
            found = sorted(set(queued.scalars()))
            refresh_status(connection, found)
            record_events(connection, EventKind.QUEUED, found, why="retry")
            open_jobs(connection, asked, found)
        return found

    def cancel(self, ids: Collection[str], asked: Asked | None = None) -> list[str]:
        """A person wants the files left alone: nothing more is written of them, and no run takes them.

        Work that is done stays. Ends when no write of it is under way any more; the files that had open work.
        """
        with transaction(self._engine) as connection:
            lock_work(connection, ids)
            ended = run_sql(
                connection,
                f"""UPDATE aibox.work SET state = 'failed', failure = 'cancelled', error = :error, remedy = :remedy,
                    trace = NULL, run = NULL, not_before = NULL, ended_at = now(), updated_at = now()
                WHERE file_id = ANY(:ids) AND {OPEN} RETURNING file_id""",  # noqa: S608
                ids=list(ids),
                error=CANCELLED,
                remedy=_CANCEL_REMEDY,
            )
            found = sorted(set(ended.scalars()))
            refresh_status(connection, found)
            record_events(connection, EventKind.CANCELLED, found)
            open_jobs(connection, asked, found)
        return found
