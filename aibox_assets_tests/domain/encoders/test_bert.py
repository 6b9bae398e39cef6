"""A graph of our own gives the vectors that sentence-transformers gives, for every model of BERT's kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aibox_assets.domain.embed import ENGLISH, MULTILINGUAL, Embedder, describe_model
from aibox_assets.domain.encoders.bert import find_bert
from aibox_assets.domain.encoders.full import FullEncoder
from aibox_assets.domain.encoders.graph_encoder import GraphEncoder

# A folder with the second model, where there is one.
SECOND = os.environ.get("AIBOX_TEST_MODELS")
MODELS = [ENGLISH, MULTILINGUAL, *([f"{SECOND}/bge-small-zh-v1.5"] if SECOND else [])]
TEXTS = [
    "Northwind Cells builds batteries in Hamburg.",
    "北风电池公司在汉堡生产电池，总部设在高雄。",
    "",
    "The board talked about the budget, " * 40 + "without a decision.",
]
LOAD = """
from aibox_assets.domain.embed import ENGLISH, Embedder, describe_model
import sys
Embedder(describe_model(ENGLISH)).encode_query("anything")
print([name for name in ("torch", "transformers") if name in sys.modules])
"""


@pytest.mark.parametrize("name", MODELS)
def test_vectors_are_those_of_sentence_transformers(name: str) -> None:
    model = describe_model(name)
    ours = Embedder(model)
    assert isinstance(ours._encoder, GraphEncoder)
    theirs = FullEncoder(model.folder, model.tokens(), threads=1)
    np.testing.assert_allclose(ours._encoder.encode(TEXTS), theirs.encode(TEXTS), atol=1e-5)


def test_full_precision_needs_no_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "other",
    [
        {"model_type": "modernbert"},
        {"hidden_act": "relu"},
        {"is_decoder": True},
        {"position_embedding_type": "rotary"},
    ],
)
def test_what_is_of_another_kind_is_left_to_sentence_transformers(
    tmp_path: Path, other: dict[str, object]
) -> None:
    model = describe_model(ENGLISH)
    for file in model.folder.iterdir():
        (tmp_path / file.name).symlink_to(file)
    assert find_bert(tmp_path) is not None
    config = json.loads((model.folder / "config.json").read_text())
    (tmp_path / "config.json").unlink()
    (tmp_path / "config.json").write_text(json.dumps(config | other))
    assert find_bert(tmp_path) is None


def test_places_of_robertas_kind_begin_behind_the_padding(tmp_path: Path) -> None:
    from transformers import RobertaConfig, RobertaModel

    config = RobertaConfig(
        vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
        max_position_embeddings=40, type_vocab_size=1, pad_token_id=1,
    )  # fmt: skip
    network = RobertaModel(config, add_pooling_layer=False).eval()
    network.save_pretrained(tmp_path)
    english = describe_model(ENGLISH).folder
    for name in ("modules.json", "1_Pooling"):
        (tmp_path / name).symlink_to(english / name)
    bert = find_bert(tmp_path)
    assert bert is not None
    bert.write(tmp_path / "encoder.onnx", int8=False)

    import onnxruntime
    import torch

    ids = torch.tensor([[0, 7, 9, 30, 2]])
    with torch.inference_mode():
        theirs = network(ids).last_hidden_state[0].mean(0).numpy()
        rows = network.get_input_embeddings()(ids)[0].numpy()
    session = onnxruntime.InferenceSession(str(tmp_path / "encoder.onnx"))
    np.testing.assert_allclose(session.run(None, {"rows": rows[None]})[0][0], theirs, atol=1e-5)
