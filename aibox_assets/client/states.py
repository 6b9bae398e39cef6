"""Runs and backfills as they were at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_RUN_OVER: Final = frozenset({"SUCCESS", "FAILURE", "CANCELED"})
_BACKFILL_OVER: Final = frozenset(
    {"COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED"}
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run at one moment.

    :ivar status: Dagster's word: ``QUEUED``, ``STARTING``, ``STARTED``, ``SUCCESS``, ``FAILURE``, ``CANCELED``, …
    :ivar steps: the same for each asset that has started.
    :ivar tags: only where live runs were listed.
    """

    id: str
    status: str
    steps: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in _RUN_OVER

    @property
    def succeeded(self) -> bool:
        """Whether every asset was materialized for every partition."""
        return self.status == "SUCCESS"


@dataclass(frozen=True, slots=True)
class Counts:
    """Partitions of one asset in a backfill."""

    targeted: int
    in_progress: int
    materialized: int
    failed: int


@dataclass(frozen=True, slots=True)
class Backfill:
    """A backfill at one moment.

    :ivar status: Dagster's word: ``REQUESTED``, ``COMPLETED_SUCCESS``, ``COMPLETED_FAILED``, ``CANCELED``, …
    :ivar assets: partitions by asset.
    :ivar error: why the backfill itself could not go on; the failures of its runs are with them.
    """

    id: str
    status: str
    assets: Mapping[str, Counts] = field(default_factory=dict)
    error: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in _BACKFILL_OVER

    @property
    def succeeded(self) -> bool:
        """Whether every asset was materialized for every partition."""
        return self.status in ("COMPLETED", "COMPLETED_SUCCESS") and not any(
            counts.failed for counts in self.assets.values()
        )
