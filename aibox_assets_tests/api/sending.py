"""Files that tests send, and what workers would make of them."""

from __future__ import annotations

from typing import Any

import httpx

from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.stores.lifecycle import AssetResult, ReadBytes
from aibox_assets.stores.queues import QUEUE_OF
from aibox_assets_tests.stores.work_files import RECIPES, version


def send(client: httpx.Client, name: str, content: bytes = b"hello", **headers: str) -> httpx.Response:
    """One file."""
    return client.post("/files", files={"file": (name, content)}, headers=headers)


def sent(client: httpx.Client, name: str, content: bytes = b"hello") -> str:
    """One file that is taken in; its id."""
    answer = send(client, name, content)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["data"]["file_id"])


def data(answer: httpx.Response) -> Any:
    """What a request that went well is answered with."""
    assert answer.is_success, answer.text
    return answer.json()["data"]


def make_all(platform: Platform, *ids: str) -> None:
    """What the steps of a run write down for files that were sent."""
    platform.lifecycle.want(RECIPES)
    for asset in ASSETS:
        platform.lifecycle.start(asset, ids, f"run-of-{asset}")
        records = platform.files.get(ids)
        if asset == CHUNKS:
            platform.lifecycle.read(
                {
                    id_: ReadBytes(str(record.sha256), record.size, record.mtime_ns, "text/plain")
                    for id_, record in records.items()
                }
            )
        results = {
            id_: AssetResult(version(asset, str(record.sha256)), 4, 0.5) for id_, record in records.items()
        }
        platform.lifecycle.complete(asset, QUEUE_OF[asset], results, f"run-of-{asset}")
