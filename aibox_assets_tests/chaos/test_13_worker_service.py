"""The worker service under fifty kills: each one is made good, and nothing stays behind."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from aibox_assets.workers.service import WorkerService
from aibox_assets.workers.signs import list_workers
from aibox_assets_tests.chaos.processes import scaled
from aibox_assets_tests.workers.services import (
    ended,
    eventually,
    family,
    make_service,
    monitored,
    send,
)

KILLS = scaled(50)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_fifty_kills_are_made_good(clean_redis_url: str, tmp_path: Path) -> None:
    """Kill -9 at a random moment of a worker's life, before or after it answers."""
    dice = random.Random(13)
    # The kills come faster than health can settle, so the limit is theirs.
    service = make_service(
        clean_redis_url, tmp_path, check_interval=30.0, max_restarts=KILLS, restart_delay=0.0
    )
    seen: list[psutil.Process] = []
    recoveries: list[float] = []
    with monitored(service):
        for kill in range(1, KILLS + 1):
            victims = family(service.pid)
            seen += victims
            killed_at = time.monotonic()
            victims[0].kill()
            eventually(partial(_restarted, service, kill), 10)
            if dice.random() < 0.5:
                eventually(lambda: service.well, 60)
                recoveries.append(time.monotonic() - killed_at)
            else:
                time.sleep(dice.uniform(0, 2))
        assert send(clean_redis_url, "sleep", 0.0, str(tmp_path / "marks")).get(timeout=60) > 0
        assert [status.name for status in list_workers(clean_redis_url)] == [service.node]
    left = [process.pid for process in seen if not ended(process)]
    print(
        f"killed {KILLS}, restarted {service.restarts}, processes left {len(left)}, "
        f"longest recovery {max(recoveries):.1f} s (from the kill to its first answer)"
    )
    assert service.restarts == KILLS
    assert not left


def _restarted(service: WorkerService, times: int) -> bool:
    return service.restarts == times and service.pid is not None
