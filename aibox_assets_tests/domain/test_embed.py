"""The built-in encoder, and what is true of every encoder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from aibox_assets.domain.embed import ENGLISH, Embedder, describe_model
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.models import EmbeddingModelSpec

TEXTS = [
    "Northwind Cells builds batteries in Hamburg.",
    "A short one.",
    "The board met on Monday and " + "talked about the budget, " * 60 + "without a decision.",
    "北风电池公司在汉堡生产电池。",
    "",
    "The weather was fine and nobody said a word.",
]


@pytest.fixture(scope="module")
def built_in() -> Embedder:
    return Embedder(describe_model(ENGLISH))


def test_the_built_in_model_is_described_without_loading_it() -> None:
    model = describe_model(ENGLISH)
    assert (model.dimension, model.query_prefix, model.passage_prefix) == (384, "", "")
    assert len(model.revision) == 16


def test_vectors_are_of_unit_length(built_in: Embedder) -> None:
    vectors = built_in.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert built_in.encode_passages([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_its_neighbours(built_in: Embedder) -> None:
    # Sentences of as many tokens go through the network together, others and long texts do not.
    texts = [*TEXTS, *(f"The supplier {name} is in Oslo." for name in ("one", "two", "six", "ten"))] * 12
    alone = np.stack([built_in.encode_passages([text])[0] for text in texts])
    together = Embedder(built_in.model, threads=2).encode_passages(texts)
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_loading_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    from transformers.utils import logging

    Embedder(describe_model(ENGLISH)).encode_query("anything")
    assert capfd.readouterr() == ("", "")
    assert logging.is_progress_bar_enabled()  # a download shows its bar


def test_the_nearest_passage_answers(built_in: Embedder) -> None:
    passages = [
        "The cathode supplier is based in Oslo.",
        "Lunch is served at noon.",
        "Her cat sleeps all day.",
    ]
    scores = built_in.encode_passages(passages) @ built_in.encode_query("Where is the supplier's seat?")
    assert int(scores.argmax()) == 0


def test_prefixes_by_family_and_by_setting(tmp_path: Path) -> None:
    built_in_folder = describe_model(ENGLISH).folder
    for name, query, passage in (
        ("multilingual-e5-small", "query: ", "passage: "),
        ("bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("something-else", "", ""),
    ):
        (tmp_path / name).symlink_to(built_in_folder)
        model = describe_model(str(tmp_path / name))
        assert (model.query_prefix, model.passage_prefix) == (query, passage)
    own = describe_model(str(tmp_path / "multilingual-e5-small"), query_prefix="Q ", passage_prefix="")
    assert (own.query_prefix, own.passage_prefix) == ("Q ", "")
    assert own.spec == EmbeddingModelSpec(own.name, own.revision, 384, "Q ", "")


def test_other_weights_are_another_revision(tmp_path: Path) -> None:
    original = describe_model(ENGLISH)
    for file in original.folder.iterdir():
        (tmp_path / file.name).symlink_to(file)
    assert describe_model(str(tmp_path)).revision == original.revision
    weights = bytearray((original.folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / "model.safetensors").write_bytes(weights)
    assert describe_model(str(tmp_path)).revision != original.revision


def test_what_is_no_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="is not an embedding model") as refused:
        describe_model(str(tmp_path))
    assert "AIBOX_EMBEDDING_MODEL" in refused.value.remedy
    with pytest.raises(ConfigurationError, match="neither a folder nor in the local cache") as unknown:
        describe_model("nobody/has-this-model")
    assert "aibox models fetch" in unknown.value.remedy


def test_pickled_weights_and_code_of_a_models_own_are_refused(tmp_path: Path) -> None:
    for file in describe_model(ENGLISH).folder.iterdir():
        if file.name not in ("model.safetensors", "modules.json"):
            (tmp_path / file.name).symlink_to(file)
    original = describe_model(ENGLISH).folder
    modules = json.loads((original / "modules.json").read_text())
    (tmp_path / "modules.json").write_text(json.dumps(modules))
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(ConfigurationError, match="Pickled weights"):
        describe_model(str(tmp_path))
    (tmp_path / "model.safetensors").symlink_to(original / "model.safetensors")
    assert describe_model(str(tmp_path)).revision == describe_model(ENGLISH).revision
    dense = {"idx": 9, "name": "9", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    (tmp_path / "modules.json").write_text(json.dumps([*modules, dense]))
    (tmp_path / "2_Dense").mkdir()
    (tmp_path / "2_Dense" / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(ConfigurationError, match="Pickled weights"):
        describe_model(str(tmp_path))
    (tmp_path / "modules.json").write_text(json.dumps([*modules, {**dense, "type": "evil.Transformer"}]))
    with pytest.raises(ConfigurationError, match="code of its own"):
        describe_model(str(tmp_path))
