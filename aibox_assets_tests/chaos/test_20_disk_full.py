"""A disk that is full: what cannot be written is transient, leaves nothing half-done, and works when there is space.

The disk is a tmpfs of some MiB in a mount namespace of the test's own, which needs root.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

DISK_MIB = 1024


def run_on_small_disk(script: str, place: Path, mib: int, *arguments: str) -> str:
    """Run a script of this package with *place* on a disk of *mib* MiB; its output.

    :raises AssertionError: it failed; its error is shown.
    """
    place.mkdir()
    mount = f'mount -t tmpfs -o size={mib}m,mode=0777 aibox "$0" && exec "$@"'
    command = (sys.executable, "-m", f"aibox_assets_tests.chaos.{script}", str(place), *arguments)
    done = subprocess.run(
        ("unshare", "-m", "sh", "-c", mount, str(place), *command),
        capture_output=True,
        text=True,
        timeout=850,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout.strip().splitlines()[-1]


def test_parquet_on_a_full_disk(tmp_path: Path) -> None:
    print(f"\nline 20, Parquet: {run_on_small_disk('full_disk_parquet', tmp_path / 'disk', 4)}")


@pytest.mark.stack
def test_a_whole_home_on_a_full_disk() -> None:
    # As root, Postgres runs as another user, who cannot reach pytest's own folders.
    with tempfile.TemporaryDirectory(prefix="aibox-test-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        inbox = place / "inbox"
        inbox.mkdir()
        print(
            f"\nline 20, a home: {run_on_small_disk('full_disk_home', place / 'disk', DISK_MIB, str(inbox))}"
        )
