"""Work that takes of the processor what other work leaves."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_NICE: Final = 5
_AUTOGROUP: Final = Path("/proc/self/autogroup")


def give_way() -> None:
    """From now on a third of a share of the processor where others want it, too, for this process and its session.

    Where Linux shares it between sessions (sched(7), "The autogroup feature"), a process's own value counts among the
    processes of its session alone.
    """
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    with suppress(OSError):  # no such feature, or not for us
        _AUTOGROUP.write_text(str(_NICE))
