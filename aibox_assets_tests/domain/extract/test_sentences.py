"""Texts marked by hand, without offsets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, RELATIONS
from aibox_assets.domain.extract.tagger.training.sets import Source, read_sets


def read(folder: Path, *rows: object) -> list[Source]:
    path = folder / "sentences" / "mine.jsonl"
    path.parent.mkdir()
    others = [{"text": f"Nobody is here, {i}.", "names": [], "triples": []} for i in range(30)]
    path.write_text("\n".join(json.dumps(each) for each in (*rows, *others)), encoding="utf-8")
    sets = read_sets(folder)
    return [each for each in (*sets.learned, *sets.apart) if "Nobody" not in each.text]


def row(text: str, names: list[list[str]], *triples: str) -> dict[str, object]:
    return {"text": text, "names": names, "triples": list(triples)}


def test_names_are_found_where_they_stand(tmp_path: Path) -> None:
    (source,) = read(
        tmp_path,
        row(
            "Ann runs Acme Inc.; Acme pays Annette.",
            [["Person", "Ann"], ["Organization", "Acme Inc.", "Acme"], ["Person", "Annette"]],
            "Ann | LEADS | Acme Inc.",
            "Ann | HAS_ROLE | chief",
        ),
    )
    assert [[source.text[a:b] for a, b in spans] for spans, _ in source.entities] == [
        ["Ann"],
        ["Acme Inc.", "Acme"],
        ["Annette"],
    ]
    assert [ENTITY_TYPES[kind] for _, kind in source.entities] == ["Person", "Organization", "Person"]
    assert source.relations == [(0, RELATIONS.index("LEADS"), 1)]


def test_what_goes_both_ways_is_told_both_ways(tmp_path: Path) -> None:
    (source,) = read(
        tmp_path,
        row(
            "甲公司（Jia）位于北京，与乙公司合作。",
            [["Organization", "甲公司", "Jia"], ["Location", "北京"], ["Organization", "乙公司"]],
            "甲公司 | LOCATED_IN | 北京",
            "甲公司 | PARTNERS_WITH | 乙公司",
            "甲公司 | SAME_AS | Jia",
        ),
    )
    told = {(head, RELATIONS[relation], tail) for head, relation, tail in source.relations}
    assert told == {
        (0, "BASED_IN", 1),
        (0, "PARTNERS_WITH", 2),
        (2, "PARTNERS_WITH", 0),
        (0, "SAME_AS", 0),
    }


def test_of_each_set_is_learned_what_it_states(tmp_path: Path) -> None:
    """A set that does not state a relation says nothing of it; sentences have all that their neighbours have."""
    names = [{"start": 0, "end": 3, "type": "Person"}, {"start": 9, "end": 13, "type": "Organization"}]
    others = [
        {"text": f"Ann runs Acme, {i}.", "entities": names, "relations": [[0, "LEADS", 1]]} for i in range(30)
    ]
    (tmp_path / "relations").mkdir()
    (tmp_path / "relations" / "public.jsonl").write_text("\n".join(map(json.dumps, others)), encoding="utf-8")
    (tmp_path / "sentences").mkdir()
    for name, relation in (("a", "VISITED"), ("b", "BORN_IN")):
        rows = [
            row(
                f"Ann saw Rome, {name}{i}.",
                [["Person", "Ann"], ["Location", "Rome"]],
                f"Ann | {relation} | Rome",
            )
            for i in range(30)
        ]
        (tmp_path / "sentences" / f"{name}.jsonl").write_text(
            "\n".join(map(json.dumps, rows)), encoding="utf-8"
        )
    stated = {each.set: {RELATIONS[it] for it in each.stated} for each in read_sets(tmp_path).learned}
    assert stated == {
        "relations/public": {"LEADS"},
        "sentences/a": {"VISITED", "BORN_IN"},
        "sentences/b": {"VISITED", "BORN_IN"},
    }


def test_a_row_of_places_is_one_name(tmp_path: Path) -> None:
    (source,) = read(
        tmp_path,
        row("他在江苏镇江。", [["Location", "江苏"], ["Location", "镇江"]], "镇江 | LOCATED_IN | 江苏"),
    )
    assert [[source.text[a:b] for a, b in spans] for spans, _ in source.entities] == [[], ["江苏镇江"]]
    assert source.relations == []


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (row("Ann runs.", [["Person", "Bob"]]), "'Bob' does not stand in the text"),
        (row("Ann runs.", [["Person", "Ann"], ["Location", "Ann"]]), "'Ann' is the name of two things"),
        (row("Ann runs.", [["Person", "Ann"]], "Bob | LEADS | Ann"), "head that is among the names"),
        (row("Ann runs.", [["Human", "Ann"]]), "'Human' is none of the types"),
        ({"text": "Ann runs.", "triples": []}, "it has no 'names'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, wrong: dict[str, object], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=r"mine.jsonl, line 1: .*" + reason.replace("'", ".")):
        read(tmp_path, wrong)
