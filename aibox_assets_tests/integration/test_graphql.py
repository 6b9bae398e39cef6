"""Dagster's GraphQL over real HTTP: the Python client, and the recipe of docs/graphql.md as it is written."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from aibox_assets.client import (
    ASSETS,
    DagsterClient,
    DagsterRefusedError,
    DagsterUnreachableError,
    Run,
    WaitTimeoutError,
)
from aibox_assets_tests.integration.real_home import SAMPLES, RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

ROOT = SAMPLES.parent
SAMPLE = "press-release-kite-7.md"  # the one that the recipe names
REMOVE = """mutation($key: String!) { deleteDynamicPartitions(repositorySelector: {
repositoryName: "__repository__", repositoryLocationName: "aibox_assets"},
partitionsDefName: "files", partitionKeys: [$key]) { __typename } }"""


@pytest.fixture(scope="module")
def key(home: RealHome) -> str:
    """The partition of a finished file."""
    path = home.drop(SAMPLE, (SAMPLES / SAMPLE).read_bytes())
    return str(home.wait_finished([path])[path]["file_id"])


@pytest.fixture(scope="module")
def dagster(home: RealHome) -> Iterator[DagsterClient]:
    with DagsterClient(home.ui) as client:
        yield client


def test_a_run_of_one_asset_is_followed_to_its_end(dagster: DagsterClient, key: str) -> None:
    seen: list[Run] = []
    run_id = dagster.launch_assets(["embeddings"], key)
    run = dagster.wait_for_run(run_id, 300, seen.append)
    assert run.succeeded, dagster.run_errors(run_id)
    assert dict(run.steps) == {"embeddings": "SUCCESS"}
    assert seen[-1] == run
    assert len({state.status for state in seen}) > 1


def test_a_backfill_makes_all_assets(dagster: DagsterClient, key: str) -> None:
    backfill = dagster.wait_for_backfill(dagster.launch_backfill(ASSETS, [key]), 300)
    assert backfill.succeeded, backfill
    assert {asset: counts.materialized for asset, counts in backfill.assets.items()} == dict.fromkeys(
        ASSETS, 1
    )


def test_a_partition_is_added_once_and_one_without_a_file_fails_with_a_reason(
    home: RealHome, dagster: DagsterClient
) -> None:
    stranger = f"stranger-{uuid4().hex[:8]}"
    assert dagster.add_partition(stranger)
    try:
        assert not dagster.add_partition(stranger)
        assert stranger in dagster.partitions()
        run_id = dagster.launch_assets(["chunks"], stranger)
        run = dagster.wait_for_run(run_id, 300)
        assert run.status == "FAILURE"
        assert dagster.run_errors(run_id)["chunks"].startswith(f"{stranger}: No file {stranger} is known.")
    finally:
        body = {"query": REMOVE, "variables": {"key": stranger}}
        httpx.post(f"{home.ui}/graphql", json=body, timeout=30).raise_for_status()
    assert stranger not in dagster.partitions()


def test_what_dagster_does_not_know_is_refused_with_a_remedy(dagster: DagsterClient, key: str) -> None:
    for call, kind in (
        (lambda: dagster.launch_assets(["chunks"], "nobody"), "PartitionKeysNotFoundError"),
        (lambda: dagster.launch_backfill(["chunks"], [key, "nobody"]), "PartitionKeysNotFoundError"),
        (lambda: dagster.launch_backfill(["chunks"], []), "PartitionKeysNotFoundError"),
        (lambda: dagster.launch_assets(["nonsense"], key), "AssetNotFoundError"),
        (lambda: dagster.launch_assets([], key), "AssetNotFoundError"),
        (lambda: dagster.run_status("nobody"), "RunNotFoundError"),
        (lambda: dagster.backfill_status("nobody"), "BackfillNotFoundError"),
    ):
        with pytest.raises(DagsterRefusedError) as refused:
            call()
        assert refused.value.kind == kind
        assert refused.value.remedy


def test_a_wait_that_is_too_short_says_so_and_the_run_goes_on(dagster: DagsterClient, key: str) -> None:
    run_id = dagster.launch_assets(["embeddings"], key)
    with pytest.raises(WaitTimeoutError, match=run_id):
        dagster.wait_for_run(run_id, 0)
    assert dagster.wait_for_run(run_id, 300).succeeded


def test_another_address_is_named(home: RealHome) -> None:
    for url in ("http://127.0.0.1:9", f"{home.ui}/assets"):
        with DagsterClient(url) as client, pytest.raises(DagsterUnreachableError, match=url):
            client.partitions()


def test_the_recipe_runs_as_it_is_written(home: RealHome, key: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "graphql.md").read_text(encoding="utf-8")
    (tmp_path / "again.py").write_text("\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)))
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    shell += f"\necho\n.venv/bin/python {tmp_path / 'again.py'} $API/dagster $KEY\n"
    # The same interpreter, wherever the tests were installed.
    shell = shell.replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shell],
        env=home.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "DuplicateDynamicPartitionError" in done.stdout
    assert '"__typename":"Run"' in done.stdout
    assert '"__typename":"PartitionBackfill"' in done.stdout
    assert "COMPLETED_SUCCESS" in done.stdout.splitlines()[-1]
