"""A disk that is full: what cannot be written is transient, leaves nothing half-done, and works when there is space.

The disk is a tmpfs of some MiB in a mount namespace of the test's own, which needs root.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


def run_on_small_disk(script: str, place: Path, mib: int) -> str:
    """Run a script of this package with *place* on a disk of *mib* MiB; its output.

    :raises AssertionError: it failed; its error is shown.
    """
    place.mkdir()
    mount = f'mount -t tmpfs -o size={mib}m,mode=0777 aibox "$1" && exec "$2" -m "$3" "$1"'
    done = subprocess.run(
        ("unshare", "-m", "sh", "-c", mount, "sh", str(place), sys.executable, script),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout.strip().splitlines()[-1]


def test_parquet_on_a_full_disk(tmp_path: Path) -> None:
    figures = run_on_small_disk("aibox_assets_tests.chaos.full_disk_parquet", tmp_path / "disk", 4)
    print(f"\nline 20, Parquet: {figures}")
