from __future__ import annotations

from pathlib import Path

import pytest

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.ontology import BUILT_IN, load_ontology

ENTITIES = "entities: [{name: Person}, {name: City, ner: [GPE]}]\n"
SMALL = ENTITIES + "relations: [{name: LIVES_IN, head: [Person], tail: [City], en: [live in]}]\n"


def _load(tmp_path: Path, text: str) -> object:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_ontology(path)


def test_every_built_in_relation_has_phrases_in_both_languages() -> None:
    ontology = load_ontology(None)
    assert {"Person", "Organization", "Location", "Product", "Event"} <= {
        each.name for each in ontology.entity_types
    }
    for relation in ontology.relation_types:
        assert relation.phrases_en, relation.name
        assert relation.phrases_zh, relation.name


def test_allows_only_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL, encoding="utf-8")
    ontology = load_ontology(path)
    assert ontology.allows("Person", "LIVES_IN", "City")
    assert not ontology.allows("City", "LIVES_IN", "Person")
    assert not ontology.allows("Person", "EATS", "City")
    assert ontology.entity_type_of("GPE") == "City"
    assert ontology.entity_type_of("ORG") is None


def test_the_digest_is_of_the_meaning(tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text("# a comment\n" + BUILT_IN.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_ontology(copy).digest == load_ontology(None).digest
    copy.write_text(BUILT_IN.read_text(encoding="utf-8").replace("live in", "dwell in"), encoding="utf-8")
    assert load_ontology(copy).digest != load_ontology(None).digest


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (SMALL.replace("LIVES_IN", "lives in"), "relations[0].name"),
        (SMALL.replace("LIVES_IN", "'X`]->() DETACH DELETE'"), "relations[0].name"),
        (SMALL.replace("name: Person", "name: person"), "entities[0].name"),
        (SMALL.replace("name: City", "name: Chunk"), "entities[1].name"),
        (SMALL.replace("LIVES_IN", "MENTIONS"), "relations[0].name"),
        (SMALL.replace("tail: [City]", "tail: [Town]"), "relations[0] (LIVES_IN).tail"),
        (SMALL.replace("tail: [City]", "tail: []"), "relations[0] (LIVES_IN).tail"),
        (SMALL.replace("en:", "english:"), "english"),
        (SMALL.replace("[live in]", "live in"), "relations[0] (LIVES_IN).en"),
        (SMALL.replace("en: [live in]", "symmetric: true"), "relations[0] (LIVES_IN).symmetric"),
        (SMALL.replace("en: [live in]", "symmetric: maybe"), "relations[0] (LIVES_IN).symmetric"),
        (SMALL.replace("{name: Person}", "{name: City}").replace("[Person]", "[City]"), "entities"),
        (ENTITIES, "relations"),
        ("[]", "the top level"),
        ("entities: [", "cannot be read"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_remedy(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _load(tmp_path, text)
    assert "mine.yaml" in caught.value.reason
    assert key in caught.value.reason
    assert caught.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        load_ontology(tmp_path / "nowhere.yaml")
