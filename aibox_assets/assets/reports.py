"""What Dagster is told of a step: of each file, whether the check of them passed, and why some were not made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dagster import AssetCheckResult, AssetCheckSeverity, Failure, MetadataValue

from aibox_assets.assets.step import Outcome
from aibox_assets.domain.paths import printable
from aibox_assets.stores.files import FileRecord

SHOWN: Final = 20
"""Files that are named, of those that were not made."""


def describe_file(record: FileRecord) -> dict[str, MetadataValue]:
    """What every materialization says of its file."""
    return {
        "file": MetadataValue.text(printable(record.display_path)),
        "user_id": MetadataValue.text(record.user_id),
    }


def check_made(name: str, outcome: Outcome) -> AssetCheckResult:
    """The check of what was made."""
    return AssetCheckResult(
        check_name=name,
        passed=not outcome.faults,
        severity=AssetCheckSeverity.ERROR,
        metadata={"files": len(outcome.made), **dict(list(outcome.faults.items())[:SHOWN])},
    )


def describe_failure(asset: str, outcome: Outcome, records: Mapping[str, FileRecord]) -> Failure:
    """The failure of a step some of whose files were not made, with the reason of each."""
    reasons = {id_: str(error) for id_, error in outcome.failures.items()} | {
        id_: f"passed over: {reason}" for id_, reason in outcome.passed_over.items()
    }
    names = {id_: printable(records[id_].display_path) if id_ in records else id_ for id_ in reasons}
    total = len(reasons) + len(outcome.made)
    lines = [f"{names[id_]}: {reason}" for id_, reason in reasons.items()]
    more = f"\n… and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    head = (
        ""
        if total == 1
        else f"{len(lines)} of {total} files were not made in {asset}; the others are materialized.\n"
    )
    return Failure(
        description=head + "\n".join(lines[:SHOWN]) + more,
        metadata={names[id_]: reason for id_, reason in list(reasons.items())[:SHOWN]},
        # A retry of the step would do the good files again; the life cycle retries each file by itself.
        allow_retries=False,
    )
