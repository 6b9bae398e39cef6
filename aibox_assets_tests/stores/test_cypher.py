from __future__ import annotations

import pytest

from aibox_assets.stores import cypher

PAYLOADS = [
    "LEADS`]->() DETACH DELETE r //",
    "LEADS]-() RETURN 1 //",
    "leads",
    "LEADS ",
    "LEADS\n",
    "\u212aNOWS",
    "",
    "1ST",
    "A" * 65,
]


@pytest.mark.parametrize("name", PAYLOADS)
def test_what_is_no_identifier_is_refused_even_when_the_ontology_says_so(name: str) -> None:
    with pytest.raises(ValueError, match="ontology"):
        cypher.relation_type(name, {name})


@pytest.mark.parametrize("name", sorted(cypher.STRUCTURE))
def test_our_own_relationship_types_are_no_relations(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        cypher.relation_type(name, {name})


def test_a_relation_outside_the_ontology_is_refused() -> None:
    with pytest.raises(ValueError, match="'OWNS'"):
        cypher.create_relations("OWNS", {"LEADS"})


def test_identifiers_are_quoted_and_values_are_parameters() -> None:
    text = cypher.create_relations("LEADS", {"LEADS"})
    assert "[r:`LEADS` {" in text
    assert "$rows" in text
    assert cypher.relation_types(["WORKS_FOR", "LEADS", "LEADS"]) == "`LEADS`|`WORKS_FOR`"


def test_schema_has_an_index_per_relation_and_may_be_made_twice() -> None:
    statements = cypher.schema(["LEADS", "FOUNDED"])
    assert sum("ON (r.file_id)" in statement for statement in statements) == 2
    assert all("IF NOT EXISTS" in statement for statement in statements)
