"""Line 25: files are cancelled at a thousand random moments of their way: never revived, never half."""

from __future__ import annotations

import random
import time
from functools import partial

import pytest

from aibox_assets.services.files import cancel_files
from aibox_assets.stores.files import FailureKind, FileRecord, Status
from aibox_assets.stores.folders import INBOX
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.processes import eventually, scaled
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(4 * 3600)]

AT_ONCE = 20
WAY_SECONDS = 9.0
"""From the drop of so many files to the last result of the last, and some more."""


def cancelled(record: FileRecord) -> bool:
    """Whether a cancel ended it."""
    return any(each.failure is FailureKind.CANCELLED for each in record.work.values())


def _all_known(home: RealHome, paths: list[str]) -> bool:
    return len(home.platform.files.at_paths(INBOX, paths)) == len(paths)


def test_a_cancel_holds_at_any_moment(fresh_home: RealHome) -> None:
    home, figures, dice = fresh_home, Figures("25"), random.Random(25)
    platform, left, everything = home.platform, scaled(1000), list[str]()
    ended: dict[str, FileRecord] = {}
    number = finished = 0
    while left > 0:
        paths = drop_news(home, AT_ONCE, number)
        number += 1
        everything += paths
        eventually(partial(_all_known, home, paths), 60, "all are taken in")
        moments = sorted((dice.uniform(0, WAY_SECONDS), path) for path in paths)
        started = time.monotonic()
        for moment, path in moments:
            time.sleep(max(0.0, started + moment - time.monotonic()))
            id_ = platform.files.at_paths(INBOX, [path])[path].id
            if cancel_files(platform, [id_]):
                ended[path] = platform.files.at_paths(INBOX, [path])[path]
                assert cancelled(ended[path]), ended[path]
                left -= 1
            else:
                finished += 1
    time.sleep(2 * WAY_SECONDS)
    records = accept(home, everything, figures)
    for path, before in ended.items():
        now = records[path]
        assert now.status is Status.FAILED, now
        assert cancelled(now), now
        assert {a: w.made for a, w in now.work.items()} == {a: w.made for a, w in before.work.items()}, path
    figures.killed, figures.note = len(ended), f"{finished} were finished before their moment"
    figures.tell()
