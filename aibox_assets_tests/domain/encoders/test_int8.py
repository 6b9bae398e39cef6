"""The int8 form answers as full precision does; its file is made once, whole, and again when it is broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import constants

from aibox_assets.domain.embed import ENGLISH, INT8, Embedder, EmbeddingModel, describe_model
from aibox_assets.domain.encoders.bert import find_bert
from aibox_assets.domain.encoders.exported import ExportedModel
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets_tests.domain.encoders.questions import QUESTIONS

PASSAGES = [answer for _, answer in QUESTIONS]
LOAD = """
from aibox_assets.domain.embed import ENGLISH, INT8, Embedder, describe_model
import sys
vector = Embedder(describe_model(ENGLISH + INT8)).encode_query("anything")
print(vector.shape, [name for name in ("torch", "transformers", "onnx") if name in sys.modules])
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(autouse=True)
def own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HOME", str(cache))


@pytest.fixture
def int8_model() -> EmbeddingModel:
    return describe_model(ENGLISH + INT8)


@pytest.fixture(scope="module")
def full() -> Embedder:
    return Embedder(describe_model(ENGLISH))


def _exported(model: EmbeddingModel) -> ExportedModel:
    assert model.exported is not None
    return model.exported


def test_two_processes_make_it_once_and_need_no_torch(cache: Path, int8_model: EmbeddingModel) -> None:
    file = _exported(int8_model).file
    file.parent.mkdir(parents=True)
    file.with_suffix(".draft").write_bytes(b"what a crash left")
    command = [sys.executable, "-c", LOAD]
    started = [
        subprocess.Popen(
            command, env={**os.environ, "HF_HOME": str(cache)}, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [process.communicate(timeout=250)[0] for process in started] == ["(384,) []\n"] * 2
    assert sorted(path.suffix for path in file.parent.iterdir()) == [".json", ".lock", ".onnx"]
    made = file.stat().st_mtime_ns
    _exported(int8_model).make()
    assert file.stat().st_mtime_ns == made


def test_it_answers_as_full_precision_does(full: Embedder, int8_model: EmbeddingModel) -> None:
    int8 = Embedder(int8_model)
    exact, coarse = full.encode_passages(PASSAGES), int8.encode_passages(PASSAGES)
    assert coarse.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(coarse, axis=1), 1, atol=1e-5)
    assert float(np.sum(exact * coarse, axis=1).mean()) >= 0.99
    found = 0
    for number, (question, _) in enumerate(QUESTIONS):
        found += number in np.argsort(coarse @ int8.encode_query(question))[-5:]
    assert found >= len(QUESTIONS) - 1
    assert int8.encode_passages([]).shape == (0, 384)


def test_a_vector_depends_on_its_text_alone(int8_model: EmbeddingModel) -> None:
    texts = [*PASSAGES, "", "word " * 1000]
    alone = Embedder(int8_model)
    together = Embedder(int8_model, threads=2).encode_passages(texts)
    np.testing.assert_allclose(
        np.concatenate([alone.encode_passages([text]) for text in texts]), together, atol=1e-6
    )


def test_it_is_another_model_to_the_store(int8_model: EmbeddingModel) -> None:
    full_model = describe_model(ENGLISH)
    assert int8_model.revision != full_model.revision
    assert (int8_model.base_name, int8_model.dimension) == (ENGLISH, full_model.dimension)
    assert int8_model.spec != full_model.spec
    assert full_model.exported is None


def test_what_it_costs_and_gives_is_written_down(int8_model: EmbeddingModel) -> None:
    Embedder(int8_model)
    measured = _exported(int8_model).measurement()
    assert measured is not None
    assert 0.95 < measured.worst_cosine <= measured.cosine < 1
    assert measured.speedup > 0


@pytest.mark.parametrize("size", [0, 1000, 5_000_000])
def test_a_file_that_ends_early_is_made_again(
    int8_model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    Embedder(int8_model)
    exported = _exported(int8_model)
    whole = exported.file.read_bytes()
    exported.file.write_bytes(whole[:size])
    asked: list[str] = []

    def export(self: ExportedModel, lock: int) -> None:
        asked.append(self.name)
        self.file.write_bytes(whole)

    monkeypatch.setattr(ExportedModel, "_export", export)  # twenty seconds, tried for real above
    assert Embedder(int8_model).encode_query("anything").shape == (384,)
    assert asked == [int8_model.name]


def test_a_model_that_cannot_be_exported_is_named_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "encoder"
    folder.mkdir()
    for file in describe_model(ENGLISH).folder.iterdir():
        (folder / file.name).symlink_to(file)
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(b"no weights")
    exported = _exported(describe_model(str(folder) + INT8))
    with pytest.raises(
        ConfigurationError, match=r"encoder#int8 has no int8 form: .*[Ss]afetensor"
    ) as refused:
        exported.make()
    assert f"aibox models use {folder}'" in refused.value.remedy
    assert [path.suffix for path in exported.file.parent.iterdir()] == [".lock"]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path / "file"))
    with pytest.raises(ConfigurationError, match="cannot be kept") as refused:
        Embedder(describe_model(ENGLISH + INT8))
    assert "HF_HOME" in refused.value.remedy


def test_a_model_that_is_not_of_berts_kind_is_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: Embedder
) -> None:
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "encoder"
    folder.mkdir()
    for file in describe_model(ENGLISH).folder.iterdir():
        (folder / file.name).symlink_to(file)
    pooling = folder / "1_Pooling"
    pooling.unlink()
    pooling.mkdir()
    settings = json.loads((describe_model(ENGLISH).folder / "1_Pooling/config.json").read_text())
    settings |= {"pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": True}
    (pooling / "config.json").write_text(json.dumps(settings))
    model = describe_model(str(folder) + INT8)
    assert find_bert(folder) is None
    exact = Embedder(describe_model(str(folder))).encode_passages(PASSAGES)
    coarse = Embedder(model).encode_passages(PASSAGES)
    assert float(np.sum(exact * coarse, axis=1).mean()) >= 0.98
    assert float(np.sum(exact * full.encode_passages(PASSAGES), axis=1).mean()) < 0.98
