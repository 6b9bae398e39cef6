"""Many files at once: good ones, bad ones among them, and workers that die meanwhile."""

from __future__ import annotations

import signal

import httpx
import psutil
import pytest

from aibox_assets_tests.domain.parse.documents import make_encrypted_pdf
from aibox_assets_tests.integration.bad_files import drop_bad_files
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.integration.texts import write_news
from aibox_assets_tests.workers.services import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


def test_ten_bad_files_say_why_while_twenty_good_ones_finish(home: RealHome) -> None:
    bad = drop_bad_files(home, "mixed", make_encrypted_pdf())
    good = [home.drop(f"good-{n:02}.txt", text, "mixed") for n, text in enumerate(write_news(20, seed=1))]
    ended = home.wait([*good, *(file.path for file in bad)], seconds=420)
    for path in good:
        assert ended[path]["status"] == "finished", (path, ended[path]["error"])
    for file in bad:
        assert ended[file.path]["status"] == "failed", file
        assert file.says.lower() in ended[file.path]["error"].lower(), (file, ended[file.path]["error"])
        assert ended[file.path]["remedy"], file
    # A file that is mended is done again by itself.
    home.drop("empty.txt", "Now there is a sentence about Basel in it.", "mixed")
    mended = home.wait(["mixed/empty.txt"], until=lambda f: f["status"] == "finished")
    assert mended["mixed/empty.txt"]["chunks"] == 1


def test_fifty_files_finish_though_each_worker_is_killed_once(home: RealHome) -> None:
    paths = [home.drop(f"kill-{n:02}.txt", text, "kills") for n, text in enumerate(write_news(50, seed=2))]
    home.wait(paths, until=lambda file: file["status"] != "queued", seconds=120)
    for service in home.json("status")["services"]:
        if service["name"].startswith("worker-"):
            for process in (
                *psutil.Process(service["pid"]).children(recursive=True),
                psutil.Process(service["pid"]),
            ):
                process.send_signal(signal.SIGKILL)
    ended = home.wait_finished(paths, seconds=500)
    for path in paths:
        assert ended[path]["embeddings"] == ended[path]["chunks"], path


def test_three_hundred_texts_at_once_finish_without_a_failed_run(home: RealHome) -> None:
    # What killed workers left behind fails when its files may have been finished by other runs.
    eventually(lambda: not _runs(home, "QUEUED, NOT_STARTED, STARTING, STARTED, CANCELING"), seconds=300)
    before = _runs(home, "FAILURE")
    texts = write_news(300, seed=3, sentences=3)
    paths = [home.drop(f"news-{n:03}.txt", text, "news") for n, text in enumerate(texts)]
    ended = home.wait_finished(paths, seconds=800)
    assert len(ended) == 300
    assert _runs(home, "FAILURE") == before


def _runs(home: RealHome, statuses: str) -> set[str]:
    """Runs of these statuses, as the web server tells them."""
    query = (
        f"{{ runsOrError(filter: {{statuses: [{statuses}]}}) {{ ... on Runs {{ results {{ runId }} }} }} }}"
    )
    answer = httpx.post(f"{home.ui}/graphql", json={"query": query}, timeout=30).raise_for_status().json()
    return {run["runId"] for run in answer["data"]["runsOrError"]["results"]}
