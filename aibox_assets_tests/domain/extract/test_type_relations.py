from __future__ import annotations

import pytest

from aibox_assets.domain.extract.type_relations import RelationTyper, english_forms
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology


def _said(head_type: str, phrase: str, tail_type: str) -> Relation:
    head, tail = Mention(0, 1, "H", head_type, "Head", 1.0), Mention(5, 6, "T", tail_type, "Tail", 1.0)
    return Relation(head, tail, phrase, 0, 6, 0.9)


@pytest.mark.parametrize(
    ("head", "phrase", "tail", "expected"),
    [
        ("Organization", "acquired", "Organization", "Head ACQUIRED Tail"),
        ("Organization", "was acquired by", "Organization", "Tail ACQUIRED Head"),
        ("Organization", "completed its acquisition of", "Organization", "Head ACQUIRED Tail"),
        ("Organization", "employs", "Person", "Tail WORKS_FOR Head"),
        ("Person", "is employed by", "Organization", "Head WORKS_FOR Tail"),
        ("Organization", "is owned by", "Organization", "Head SUBSIDIARY_OF Tail"),
        ("Organization", "owns", "Organization", "Tail SUBSIDIARY_OF Head"),
        ("Person", "chief executive", "Organization", "Head LEADS Tail"),
        ("Person", "executive vice president of", "Organization", "Head WORKS_FOR Tail"),
        ("Person", "收購了", "Organization", "Head ACQUIRED Tail"),
        ("Organization", "由…收購", "Organization", "Tail ACQUIRED Head"),
        ("Organization", "被…正式收购了", "Organization", "Tail ACQUIRED Head"),
        ("Organization", "與…合作", "Organization", "Head PARTNERS_WITH Tail"),
        ("Person", "擔任…的執行長", "Organization", "Head LEADS Tail"),
        ("Person", "former chief executive of", "Organization", "Head LEADS Tail"),
        ("Person", "前执行长", "Organization", "Head LEADS Tail"),
        ("Location", "acquired", "Location", None),
        ("Organization", "acquired from", "Organization", None),
        ("Person", "drank tea with", "Organization", None),
        ("Person", "", "Organization", None),
        ("Person", "喝茶", "Organization", None),
    ],
)
def test_maps_phrases_onto_the_ontology(
    ontology: Ontology, head: str, phrase: str, tail: str, expected: str | None
) -> None:
    typed = RelationTyper(ontology).type(_said(head, phrase, tail))
    found = f"{typed.head.name} {typed.relation} {typed.tail.name}" if typed else None
    assert found == expected


def test_a_joint_models_relation_is_checked(ontology: Ontology) -> None:
    typer = RelationTyper(ontology)
    assert typer.check("ACQUIRED", _said("Organization", "", "Organization")) is not None
    assert typer.check("ACQUIRED", _said("Location", "", "Organization")) is None
    assert typer.check("EATS", _said("Person", "", "Product")) is None


def test_regular_inflections() -> None:
    assert {"acquires", "acquired", "acquiring"} <= english_forms("acquire")
    assert {"studies at", "studied at"} <= english_forms("study at")
    assert "spinned off" not in english_forms("found")
    assert "planned" in english_forms("plan")
