"""What the doctor says of queues that nobody takes, that stand still, or that hold what no worker understands."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

import psutil
import pytest
import sqlalchemy as sa
from redis import Redis
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, MalformedDocumentError
from aibox_assets.local.doctor import queues
from aibox_assets.local.doctor.findings import Case, NotAskedError
from aibox_assets.local.state import ServiceState, SupervisorState
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.workers.presence import Presence, announce
from aibox_assets.workers.queues import QUEUES
from aibox_assets_tests.local.doctor.conftest import MakeCase, found, only
from aibox_assets_tests.stores.work_files import new_lifecycle

pytestmark = pytest.mark.integration


def supervisor(*services: ServiceState) -> SupervisorState:
    """One that is alive: this process."""
    return SupervisorState(os.getpid(), psutil.Process().create_time(), "running", "", services)


def worker(queue: str, *, age: float = 600.0) -> ServiceState:
    return ServiceState(f"worker-{queue}", "running", os.getpid(), f"{queue}@here", 0, time.time() - age, "")


@pytest.fixture
def case(make_case: MakeCase, clean_redis_url: str, postgres_url: str, engine: Engine) -> Case:
    services = [worker(queue) for queue in QUEUES]
    return make_case(supervisor(*services), REDIS_URL=clean_redis_url, DATABASE_URL=postgres_url)


@pytest.fixture
def client(clean_redis_url: str) -> Redis:
    return Redis.from_url(clean_redis_url)


def be_there(client: Redis, *names: str) -> None:
    for queue in names:
        announce(client, Presence(f"{queue}@here", "here", 1, (queue,), 1, time.time()))


def test_queues_without_a_worker(case: Case, client: Redis) -> None:
    be_there(client, *QUEUES)
    assert {each.state for each in queues.have_workers(case)} == {"ok"}
    client.flushall()
    be_there(client, "vectorization")
    findings = {each.said: each for each in queues.have_workers(case)}
    assert [each.state for each in findings.values()] == ["problem", "ok", "problem"]
    assert "aibox workers start --queues file_processing" in next(iter(findings.values())).remedy


def test_workers_on_another_redis(case: Case, client: Redis) -> None:
    be_there(client, *QUEUES)
    assert found(queues.agree_with_workers, case) == [("ok", "Broker and workers mean the same queues.")]
    client.delete(*client.keys("aibox:worker*"))
    be_there(client, "vectorization", "kg_extraction")
    finding = only(queues.agree_with_workers, case)
    assert (finding.state, "worker-file_processing" in finding.said) == ("problem", True)


def test_tasks_and_workers_of_other_queues(case: Case, client: Redis) -> None:
    be_there(client, *QUEUES, "emails")
    client.rpush("celery", "{}")
    said = [each.said for each in queues.agree_with_workers(case)]
    assert ["emails" in said[0], "'celery'" in said[1]] == [True, True]


def test_what_is_no_json(case: Case, client: Redis) -> None:
    good = json.dumps({"content-type": "application/json", "body": ""})
    client.rpush("vectorization\x06\x165", good)
    assert only(queues.hold_json, case).state == "ok"
    for bad in ("\x80\x04pickle", json.dumps({"content-type": "application/x-python-serialize"}), "[]"):
        client.rpush("vectorization", bad)
    finding = only(queues.hold_json, case)
    assert finding.state == "problem"
    assert finding.said.startswith("3 tasks in vectorization are not JSON")


def test_a_worker_that_answers_nothing(case: Case, client: Redis) -> None:
    be_there(client, "vectorization")
    finding = only(queues.workers_answer, case)
    assert (finding.state, "aibox logs worker-vectorization" in finding.remedy) == ("problem", True)


def test_a_paused_queue_and_failed_jobs(case: Case, engine: Engine) -> None:
    lifecycle = new_lifecycle(engine, "f0", "f1")
    assert only(queues.move, case).state == "ok"
    lifecycle.request(["f0", "f1"], ASSETS, "run")
    lifecycle.fail(CHUNKS, {"f0": MalformedDocumentError("Broken.")}, "run")
    lifecycle.pause(CHUNKS, "file_processing", ["f1"], ConfigurationError("No bucket.", "Make one."), "run")
    findings = list(queues.move(case))
    assert [(each.state, each.remedy) for each in findings] == [
        ("problem", "Make one."),
        ("warning", "aibox dead-letters"),
    ]


def test_jobs_that_stay_queued(case: Case, engine: Engine) -> None:
    new_lifecycle(engine, "f0")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.work SET queued_at = now() - interval '20 minutes'"))
    finding = next(iter(queues.move(case)))
    assert finding.state == "problem"
    assert "1 jobs of file_processing wait, the first for 20 min" in finding.said


def test_a_sensor_that_is_turned_off(make_case: MakeCase, new_database_url: Callable[[], str]) -> None:
    url = new_database_url()
    case = make_case(DATABASE_URL=url)
    with pytest.raises(NotAskedError):
        found(queues.sensors_run, case)
    table = "CREATE TABLE instigators (status text, instigator_body text)"
    row = """INSERT INTO instigators VALUES ('STOPPED', '{"origin": {"instigator_name": "upload_sensor"}}')"""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(table))
    assert only(queues.sensors_run, case).state == "ok"
    with engine.begin() as connection:
        connection.exec_driver_sql(row)
    engine.dispose()
    assert only(queues.sensors_run, case).said == "upload_sensor is turned off."
