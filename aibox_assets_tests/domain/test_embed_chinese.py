"""An encoder of another size and language: bge-small-zh-v1.5, in the folder that AIBOX_TEST_MODELS names."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import constants

from aibox_assets.domain.embed import INT8, Embedder, describe_model

MODEL = Path(os.environ["AIBOX_TEST_MODELS"]) / "bge-small-zh-v1.5"


@pytest.fixture(scope="module")
def chinese() -> Embedder:
    return Embedder(describe_model(str(MODEL)))


def test_the_chinese_model_is_described() -> None:
    model = describe_model(str(MODEL))
    assert model.dimension == 512
    assert model.max_tokens == 512
    assert (model.query_prefix, model.passage_prefix) == ("为这个句子生成表示以用于检索相关文章：", "")


def test_chinese_vectors_are_those_of_sentence_transformers(chinese: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(MODEL), device="cpu", local_files_only=True)
    texts = ["北风电池公司在汉堡生产电池。", "A short one.", "", "很长" * 200]
    vectors = chinese.encode_passages(texts)
    np.testing.assert_allclose(vectors, encoder.encode(texts, normalize_embeddings=True), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    prefixed = encoder.encode([chinese.model.query_prefix + "谁?"], normalize_embeddings=True)[0]
    np.testing.assert_allclose(chinese.encode_query("谁?"), prefixed, atol=1e-5)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("公司的总部在哪里？", "北风电池的总部设在高雄，工厂在台南。"),
        ("谁负责财务？", "王芳是公司的财务总监，已任职八年。"),
        ("新产品什么时候上市？", "风筝七号电池将于明年三月开始销售。"),
    ],
)
def test_a_chinese_question_finds_its_answer_first(chinese: Embedder, question: str, answer: str) -> None:
    passages = [
        "北风电池的总部设在高雄，工厂在台南。",
        "王芳是公司的财务总监，已任职八年。",
        "风筝七号电池将于明年三月开始销售。",
        "昨天下了一整天的雨，比赛取消了。",
        "这家餐厅的牛肉面很有名。",
    ]
    scores = chinese.encode_passages(passages) @ chinese.encode_query(question)
    assert passages[int(scores.argmax())] == answer


def test_the_int8_form_pools_as_the_model_does(
    chinese: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path))
    int8 = Embedder(describe_model(f"{MODEL}{INT8}"))
    assert int8.model.query_prefix == chinese.model.query_prefix
    passages = [
        "北风电池的总部设在高雄，工厂在台南。",
        "王芳是公司的财务总监，已任职八年。",
        "昨天下了一整天的雨，比赛取消了。",
    ]
    exact, coarse = chinese.encode_passages(passages), int8.encode_passages(passages)
    assert float(np.sum(exact * coarse, axis=1).mean()) > 0.97
    assert int((coarse @ int8.encode_query("谁负责财务？")).argmax()) == 1
