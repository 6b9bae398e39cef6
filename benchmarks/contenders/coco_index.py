"""CocoIndex, the incremental indexer that comes nearest: one process, vectors and triples into Postgres."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

import sqlalchemy as sa

from benchmarks.bars import COCO
from benchmarks.children import ROOT
from benchmarks.contenders.ours import CHANGED
from benchmarks.figures import Throughput
from benchmarks.servers import running_servers
from benchmarks.texts import BenchmarkError
from benchmarks.waiting import Display

LABEL = "CocoIndex, one process, our models"
_SECONDS = 900


def measure(texts: Sequence[str], display: Display) -> Throughput:
    """From the start of its first update to the last row; the models are loaded before."""
    with running_servers() as servers, display.phase(LABEL):
        folder = servers.folder / "texts"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"text-{number:05}.txt").write_text(text, encoding="utf-8")
        load = os.getloadavg()[0]
        url = sa.make_url(servers.env["DATABASE_URL"]).set(drivername="postgresql")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "benchmarks.contenders.coco_flow",
                str(folder),
                str(servers.folder / "coco"),
                url.render_as_string(hide_password=False),
            ],
            # Threads as the libraries take them: its one process has all cores.
            env={**os.environ, **servers.env, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
        if done.returncode != 0:
            raise BenchmarkError(f"CocoIndex ended with code {done.returncode}:\n{done.stderr[-3000:]}")
        outcome = json.loads(done.stdout.strip().splitlines()[-1])
    label = f"{LABEL}; {CHANGED} changed of these: {outcome['changed']:.1f} s"
    return Throughput(
        COCO,
        label,
        len(texts),
        outcome["first"],
        outcome["chunks"],
        outcome["chunks"],
        outcome["triples"],
        load,
    )
