"""Dagster's daemon, whose loops are woken: ``python -m aibox_assets.dagster_patches.daemon run …``.

Takes the arguments of ``dagster-daemon``. That one (dagster 1.13) looks at its sensors every five seconds, whatever
their own interval is, and at its queue of runs each second. Here both begin when somebody wakes them, and rest longer
where a sensor says that nothing is to be done. It can go when upstream has a way to ask for a tick.
"""

from __future__ import annotations

import threading
from typing import Any, Final

from dagster._daemon import daemon as daemons
from dagster._daemon import sensor
from dagster._daemon.cli import main as run_daemon
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

from aibox_assets.dagster_patches.bells import BELLS, WaitOrBell
from aibox_assets.dagster_patches.run_queue import run_queue_loop
from aibox_assets.settings import load_settings
from aibox_assets.stores.wakes import Wake, listen

SENSOR_SECONDS: Final = 1
REST_SECONDS: Final = 0.2
"""From the end of a tick to the next one that a bell begins: what comes in a stream is looked at together."""
_SENSORS: Final = (Wake.LOOK, Wake.REMOVAL)


def wake_sensors() -> None:
    """Put the bells into the loop of the sensors."""
    ticks: Any = sensor  # through whose names Dagster's own loop calls these
    loops: Any = daemons
    is_early, mark, tick = ticks.is_under_min_interval, ticks.mark_sensor_state_for_tick, ticks._process_tick
    loop = loops.execute_sensor_iteration_loop

    def is_under_min_interval(state: Any, remote: Any, *rest: Any) -> bool:
        whom = _bell_of(remote.name)
        if whom is None:
            return bool(is_early(state, remote, *rest))
        return not BELLS.is_due(whom) and (is_early(state, remote, *rest) or _is_at_rest(state))

    def mark_sensor_state_for_tick(instance: Any, remote: Any, *rest: Any) -> None:
        if (whom := _bell_of(remote.name)) is not None:
            BELLS.begin(whom)
        mark(instance, remote, *rest)

    def process_tick(context: Any, logger: Any, remote: Any, *rest: Any) -> Any:
        try:
            return tick(context, logger, remote, *rest)
        finally:
            if (whom := _bell_of(remote.name)) is not None:
                BELLS.end(whom, REST_SECONDS)

    def execute_loop(context: Any, logger: Any, shutdown: Any, **rest: Any) -> Any:
        return loop(context, logger, WaitOrBell(shutdown, BELLS, _SENSORS), **rest)

    ticks.MIN_INTERVAL_LOOP_TIME = SENSOR_SECONDS
    ticks.is_under_min_interval = is_under_min_interval
    ticks.mark_sensor_state_for_tick = mark_sensor_state_for_tick
    ticks._process_tick = process_tick
    loops.execute_sensor_iteration_loop = execute_loop


def _bell_of(name: str) -> Wake | None:
    return next((whom for whom in _SENSORS if whom == name), None)


def _is_at_rest(state: Any) -> bool:
    """Whether the sensor wrote into its cursor for how many seconds it need not look, and they are not over."""
    data = sensor._sensor_instigator_data(state)
    elapsed = sensor.get_elapsed(state)
    return data is not None and elapsed is not None and elapsed < float(data.cursor or 0)


def main() -> None:
    """Run until told to stop."""
    wake_sensors()
    QueuedRunCoordinatorDaemon.core_loop = run_queue_loop  # type: ignore[method-assign,assignment]
    BELLS.heard_here = True
    url = load_settings().require_database_url()
    threading.Thread(
        target=listen, args=(url, BELLS.ring, threading.Event()), name="wakes", daemon=True
    ).start()
    run_daemon()


if __name__ == "__main__":
    main()
