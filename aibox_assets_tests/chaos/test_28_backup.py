"""Line 28: a backup is taken under load and restored into an empty home on the other graph server."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.processes import scaled
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.stores.graph_servers import running_neo4j

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(3600)]

QUESTIONS = ("who was elected president", "a fire in the night", "the price of oil", "a match on Sunday")


def answers(home: RealHome, paths: list[str]) -> dict[str, Any]:
    """What the home tells of the files at *paths*: their rows, hits and triples."""
    wanted, known = set(paths), home.files()
    told: dict[str, Any] = {
        path: {
            k: known[path][k]
            for k in ("file_id", "status", "chunks", "triples", "sha256")
            if k in known[path]
        }
        for path in paths
    }
    for question in QUESTIONS:
        hits = home.json("search", question, "--limit", "100")
        told[question] = [(hit["path"], hit["text"]) for hit in hits if hit["path"] in wanted][:10]
    ids = {known[path]["file_id"] for path in paths}
    told["graph"] = sorted(line for line in home.platform.graph.snapshot() if any(id_ in line for id_ in ids))
    return told


def test_the_other_server_answers_the_same(fresh_home: RealHome, tmp_path: Path) -> None:
    home, figures, ending = fresh_home, Figures("28"), threading.Event()
    kept = drop_news(home, scaled(100), 0)
    home.wait(kept, 600)
    dropped = list[str]()

    def load() -> None:
        number = 1
        while not ending.is_set():
            dropped.extend(drop_news(home, 5, number))
            number += 1
            time.sleep(1)

    writer = threading.Thread(target=load)
    writer.start()
    try:
        time.sleep(5)
        started = time.monotonic()
        home.run("backup", str(home.path / "kept.aibox"), timeout=1200)
        figures.recoveries.append(time.monotonic() - started)
    finally:
        ending.set()
        writer.join()
    home.run("backup", "--verify", str(home.path / "kept.aibox"))
    home.wait(dropped, 1200)
    with running_neo4j(tmp_path) as address:
        other = RealHome(
            AIBOX_SETTLE_SECONDS="0.5",
            NEO4J_URI=address.uri,
            NEO4J_USER=address.user,
            NEO4J_PASSWORD=address.password,
        )
        try:
            started = time.monotonic()
            other.run("restore", str(home.path / "kept.aibox"), timeout=1200)
            figures.recoveries.append(time.monotonic() - started)
            other.up()
            late = list(other.files())
            other.wait(late, 1200)
            assert set(kept) <= set(late)
            assert answers(other, kept) == answers(home, kept)
            figures.note = f"{len(late) - len(kept)} of {len(dropped)} files that came meanwhile are in it"
            accept(other, late, figures)
        finally:
            other.destroy()
