"""A tagger that someone trained is chosen by its folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract import load_extractor
from aibox_assets.domain.extract.tagger.artifact import (
    BUILT_IN,
    DESCRIPTION_FILE,
    read_artifact,
    write_artifact,
)
from aibox_assets.domain.extract.tagger.labels import RELATIONS
from aibox_assets.domain.extract.tagger.tagger import Tagger
from aibox_assets.domain.extract.versions import describe_extractor
from aibox_assets.domain.ontology import Ontology
from aibox_assets.local.obtaining import obtain_extractor
from aibox_assets_tests.domain.extract.chunks import chunk


def test_a_folder_with_a_tagger_is_an_extractor_of_its_own(ontology: Ontology, tmp_path: Path) -> None:
    folder = shutil.copytree(BUILT_IN, tmp_path / "own")
    described = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    (folder / DESCRIPTION_FILE).write_text(json.dumps(described | {"note": "other"}), encoding="utf-8")
    name = obtain_extractor(f"offline:{folder}")
    extractor = load_extractor(name, ontology)
    assert extractor.name == f"offline:{folder}"
    assert extractor.version == describe_extractor(name, ontology)
    assert extractor.version != describe_extractor("offline", ontology)
    mentions = extractor.extract([chunk("Tim Cook leads Apple in California.")])[0].mentions
    assert "Tim Cook" in [each.name for each in mentions]


def test_a_tagger_of_fewer_relations_goes_on(tmp_path: Path) -> None:
    """One that was trained before relations were added knows the first of them."""
    built_in, first = read_artifact(BUILT_IN), RELATIONS[:19]
    heads = ("pairs.both.", "pairs.each.")
    weights = {
        name: each[:19] if name.startswith(heads) else each for name, each in built_in.weights().items()
    }
    sure = {name: line for name, line in built_in.sure.items() if name in first}
    write_artifact(tmp_path, weights, built_in.description(built_in.names, sure))
    found = Tagger(tmp_path).read("Tim Cook, chief executive of Apple, was born in Mobile.").relations
    assert found
    assert {each.relation for each in found} <= set(first)


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no tagger"):
        obtain_extractor(f"offline:{tmp_path}")
