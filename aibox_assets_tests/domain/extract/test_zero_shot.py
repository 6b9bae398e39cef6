"""GLiNER on a checkpoint that really learned its few sentences (see tools/build_small_gliner.py)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract import Extractor, load_extractor
from aibox_assets.domain.extract.gliner.checkpoint import Checkpoint, digest_checkpoint, load_checkpoint
from aibox_assets.domain.extract.gliner.zero_shot import WordSplitter
from aibox_assets.domain.models import Extraction
from aibox_assets.domain.ontology import Ontology
from aibox_assets_tests.domain.extract.chunks import chunk

FILLER = "Nothing new was said about the matter. "  # 8 words
STORY = "Jane Wu works for Acme Robotics in Berlin."
NAMES = {("Jane Wu", "Person"), ("Acme Robotics", "Organization"), ("Berlin", "Location")}


@pytest.fixture(scope="module")
def gliner(small_gliner: Path, ontology: Ontology) -> Extractor:
    return load_extractor(str(small_gliner), ontology)


def found(extraction: Extraction) -> set[tuple[str, str]]:
    return {(each.name, each.type) for each in extraction.mentions}


def triples(extraction: Extraction) -> set[tuple[str, str, str]]:
    return {(each.head, each.relation, each.tail) for each in extraction.triples}


def test_english_entities_and_our_relations_between_them(gliner: Extractor) -> None:
    (extraction,) = gliner.extract([chunk(STORY, char_start=1000)])
    assert found(extraction) == NAMES
    for mention in extraction.mentions:
        assert STORY[mention.char_start - 1000 : mention.char_end - 1000] == mention.name
        assert 0.5 <= mention.confidence <= 1
    assert ("Jane Wu", "WORKS_FOR", "Acme Robotics") in triples(extraction)


def test_chinese_entities_and_our_relations_between_them(gliner: Extractor) -> None:
    text = "赵磊任职于南山公司。"  # names that it never saw
    (extraction,) = gliner.extract([chunk(text)])
    assert found(extraction) == {("赵磊", "Person"), ("南山公司", "Organization")}
    assert [text[each.char_start : each.char_end] for each in extraction.mentions] == ["赵磊", "南山公司"]
    assert triples(extraction) == {("赵磊", "WORKS_FOR", "南山公司")}


@pytest.mark.parametrize("before", [50, 60])
def test_an_entity_behind_the_models_window_is_found(gliner: Extractor, before: int) -> None:
    text = FILLER * before + STORY
    (extraction,) = gliner.extract([chunk(text)])
    assert found(extraction) == NAMES
    assert {text[each.char_start : each.char_end] for each in extraction.mentions} == {
        name for name, _ in NAMES
    }


def test_an_entity_at_the_seam_of_two_windows_is_found_once_and_whole(gliner: Extractor) -> None:
    # The window's last word is "Jane": 47 fillers of 8 words with their stops, and 7 words more.
    words = [word for word, _, _ in WordSplitter()(FILLER * 47)]
    text = FILLER * 47 + "so " * (383 - len(words)) + STORY + " " + FILLER * 10
    assert [word for word, _, _ in WordSplitter()(text)][383] == "Jane"
    (extraction,) = gliner.extract([chunk(text)])
    people = [each for each in extraction.mentions if each.type == "Person"]
    assert [text[each.char_start : each.char_end] for each in people] == ["Jane Wu"]


def test_one_extraction_per_chunk_in_order(gliner: Extractor) -> None:
    chunks = [chunk(text, i) for i, text in enumerate([STORY, "", " \n", FILLER, FILLER * 60 + STORY, STORY])]
    read = gliner.extract(chunks)
    assert [each.chunk_id for each in read] == [each.chunk_id for each in chunks]
    assert [found(each) for each in read] == [NAMES, set(), set(), set(), NAMES, NAMES]
    assert gliner.extract([]) == []


def test_the_version_is_that_of_the_checkpoints_bytes(
    small_gliner: Path, gliner: Extractor, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(small_gliner, copy)
    assert digest_checkpoint(copy) == digest_checkpoint(small_gliner)
    assert digest_checkpoint(copy) in gliner.version
    weights = copy / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    assert digest_checkpoint(copy) != digest_checkpoint(small_gliner)


def test_the_tokenizer_of_another_model_is_that_of_its_place_and_not_of_its_name(
    small_gliner: Path, tmp_path: Path
) -> None:
    folder, backbone = tmp_path / "checkpoint", tmp_path / "backbone"
    shutil.copytree(small_gliner, folder)
    backbone.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).rename(backbone / name)
    (backbone / "config.json").write_text('{"model_type": "bert"}')
    model = load_checkpoint(Checkpoint("somebody/gliner", folder, backbone), threads=1)
    model.data_processor.words_splitter = WordSplitter()
    assert {
        each["text"] for each in model.predict_entities(STORY, ["person", "organization", "location"])
    } == {name for name, _ in NAMES}


def test_pickled_weights_and_foreign_code_are_refused(
    small_gliner: Path, ontology: Ontology, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(small_gliner, copy)
    config = json.loads((copy / "gliner_config.json").read_text())
    config["encoder_config"] = {
        **(config.get("encoder_config") or {}),
        "auto_map": {"AutoModel": "evil.Model"},
    }
    (copy / "gliner_config.json").write_text(json.dumps(config))
    with pytest.raises(ConfigurationError, match="auto_map"):
        load_extractor(str(copy), ontology)
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(ConfigurationError, match="Pickled weights"):
        load_extractor(str(copy), ontology)


def test_words_of_both_scripts_with_their_places() -> None:
    text = "張偉 works-for 华星公司, x2!"
    words = list(WordSplitter()(text))
    assert all(text[start:end] == word for word, start, end in words)
    assert "works-for" in [word for word, _, _ in words]
    assert "".join(word for word, _, _ in words) == text.replace(" ", "")


def test_a_folder_that_is_none_or_holds_no_model_is_named(ontology: Ontology, tmp_path: Path) -> None:
    for spec, reason in (
        (str(tmp_path / "none"), "There is no folder"),
        (str(tmp_path), "is no GLiNER model"),
    ):
        with pytest.raises(ConfigurationError, match=reason) as refused:
            load_extractor(spec, ontology)
        assert spec in refused.value.reason
        assert "'offline'" in refused.value.remedy


def test_broken_weights_are_named(small_gliner: Path, ontology: Ontology, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(small_gliner, copy)
    (copy / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ConfigurationError, match="cannot be loaded") as refused:
        load_extractor(str(copy), ontology)
    assert str(copy) in refused.value.reason


def test_a_hub_model_without_a_hub_says_what_to_do(
    ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ConfigurationError, match="nobody/no-model") as away:
        load_extractor("nobody/no-model", ontology)
    assert "HF_HUB_OFFLINE" in away.value.remedy
