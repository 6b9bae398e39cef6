"""Rows of tables and objects of JSON: their column names say what the values are to each other.

The ontology lists the column names of each relation's ends. A column name is compared without case,
underscores and what stands in brackets. Nothing is read from a column that the ontology does not name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.extract.recognize.dates import LABEL as DATE
from aibox_assets.domain.extract.recognize.dates import read_dates
from aibox_assets.domain.extract.text.layout import Field, Layout
from aibox_assets.domain.extract.text.shift import shift_mention
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

# A column that holds a person's role; the value is typed like a role in prose ("Chief Executive Officer").
_ROLE_COLUMNS = frozenset({"title", "job title", "role", "position", "职称", "职位", "职务", "头衔"})
_AND = re.compile(r"(?<!\s)\s+and\s+|(?:(?<!\s)\s+)?[,/&、]\s*")
_LONGEST_ROLE = 4  # words; a longer "title" is that of a talk or a paper
_HONORIFIC = re.compile(r"\s*(?:(?:Dr|Prof|Mr|Mrs|Ms|Miss|Sir|Dame)\b\.?\s+)+")
_NAME = re.compile(r"(?=.*[A-Z\u00c0-\u00de\u3400-\u9fff])[^\n@<>{}:;。！？]{2,60}")
# What a column says is what its author meant; only the choice of the column may be misread.
_NAMED, _RELATED, _ROLE = 0.9, 0.9, 0.85
_TABLE = "table"


@dataclass(frozen=True, slots=True)
class Records:
    """What the records of a chunk say; mentions do not overlap."""

    mentions: tuple[Mention, ...]
    relations: tuple[TypedRelation, ...]


def read_records(text: str, layout: Layout, ontology: Ontology, typer: RelationTyper) -> Records:
    """The named values of all records in *text*, and the relations between values of one record."""
    mentions: dict[tuple[int, int], Mention] = {}
    relations: list[TypedRelation] = []
    for _, group in groupby(layout.fields, key=lambda each: each.record):
        fields = [(_column(each.key), each) for each in group]
        whole = fields[0][1].key_start, fields[-1][1].end
        for found in _related(text, fields, whole, ontology, typer):
            relations.append(found)
            for end in (found.head, found.tail):
                mentions[end.char_start, end.char_end] = end
        for column, field in fields:
            entity_type = ontology.entity_type_of_column(column)
            named = _mention(text, field, entity_type, ontology) if entity_type else None
            if named is not None:
                mentions.setdefault((named.char_start, named.char_end), named)
    return Records(tuple(mentions[place] for place in sorted(mentions)), tuple(relations))


def _related(
    text: str,
    fields: Sequence[tuple[str, Field]],
    whole: tuple[int, int],
    ontology: Ontology,
    typer: RelationTyper,
) -> Iterator[TypedRelation]:
    for known in ontology.relation_types:
        head = _first(text, fields, known.head_columns, known.head_types[0], ontology)
        tail = _first(text, fields, known.tail_columns, known.tail_types[0], ontology)
        if head is None or tail is None or head.char_start == tail.char_start:
            continue
        stated = typer.check(known.name, Relation(head, tail, "", *whole, _RELATED, _TABLE))
        if stated is not None:
            yield stated
        role = next((field for column, field in fields if column in _ROLE_COLUMNS), None)
        if role is not None and known.name == "WORKS_FOR":
            yield from _roles(
                text[role.start : role.end], Relation(head, tail, "", *whole, _ROLE, _TABLE), typer
            )


def _roles(title: str, between: Relation, typer: RelationTyper) -> Iterator[TypedRelation]:
    """ "Founder and Chair": each part that names a role of the ontology."""
    if len(title.split()) > _LONGEST_ROLE:
        return
    for part in _AND.split(title.strip()):
        typed = typer.type(replace(between, phrase=part)) if typer.is_role(part) else None
        if typed is not None:
            yield typed


def _first(
    text: str,
    fields: Sequence[tuple[str, Field]],
    columns: tuple[str, ...],
    entity_type: str,
    ontology: Ontology,
) -> Mention | None:
    """The value of the first column among *columns*, in the order of the ontology."""
    for wanted in columns:
        for column, field in fields:
            if column == _column(wanted):
                return _mention(text, field, entity_type, ontology)
    return None


def _mention(text: str, field: Field, entity_type: str, ontology: Ontology) -> Mention | None:
    value = text[field.start : field.end]
    if entity_type == ontology.entity_type_of(DATE):
        # "4 July 1982, Sofia"
        dates = read_dates(value, entity_type)
        return next((shift_mention(each, field.start) for each in dates), None)
    if entity_type == ontology.entity_type_of("PERSON") and (title := _HONORIFIC.match(value)):
        field = replace(field, start=field.start + title.end())
        value = value[title.end() :]
    name = value.strip()
    if not _NAME.fullmatch(name):
        return None
    start = field.start + len(value) - len(value.lstrip())
    return Mention(start, start + len(name), name, entity_type, " ".join(name.split()), _NAMED, _TABLE)


def _column(key: str) -> str:
    plain = re.sub(r"[(（].*?[)）]", "", to_simplified(key).casefold())
    return " ".join(re.sub(r"[_\-]", " ", plain).split())
