"""``/health`` and ``/metrics``: which parts are well, and figures without names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redis
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.execution.leases import StepLeases
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.settings import Settings
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.files import ASSETS, KG_TRIPLES
from aibox_assets.stores.webhooks import WebhookStore
from aibox_assets.workers.presence import Presence, announce
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.serving import serving
from aibox_assets_tests.stores.work_files import finish, new_lifecycle

pytestmark = pytest.mark.integration


@contextmanager
def api_with(settings: Settings, **changes: object) -> Iterator[httpx.Client]:
    platform = Platform(settings.model_copy(update=changes))
    with serving(platform) as address, httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client
    platform.engine.dispose()


def secret(text: str) -> object:
    return Settings(**{"REDIS_URL": text}).redis_url  # type: ignore[arg-type]


def test_live_is_live_whatever_is_away(settings: Settings) -> None:
    with api_with(settings, redis_url=secret("redis://127.0.0.1:1/0")) as client:
        assert client.get("/health/live").json()["data"] == "live"


def test_ready_names_each_part_and_why_not(
    settings: Settings, people: dict[str, Role], engine: Engine
) -> None:
    lifecycle = new_lifecycle(engine, "waits")
    lifecycle.request(["waits"], ASSETS, "run")
    lifecycle.pause(
        KG_TRIPLES, "kg_extraction", ["waits"], ConfigurationError("No /secret/bucket.", "Make one."), "run"
    )
    with (
        redis.Redis.from_url(settings.require_redis_url()) as client,
        api_with(settings, neo4j_uri="bolt://127.0.0.1:1", dagster_url="http://127.0.0.1:1/d") as api,
    ):
        # Right before the question: it holds for ten seconds.
        announce(client, Presence("w@here", "here", 1, ("file_processing", "kg_extraction"), 2, 0.0))
        answer = api.get("/health/ready")
    assert answer.status_code == 200, answer.text
    assert {part["name"]: part["state"] for part in answer.json()["data"]} == {
        "database": "ok",
        "redis": "ok",
        "graph": "unavailable",
        "dagster": "unavailable",
        "queue file_processing": "ok",
        "queue vectorization": "unavailable",
        "queue kg_extraction": "paused",
    }
    assert "No worker takes from the queue." in answer.json()["message"]
    assert not re.search(r"127\.0\.0\.1|secret|bolt|here", answer.text)


def test_without_redis_it_is_not_ready(settings: Settings, people: dict[str, Role]) -> None:
    with api_with(settings, redis_url=secret("redis://:hidden@127.0.0.1:1/0")) as api:
        answer = api.get("/health/ready")
    assert answer.status_code == 503
    problem = answer.json()
    assert (problem["code"], problem["detail"]) == ("not_ready", "Redis does not answer, or takes no writes.")
    assert {part["at"]: part["state"] for part in problem["errors"]}["database"] == "ok"
    assert not re.search(r"127\.0\.0\.1|hidden", answer.text)


def scrape(
    client: httpx.Client, path: str = "/metrics"
) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def labels(**values: str) -> frozenset[tuple[str, str]]:
    return frozenset(values.items())


@pytest.fixture
def scraper(api: str, platform: Platform) -> Iterator[httpx.Client]:
    key, _ = make_key(platform, "bob", "prometheus", role=Role.READER, scopes=("work",))
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=api, headers=headers, trust_env=False, timeout=30) as client:
        yield client


def test_the_figures_are_those_of_the_tables(
    scraper: httpx.Client, engine: Engine, settings: Settings
) -> None:
    lifecycle = new_lifecycle(engine, "done", "waits")
    finish(lifecycle, "done")
    lifecycle.request(["waits"], ASSETS, "second")
    StepLeases.connect(settings.require_redis_url()).note_loss("vectorization")
    found = scrape(scraper)
    assert found["aibox_queue_jobs", labels(queue="vectorization", state="queued")] == 1
    assert found["aibox_queue_jobs", labels(queue="vectorization", state="finished")] == 1
    assert found["aibox_queue_oldest_seconds", labels(queue="file_processing")] >= 0
    assert found["aibox_queue_paused", labels(queue="file_processing")] == 0
    assert found["aibox_files", labels(state="finished")] == 1
    assert found["aibox_recent_jobs", labels(asset="chunks", outcome="made")] == 1
    assert found["aibox_recent_job_seconds", labels(asset="chunks", quantile="0.95")] >= 0
    assert found["aibox_lost_steps_total", labels(queue="vectorization")] == 1
    assert found["aibox_part_up", labels(part="database")] == 1
    assert found["aibox_part_up", labels(part="graph")] == 0


def test_webhooks_are_counted(scraper: httpx.Client, engine: Engine) -> None:
    store = WebhookStore(engine)
    for id_ in ("works", "stopped"):
        assert store.add(id_, "bob", "https://example.org/secret", "s", ["file.finished"], 9)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.webhooks SET stopped_at = now() WHERE id = 'stopped'"))
        connection.execute(
            sa.text("""INSERT INTO aibox.webhook_deliveries (webhook_id, event_seq, event, body, state, created_at)
            VALUES ('stopped', 1, 'file.finished', '{}', 'waiting', now() - interval '1 hour'),
                ('works', 2, 'file.finished', '{}', 'failed', now() - interval '1 day')""")
        )
    found = scrape(scraper)
    assert found["aibox_webhooks", labels(state="active")] == 1
    assert found["aibox_webhooks", labels(state="stopped")] == 1
    assert found["aibox_webhook_deliveries", labels(state="waiting")] == 1
    assert found["aibox_webhook_deliveries", labels(state="failed")] == 1
    assert 3600 <= found["aibox_webhook_oldest_seconds", labels()] < 4000


def test_requests_are_counted_by_route_and_never_by_name(scraper: httpx.Client, signed_in: Client) -> None:
    ada = signed_in("ada")
    ada.get("/nothing/secret-file.pdf")
    ada.delete("/keys/secret-key")
    ada.put("/memory/secret-note", json={"value": "x"})
    ada.request("SECRET-METHOD", "/users")
    scraper.get("/dagster/secret-run")
    found = scrape(scraper)
    counted = {
        (dict(names)["route"], dict(names)["status"]): value
        for (name, names), value in found.items()
        if name == "aibox_http_requests_total"
    }
    assert counted["/api/v1/keys/{key_id}", "404"] == 1
    assert counted["/api/v1/memory/{key}", "200"] == 1
    assert counted["/dagster", "403"] == 1
    assert counted["none", "404"] == 1
    text = scraper.get("/metrics").text
    assert "secret" not in text.lower()
    assert not re.search(r'"(ada|bob|eve)"', text)


def test_figures_are_for_admins_and_keys_that_may(api: str, platform: Platform, signed_in: Client) -> None:
    ada, eve = signed_in("ada"), signed_in("eve")
    assert ada.get(f"{api}/metrics").status_code == 200
    assert eve.get(f"{api}/metrics").status_code == 403
    assert httpx.get(f"{api}/metrics", trust_env=False, timeout=60).status_code == 401


def test_a_setting_opens_them_on_the_same_machine(settings: Settings, people: dict[str, Role]) -> None:
    with api_with(settings, metrics_open=True) as client:
        assert client.get("/metrics").status_code == 200
        # A proxy on this machine says for whom it asks.
        assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 401


def test_without_servers_the_rest_is_told(
    settings: Settings, people: dict[str, Role], tmp_path: Path
) -> None:
    with api_with(settings, metrics_open=True, redis_url=secret("redis://127.0.0.1:1/0")) as client:
        found = scrape(client)
    assert found["aibox_part_up", labels(part="redis")] == 0
    assert found["aibox_files", labels(state="finished")] == 0
    assert not [name for name, _ in found if name == "aibox_queue_slots"]
