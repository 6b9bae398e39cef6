"""``aibox dead-letters``, ``retry`` and ``cancel`` as a person and a program see them, on real servers."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Engine

from aibox_assets.domain.errors import MalformedDocumentError
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.files import ASSETS, CHUNKS, NewFile, Status
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.commands import aibox


def test_from_a_failure_to_its_retry_and_cancel(
    engine: Engine, postgres_url: str, clean_redis_url: str, tmp_path: Path
) -> None:
    store, lifecycle = FileStore(engine), Lifecycle(engine, max_attempts=3)
    lifecycle.add([NewFile("f0", "inbox", "amy/a.pdf", "amy", FileStat(1, 1))])
    lifecycle.request(["f0"], ASSETS, "run")
    lifecycle.fail(CHUNKS, {"f0": MalformedDocumentError("It has no pages.", "Save it again.")}, "run")
    servers = {"DATABASE_URL": postgres_url, "REDIS_URL": clean_redis_url}

    shown = aibox(tmp_path, "dead-letters", **servers)
    assert shown.returncode == 0, shown.stderr
    assert "amy/a.pdf" in shown.stdout
    assert "It has no pages." in shown.stdout
    (letter,) = json.loads(aibox(tmp_path, "dead-letters", "--json", **servers).stdout)
    assert (letter["file_id"], letter["attempts"], letter["permanent"]) == ("f0", 1, True)
    whole = aibox(tmp_path, "dead-letters", "amy/a.pdf", **servers).stdout
    assert "Save it again." in whole
    assert "MalformedDocumentError: It has no pages." in whole

    refused = aibox(tmp_path, "cancel", "f0", **servers)
    assert refused.returncode == 1
    assert "it is failed" in refused.stderr
    assert json.loads(aibox(tmp_path, "retry", "--all", "--json", **servers).stdout) == {"queued": ["f0"]}
    assert aibox(tmp_path, "dead-letters", "f0", **servers).returncode == 1

    cancelled = aibox(tmp_path, "cancel", "f0", "--json", **servers)
    assert cancelled.returncode == 0, cancelled.stderr
    assert json.loads(cancelled.stdout) == {"file_id": "f0", "path": "amy/a.pdf", "ended": [], "ending": []}
    assert store.get(["f0"])["f0"].status is Status.FAILED

    aibox(tmp_path, "retry", "f0", **servers)
    assert "AIBOX_DAGSTER_URL" in aibox(tmp_path, "cancel", "f0", **servers).stdout
    aibox(tmp_path, "retry", "f0", **servers)
    nobody = {"AIBOX_DAGSTER_URL": "http://127.0.0.1:1"}
    unreachable = aibox(tmp_path, "cancel", "f0", **servers, **nobody)
    assert unreachable.returncode != 0
    assert "http://127.0.0.1:1" in unreachable.stderr
    assert store.get(["f0"])["f0"].status is Status.FAILED
