"""Fill the disk of a whole home, make space, see it go on: run by the test of line 20 on a small disk."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.processes import eventually
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.integration.texts import write_news

FILES = 20
FULL_SECONDS = 60.0


def fill(path: Path) -> None:
    """Leave no byte free on the disk of *path*, whose last blocks others may have taken meanwhile."""
    block = bytes(64 * 1024)
    with path.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(block):
            pass


def answers(home: RealHome) -> bool:
    """Whether Postgres does."""
    with suppress(StoreUnavailableError):
        home.platform.files.count_by_status()
        return True
    return False


def main(disk: Path, inbox: Path) -> None:
    """Raises AssertionError where a file is lost or something partial is left."""
    tempfile.tempdir = str(disk)
    home = RealHome(AIBOX_SETTLE_SECONDS="0.5", AIBOX_BATCH_FILES="4", AIBOX_INBOX=str(inbox))
    home.inbox = inbox
    try:
        home.up()
        texts = write_news(3 * FILES, seed=20)
        before = [home.drop(f"before-{n:02}.txt", texts[n]) for n in range(FILES)]
        home.wait_finished(before)
        ballast = disk / "ballast"
        fill(ballast)
        during = [home.drop(f"during-{n:02}.txt", texts[FILES + n]) for n in range(FILES)]
        until = time.monotonic() + FULL_SECONDS
        free = 0
        while time.monotonic() < until:  # logs that are rotated and files that are dropped make space again
            fill(ballast)
            time.sleep(0.5)
            free = max(free, shutil.disk_usage(disk).free)
        ballast.unlink()
        space = time.monotonic()
        eventually(partial(answers, home), 120, "Postgres, which ended without space, is back")
        ended = home.wait([*before, *during], 400)
        after = [home.drop(f"after-{n:02}.txt", texts[2 * FILES + n]) for n in range(FILES)]
        home.wait_finished(after)
        figures = Figures("20, a whole home")
        figures.recoveries.append(time.monotonic() - space)
        failed = {path: file["error"] for path, file in ended.items() if file["status"] != "finished"}
        figures.note = (
            f"at most {free} bytes free for {FULL_SECONDS:.0f} s; {len(failed)} files failed {failed or ''}"
        )
        accept(home, [*before, *during, *after], figures)
        assert not failed, failed
        print(figures.note)
    finally:
        home.destroy()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
