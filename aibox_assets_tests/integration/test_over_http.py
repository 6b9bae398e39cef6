"""A file over HTTP on a whole home: sent, followed, read and removed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

TEXT = "# Harbour\n\nNiamh Quinn founded Tide Works in Cobh. Tide Works is headquartered in Cobh.\n"


@pytest.fixture
def client(home: RealHome) -> Iterator[httpx.Client]:
    key = home.json("keys", "create", "over-http")["key"]
    address = home.json("status", check=False)["api"]
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, trust_env=False, timeout=60) as client:
        yield client


def test_what_a_program_asks_for_beside_the_routes_is_a_problem(home: RealHome) -> None:
    """The console stands at all other addresses; its pages are for browsers."""
    with httpx.Client(base_url=home.api, trust_env=False, timeout=60) as program:
        for method, path in (("GET", "/nothing"), ("POST", "/nothing"), ("GET", "/health/nothing")):
            answer = program.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
        wrong = program.post("/search")
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
        assert wrong.json()["message"].startswith("This takes GET, not POST.")
        assert program.head("/docs").status_code == 200
        assert program.head("/").status_code == 303
        page = program.get("/nothing", headers={"Accept": "text/html"})
        assert page.headers["location"].startswith("/login")
        led = program.get("/dagster", headers=home.key(), follow_redirects=True)
        assert "Dagster" in led.text


def test_from_upload_to_finished_and_gone(home: RealHome, client: httpx.Client) -> None:
    sent = client.post("/files", files={"file": ("harbour.md", TEXT.encode())})
    assert sent.status_code == 202, sent.text
    told = sent.json()["data"]
    id_, kinds = told["file_id"], []
    with client.stream("GET", f"/files/{id_}/events", timeout=300) as events:
        for line in events.iter_lines():
            if line.startswith("data: {") and "kind" in line:
                kinds.append(json.loads(line.removeprefix("data: "))["kind"])
            if kinds and kinds[-1] in ("finished", "failed"):
                break
    assert kinds[0] == "taken_in"
    assert kinds[-1] == "finished"
    assert kinds.count("made") == 3
    assert "changed" not in kinds, "a look at the folder took it for another file"
    job = client.get(sent.headers["location"].removeprefix("/api/v1")).json()["data"]
    assert job["status"] == "finished"
    assert job["run_id"] in client.get(f"/files/{id_}").json()["data"]["runs"]
    status = client.get(f"/files/{id_}/status").json()["data"]
    assert (status["percent"], status["waits"]) == (100.0, None)
    assert client.get(f"/files/{id_}/content").content == TEXT.encode()
    triples = client.get(f"/files/{id_}/triples").json()["data"]["items"]
    assert {"Niamh Quinn", "Tide Works"} & {triple["head"] for triple in triples}
    workers = client.get("/workers").json()["data"]
    assert {queue for worker in workers for queue in worker["queues"]} == set(
        client.get("/rq/queues/stats").json()["data"]
    )

    # A queue that is held makes nothing, until it goes on.
    assert client.post("/queues/vectorization/pause", json={}).status_code == 200
    again = client.post(f"/files/{id_}/regenerate", json={"type": "vectors"}).json()["data"]
    time.sleep(6)
    assert client.get(f"/jobs/{again['job_id']}").json()["data"]["status"] == "queued"
    assert "paused" in client.get(f"/files/{id_}/status").json()["data"]["waits"]
    assert client.post("/queues/vectorization/resume").status_code == 200
    wait_for(client, f"/jobs/{again['job_id']}", "finished")

    gone = client.delete(f"/files/{id_}")
    wait_for(client, gone.headers["location"].removeprefix("/api/v1"), "finished")
    assert client.get(f"/files/{id_}").status_code == 404
    assert "harbour.md" not in str(home.files())


def wait_for(client: httpx.Client, path: str, status: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while (job := client.get(path).json()["data"])["status"] != status:
        assert time.monotonic() < deadline, job
        time.sleep(0.5)
