"""Dagster's daemon, whose sensors look every second: ``python -m aibox_assets.dagster_patches.daemon run …``.

Takes the arguments of ``dagster-daemon``. That one (dagster 1.13) looks at its sensors every five seconds, whatever
their own interval is. It can go when upstream makes the interval a setting.
"""

from __future__ import annotations

from typing import Final

from dagster._daemon import sensor
from dagster._daemon.cli import main as run_daemon

SENSOR_SECONDS: Final = 1


def main() -> None:
    """Run until told to stop."""
    sensor.MIN_INTERVAL_LOOP_TIME = SENSOR_SECONDS
    run_daemon()


if __name__ == "__main__":
    main()
