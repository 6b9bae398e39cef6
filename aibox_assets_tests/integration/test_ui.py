"""The Dagster UI in a real browser: what people look at is on its pages."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from aibox_assets.client import DagsterClient
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

CHROMIUM = Path("/usr/bin/chromium")
TEXT = "Tomas Rua founded Cork Mills in Faro. 林美華創立北風電池。"


def page(url: str) -> str:
    """The text of a page after its scripts ran. A missing browser is a failure, not a skip."""
    assert CHROMIUM.is_file(), "No /usr/bin/chromium; install it: apt-get install -y chromium"
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        flags = (
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *(f"--user-data-dir={profile}", "--window-size=1600,1000", "--virtual-time-budget=20000"),
        )
        done = subprocess.run(
            [CHROMIUM, *flags, "--dump-dom", url], capture_output=True, timeout=180, check=True
        )
    return BeautifulSoup(done.stdout, "html.parser").get_text("\n", strip=True)


@pytest.fixture(scope="module")
def file(home: RealHome) -> Mapping[str, Any]:
    """A finished file, with a Chinese name in part."""
    path = home.drop("mill 工廠.txt", TEXT, user="dora")
    return home.wait_finished([path])[path]


def test_the_group_shows_the_three_assets_with_their_partitions(
    home: RealHome, file: Mapping[str, Any]
) -> None:
    text = page(f"{home.ui}/locations/aibox_assets/asset-groups/documents/lineage")
    for asset in ("chunks", "embeddings", "kg_triples"):
        assert asset in text.splitlines()
    assert "Partitions" in text
    assert "Asset checks" in text


@pytest.mark.parametrize(
    ("asset", "shown"),
    [
        ("chunks", ("characters", "tokens", "sha256", "text/plain", "preview")),
        ("embeddings", ("model", "dimension", "384", "newly embedded", "preview")),
        ("kg_triples", ("triples", "entities", "extractor version", "seconds NER", "ontology", "preview")),
    ],
)
def test_a_partition_shows_what_was_made_of_its_file(
    home: RealHome, file: Mapping[str, Any], asset: str, shown: tuple[str, ...]
) -> None:
    text = page(f"{home.ui}/assets/{asset}?view=partitions&partition={file['file_id']}")
    lines = text.splitlines()
    assert file["file_id"] in lines
    assert "Materialized" in lines
    assert file["path"] in lines
    assert "dora" in lines
    assert [word for word in shown if word not in lines] == []


def test_what_is_materialized_over_graphql_is_seen_on_its_run_and_its_partition(
    home: RealHome, file: Mapping[str, Any]
) -> None:
    with DagsterClient(home.ui) as dagster:  # the request that the UI's button Materialize sends
        run = dagster.wait_for_run(dagster.launch_assets(["chunks", "embeddings"], file["file_id"]), 300)
    assert run.succeeded
    seen = page(f"{home.ui}/runs/{run.id}")
    assert "Success" in seen
    assert file["file_id"] in seen
    assert "embeddings" in seen
    partition = page(f"{home.ui}/assets/embeddings?view=partitions&partition={file['file_id']}")
    assert run.id[:8] in partition
    assert "reused" in partition


LOGS = """subscription Logs($id: ID!) { pipelineRunLogs(runId: $id) {
  ... on PipelineRunLogsSubscriptionSuccess { messages { __typename } hasMorePastEvents }
  ... on PipelineRunLogsSubscriptionFailure { message } } }"""


def test_under_the_address_of_the_api_it_asks_for_a_login(home: RealHome, file: Mapping[str, Any]) -> None:
    text = page(f"{home.api}/dagster/locations/aibox_assets/asset-groups/documents/lineage")
    assert "Sign in" in text
    assert "chunks" not in text


def test_what_the_pages_subscribe_to_comes_through_the_api(home: RealHome, file: Mapping[str, Any]) -> None:
    api, key = home.api, home.key("dagster", "--scopes", "dagster")
    with DagsterClient(f"{api}/dagster", headers=key) as dagster:
        run = dagster.wait_for_run(dagster.launch_assets(["embeddings"], file["file_id"]), 300)
    assert run.succeeded
    start = {"query": LOGS, "variables": {"id": run.id}}
    address = f"{api.replace('http', 'ws', 1)}/dagster/graphql"
    with connect(
        address, additional_headers=key, subprotocols=[Subprotocol("graphql-ws")], proxy=None
    ) as socket:
        socket.send(json.dumps({"type": "connection_init", "payload": {}}))
        assert json.loads(socket.recv(20))["type"] == "connection_ack"
        socket.send(json.dumps({"id": "1", "type": "start", "payload": start}))
        seen: set[str] = set()
        while "RunSuccessEvent" not in seen:
            message = json.loads(socket.recv(60))
            assert message["type"] == "data", message
            logs = message["payload"]["data"]["pipelineRunLogs"]
            seen |= {event["__typename"] for event in logs["messages"]}
    assert "MaterializationEvent" in seen
