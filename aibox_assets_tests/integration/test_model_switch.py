"""A home changes to an encoder of another dimension: refused while that would mix vectors, done when asked."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibox_assets.domain.embed import DEFAULT_MODEL, ENGLISH, describe_model
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

FILES = {
    "harbour.md": "# Harbour\n\nOrla Byrne founded Harbour Works in Galway. It repairs fishing boats.\n",
    "电池.txt": "北风电池的总部设在高雄。王芳是公司的财务总监。\n",
}


@pytest.fixture(scope="module")
def own_home() -> Iterator[RealHome]:
    """A home of its own: the other tests' home keeps its model."""
    made = RealHome(AIBOX_SETTLE_SECONDS="0.5")
    try:
        made.up()
        yield made
    finally:
        made.destroy()


@pytest.fixture
def other_model(tmp_path: Path) -> str:
    """The Chinese encoder of 512 dimensions where AIBOX_TEST_MODELS has it, else the built-in as a folder."""
    if models := os.environ.get("AIBOX_TEST_MODELS"):
        return str(Path(models) / "bge-small-zh-v1.5")
    return str(shutil.copytree(describe_model(ENGLISH).folder, tmp_path / "encoder"))


def test_another_model_takes_over_only_when_asked(own_home: RealHome, other_model: str) -> None:
    for name, text in FILES.items():
        own_home.drop(name, text)
    before = own_home.wait_finished(FILES)
    assert own_home.json("models")["dimension"] == 384

    refused = own_home.run("models", "use", other_model, "--json", check=False)
    assert refused.returncode == 2
    answer = json.loads(refused.stdout)
    assert DEFAULT_MODEL in answer["error"]
    assert "--reembed" in answer["remedy"]
    assert own_home.json("models")["embedding_model"] == DEFAULT_MODEL
    assert own_home.json("search", "fishing boats")  # nothing was dropped

    done = own_home.json("models", "use", other_model, "--reembed")
    assert done == {"embedding_model": other_model, "queued": 2, "workers_restarted": 3}
    after = own_home.wait_finished(FILES)
    for path, file in after.items():
        assert file["embeddings"] == file["chunks"] >= 1
        assert file["file_id"] == before[path]["file_id"]

    stored = own_home.platform.spaces.active()
    assert stored is not None
    assert (stored.spec.name, stored.spec.dimension) == (other_model, describe_model(other_model).dimension)
    hits = own_home.json("search", "公司的总部在哪里？")
    assert hits[0]["path"] == "电池.txt"
    again = own_home.json("models", "use", other_model)
    assert again["queued"] == 0
