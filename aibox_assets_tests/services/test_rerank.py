"""A search whose best passages are read once more by a cross-encoder that was trained here."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.rerank import Reranker, find_reranker
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.local.obtaining import obtain_reranker
from aibox_assets.services.search import search
from aibox_assets_tests.services.platforms import make_platform, store_texts
from aibox_assets_tests.tools.build_small_reranker import build


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("reranker"))


@pytest.mark.integration
def test_the_order_and_the_scores_are_the_rerankers(engine: Engine, tmp_path: Path, reranker: Path) -> None:
    plain = make_platform(engine, tmp_path)
    store_texts(plain, "a", "The battery plant in Berlin opens.")
    store_texts(plain, "b", "A plant in Oslo. The report is verified.")
    question = "battery plant in Berlin"
    assert [each.passage.file_id for each in search(plain, OPERATOR, question)] == ["a", "b"]
    second = make_platform(engine, tmp_path, AIBOX_RERANKER=str(reranker))
    found = search(second, OPERATOR, question)
    assert found[0].passage.file_id == "b"
    assert found[0].score > 0.8
    # What the re-ranker takes for no answer is none.
    assert all(each.score >= 0.02 for each in found)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


@pytest.mark.integration
def test_what_does_not_fit_is_not_read(engine: Engine, tmp_path: Path, reranker: Path) -> None:
    platform = make_platform(engine, tmp_path, AIBOX_RERANKER=str(reranker))
    store_texts(platform, "a", "The report is verified.")
    assert search(platform, OPERATOR, "qwzzk vlorp zzz") == []


def test_scores_are_shares_in_the_order_of_the_passages(
    reranker: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    model = Reranker(str(reranker), threads=1)
    assert "".join(capfd.readouterr()) == ""
    assert model.scores("who?", []) == []
    verified, other = model.scores("where is the plant?", ["the report is verified", "the report says that"])
    assert 0 <= other < 0.5 < verified <= 1


def test_it_is_found_by_its_folder(reranker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(reranker.parent)
    assert obtain_reranker(f"./{reranker.name}") == str(reranker)
    with pytest.raises(ConfigurationError, match="nowhere"):
        obtain_reranker("./nowhere")


def test_what_is_no_reranker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="3 outputs") as refused:
        Reranker(str(build(tmp_path / "three", outputs=3)), threads=1)
    assert "AIBOX_RERANKER" in refused.value.remedy
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="safetensors"):
        find_reranker(str(tmp_path / "empty"))
    with pytest.raises(ConfigurationError, match="nobody/nothing"):
        find_reranker("nobody/nothing")
