"""The samples that come with the platform, for whoever has no files at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aibox_assets.resources.platform import Platform
from aibox_assets.services.ingest import ingest, plan

SAMPLES: Final = Path(__file__).resolve().parents[2] / "samples"


def has_samples() -> bool:
    """Whether this installation brought them."""
    return SAMPLES.is_dir()


def bring_samples(platform: Platform, owner: str) -> int:
    """Copy the samples into the inbox as files of *owner*; may be repeated. How many are there.

    :raises ConfigurationError: the owner cannot be a folder. :raises StoreUnavailableError: the disk is full.
    """
    given, _ = plan(sorted(path for path in SAMPLES.rglob("*") if path.is_file()), owner, owner)
    return sum(file.arrived for file in ingest(given, platform.settings.inbox_path))
