"""A process that gives way, and its session."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os
from pathlib import Path
from aibox_assets.process.priority import give_way
give_way()
group = Path("/proc/self/autogroup")
print(os.getpriority(os.PRIO_PROCESS, 0), group.read_text().split()[-1] if group.exists() else "none")
"""


def given(nice: int) -> list[str]:
    """What a process says of itself that led a session of its own, with that value, and gave way."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
        preexec_fn=lambda: os.nice(nice) and None,
    )
    return done.stdout.split()


def test_it_counts_in_the_session_and_among_sessions() -> None:
    group = "5" if Path("/proc/self/autogroup").exists() else "none"
    assert given(0) == ["5", group]


def test_who_gives_way_more_already_stays_there() -> None:
    assert given(7)[0] == "7"
