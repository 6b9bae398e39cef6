"""Queues, their jobs and their workers over real HTTP; what a person holds stays held."""

from __future__ import annotations

import time

import pytest
import redis
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.execution.leases import Lease, StepLeases
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import CHUNKS
from aibox_assets.stores.lifecycle import AssetResult
from aibox_assets.stores.pauses import pause_queue
from aibox_assets.stores.queues import FILE_PROCESSING, KG_EXTRACTION, QUEUES, VECTORIZATION
from aibox_assets.workers.holds import held_by
from aibox_assets.workers.presence import Presence, announce
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import data, make_all, sent
from aibox_assets_tests.api.test_files import fail

pytestmark = pytest.mark.integration


def test_the_figures_are_those_of_the_table_under_both_paths(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    ids = [sent(eve, f"{n}.txt", str(n).encode()) for n in range(3)]
    make_all(platform, ids[0])
    fail(platform, ids[1])
    stats = data(eve.get("/queues/stats"))
    assert set(stats) == set(QUEUES)
    figures = {name: stats[FILE_PROCESSING][name] for name in ("queued", "started", "finished", "failed")}
    assert figures == {"queued": 1, "started": 0, "finished": 1, "failed": 1}
    assert stats[FILE_PROCESSING]["rates"][0]["made"] == 1
    jobs = data(eve.get("/queues/file_processing/jobs", params={"status": "failed"}))["items"]
    assert [(job["file_id"], job["status"], job["traceback"]) for job in jobs] == [(ids[1], "failed", None)]
    job = data(eve.get(f"/queues/file_processing/jobs/{jobs[0]['job_id']}"))
    assert "MalformedDocumentError" in job["traceback"]
    assert (job["error"], job["run_id"]) == ("Broken.", f"run-{ids[1]}")
    for path in ("queues/stats", "queues/file_processing/jobs?status=failed&limit=5", "workers"):
        assert data(eve.get(f"/rq/{path}")) == data(eve.get(f"/{path}"))
    assert eve.get(f"/rq/queues/vectorization/jobs/{job['job_id']}").status_code == 404
    assert eve.get("/queues/other/jobs").status_code == 422
    first = data(eve.get("/queues/file_processing/jobs", params={"limit": 2}))
    rest = data(eve.get("/queues/file_processing/jobs", params={"limit": 2, "cursor": first["next"]}))
    assert [job["file_id"] for job in first["items"] + rest["items"]] == ids[::-1]


def test_a_worker_shows_what_it_is_at_to_who_may_see_it(signed_in: Client, redis_url: str) -> None:
    eve, bob = signed_in("eve"), signed_in("bob")
    id_ = sent(eve, "secret.txt")
    client = redis.Redis.from_url(redis_url)
    announce(client, Presence("w1@here", "here", 1, (FILE_PROCESSING,), 2, time.time()))
    announce(client, Presence("w2@here", "here", 2, ("vectorization",), 1, time.time()))
    with StepLeases(client).hold("task", Lease("w1@here", "run-1", CHUNKS)) as held:
        held.at(id_, "chunks 1 to 64 of secret.txt")
        deadline = time.monotonic() + 20
        while not any(lease.file_id for lease in StepLeases(client).list_held().values()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        busy, idle = data(eve.get("/workers"))
        assert (busy["name"], busy["state"], busy["current_job"]) == ("w1@here", "busy", f"chunks.{id_}")
        assert (idle["state"], idle["current_job"], idle["in_hand"]) == ("idle", None, [])
        hidden = bob.get("/workers")
        assert data(hidden)[0]["current_job"] == "chunks of run run-1"
        assert "secret" not in hidden.text


def test_what_a_person_holds_no_probe_and_no_success_resumes(
    signed_in: Client, platform: Platform, engine: Engine
) -> None:
    eve, ada = signed_in("eve"), signed_in("ada")
    id_ = sent(eve, "a.txt")
    assert eve.post("/queues/file_processing/pause", json={}).status_code == 403
    held = data(ada.post("/queues/file_processing/pause", json={"reason": "Stock-taking."}))
    assert (held["held_by"], held["draining"], held["reason"]) == ("ada", False, "Stock-taking.")
    assert platform.pauses.is_stopped(FILE_PROCESSING)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.pauses SET probe_at = now() - interval '1 hour'"))
        assert not pause_queue(connection, FILE_PROCESSING, "A fault.", "Mend it.")
    assert not platform.pauses.probe(FILE_PROCESSING)
    platform.lifecycle.want({CHUNKS: "c1"})
    platform.lifecycle.start(CHUNKS, [id_], "run")
    platform.lifecycle.complete(CHUNKS, FILE_PROCESSING, {id_: AssetResult("v", 1, 0.1)}, "run")
    pause = data(eve.get("/queues/stats"))[FILE_PROCESSING]["pause"]
    assert (pause["held_by"], pause["reason"]) == ("ada", "Stock-taking.")
    assert data(ada.post("/queues/file_processing/drain", json={}))["draining"]
    assert not platform.pauses.is_stopped(FILE_PROCESSING)
    assert ada.post("/queues/file_processing/resume").status_code == 200
    assert ada.post("/queues/file_processing/resume").json()["code"] == "nothing_to_do"
    assert data(eve.get("/queues/stats"))[FILE_PROCESSING]["pause"] is None


def test_a_worker_is_held_by_an_admin(signed_in: Client, redis_url: str) -> None:
    ada, client = signed_in("ada"), redis.Redis.from_url(redis_url)
    announce(client, Presence("w1@here", "here", 1, (FILE_PROCESSING,), 2, time.time()))
    assert signed_in("eve").post("/workers/w1@here/drain").status_code == 403
    assert ada.post("/workers/w2@here/drain").status_code == 404
    assert ada.post("/workers/w1@here/drain").status_code == 200
    assert held_by(client, "w1@here") == "ada"
    assert ada.post("/workers/w1@here/resume").status_code == 200
    assert ada.post("/workers/w1@here/resume").status_code == 409


def test_the_history_has_each_file_that_is_failed_once(signed_in: Client, platform: Platform) -> None:
    eve, ada = signed_in("eve"), signed_in("ada")
    again, gone, made = [sent(eve, name) for name in ("again.txt", "gone.txt", "made.txt")]
    for id_ in (again, gone, made):
        fail(platform, id_)
    platform.samples.take(platform.jobs.stats(OPERATOR))
    platform.lifecycle.retry([again, made])
    fail(platform, again)
    make_all(platform, made)
    platform.lifecycle.mark_gone([gone])
    found = {each["queue"]: each["lost"] for each in data(ada.get("/queues/history"))}
    assert found == {FILE_PROCESSING: 1, VECTORIZATION: 0, KG_EXTRACTION: 0}


def test_a_week_of_history_is_kept(signed_in: Client, platform: Platform, engine: Engine) -> None:
    eve, ada = signed_in("eve"), signed_in("ada")
    make_all(platform, sent(eve, "a.txt"))
    sent(eve, "b.txt")
    for _ in range(2):
        platform.samples.take(platform.jobs.stats(OPERATOR))
    found = {each["queue"]: each for each in data(ada.get("/queues/history"))}
    assert set(found) == set(QUEUES)
    told = found[FILE_PROCESSING]
    assert (told["queued"], told["made"], told["lost"]) == (1, 1, 0)
    assert told["oldest_seconds"] >= 0
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.queue_samples SET at = at - interval '8 days'"))
    platform.samples.take(platform.jobs.stats(OPERATOR))
    assert len(data(ada.get("/queues/history", params={"hours": 168}))) == 3
    with engine.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM aibox.queue_samples")) == 3
    assert eve.get("/queues/history").status_code == 403
