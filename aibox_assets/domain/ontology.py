"""What may enter the graph: entity types, relation types, and the phrases that texts use for them.

Read from a YAML file; the built-in one beside this module explains the format.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import yaml

from aibox_assets.domain.errors import ConfigurationError

BUILT_IN = Path(__file__).with_name("ontology.yaml")
_ENTITY_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
_RELATION_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
# Labels of the nodes that hold provenance; an entity type of that name would mix with them.
_RESERVED = frozenset({"Entity", "Chunk", "File"})
_RESERVED_RELATIONS = frozenset({"MENTIONS", "HAS_CHUNK"})


@dataclass(frozen=True, slots=True)
class EntityType:
    """:ivar name: CamelCase, becomes a node label.
    :ivar label: what a zero-shot model is asked for, e.g. ``person``.
    :ivar ner_labels: OntoNotes labels of the offline recognizer that become this type.
    :ivar columns: names of table columns, and keys of objects, whose values are of this type.
    """

    name: str
    label: str
    ner_labels: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationType:
    """:ivar phrases_en: English phrases that go from head to tail; verbs in their base form.
    :ivar inverse_en: English phrases whose subject is the tail.
    :ivar symmetric: both directions say the same; stored once, with the ends in the order of their keys.
    :ivar head_columns: names of table columns that hold the head, where another column of the row holds the
        tail (:ivar:`tail_columns`); the values are of the first type of their side.
    :ivar happens: it tells of what someone did, beside which the same two may be related otherwise.
    """

    name: str
    head_types: tuple[str, ...]
    tail_types: tuple[str, ...]
    phrases_en: tuple[str, ...] = ()
    phrases_zh: tuple[str, ...] = ()
    inverse_en: tuple[str, ...] = ()
    inverse_zh: tuple[str, ...] = ()
    symmetric: bool = False
    head_columns: tuple[str, ...] = ()
    tail_columns: tuple[str, ...] = ()
    happens: bool = False


@dataclass(frozen=True)
class Ontology:
    """The entity and relation types, in the order of the file (an earlier relation wins a shared phrase)."""

    entity_types: tuple[EntityType, ...]
    relation_types: tuple[RelationType, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the meaning, 64 hex digits: comments and layout of the file do not change it."""
        meaning = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(meaning.encode("utf-8")).hexdigest()

    @cached_property
    def _relations(self) -> Mapping[str, RelationType]:
        return {relation.name: relation for relation in self.relation_types}

    @cached_property
    def _types_of_ner(self) -> Mapping[str, str]:
        return {label: entity.name for entity in self.entity_types for label in entity.ner_labels}

    @cached_property
    def _types_of_column(self) -> Mapping[str, str]:
        return {column: entity.name for entity in self.entity_types for column in entity.columns}

    def allows(self, head_type: str, relation: str, tail_type: str) -> bool:
        """Whether *relation* exists and may connect an entity of *head_type* to one of *tail_type*."""
        known = self._relations.get(relation)
        return known is not None and head_type in known.head_types and tail_type in known.tail_types

    def relation(self, name: str) -> RelationType:
        """The relation type called *name*. :raises KeyError: there is none."""
        return self._relations[name]

    def entity_type_of(self, ner_label: str) -> str | None:
        """The entity type that an OntoNotes label such as ``GPE`` stands for; None where it has no place."""
        return self._types_of_ner.get(ner_label)

    def entity_type_of_column(self, column: str) -> str | None:
        """The entity type of the values under *column* (lower case, simplified); None where it says none."""
        return self._types_of_column.get(column)


def load_ontology(path: Path | None) -> Ontology:
    """The ontology of *path*, or the built-in one.

    :raises ConfigurationError: the file cannot be read, or a key of it is wrong; names file, key and remedy.
    """
    source = path or BUILT_IN
    try:
        document = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(
            f"The ontology {source} cannot be read: {error}.", "Correct the file, or unset AIBOX_ONTOLOGY."
        ) from error
    return _Reader(source).ontology(document)


class _Reader:
    """Turns the YAML document into an ontology, and every mistake into an error that names its place."""

    def __init__(self, source: Path) -> None:
        self._source = source

    def ontology(self, document: object) -> Ontology:
        top = self._mapping(document, "the top level", {"entities", "relations"})
        entities = tuple(
            self._entity(item, f"entities[{i}]")
            for i, item in enumerate(self._list(top, "entities", "entities"))
        )
        names = [entity.name for entity in entities]
        relations = tuple(
            self._relation(item, f"relations[{i}]", names)
            for i, item in enumerate(self._list(top, "relations", "relations"))
        )
        self._unique(names, "entities")
        self._unique([relation.name for relation in relations], "relations")
        self._unique([label for entity in entities for label in entity.ner_labels], "entities: ner")
        return Ontology(entities, relations)

    def _entity(self, item: object, where: str) -> EntityType:
        fields = self._mapping(item, where, {"name", "label", "ner", "columns"})
        name = self._name(fields, where, _ENTITY_NAME, "CamelCase, e.g. ResearchPaper", _RESERVED)
        label = fields.get("label", name.lower())
        if not isinstance(label, str) or not label.strip():
            raise self._error(f"{where}.label", f"{label!r} is not a text", "Write a word such as 'person'.")
        return EntityType(
            name, label, self._texts(fields, "ner", where), self._texts(fields, "columns", where)
        )

    def _relation(self, item: object, where: str, entities: list[str]) -> RelationType:
        known = {"name", "head", "tail", "en", "zh", "en_inverse", "zh_inverse", "symmetric"}
        known |= {"head_columns", "tail_columns", "happens"}
        fields = self._mapping(item, where, known)
        name = self._name(
            fields, where, _RELATION_NAME, "capitals, digits and _, e.g. WORKS_FOR", _RESERVED_RELATIONS
        )
        where = f"{where} ({name})"
        head, tail = (self._texts(fields, side, where) for side in ("head", "tail"))
        for side, types in (("head", head), ("tail", tail)):
            if not types:
                raise self._error(
                    f"{where}.{side}", "it is missing or empty", "List the entity types allowed there."
                )
            for unknown in [each for each in types if each not in entities]:
                raise self._error(
                    f"{where}.{side}",
                    f"there is no entity type {unknown!r}",
                    f"Use one of {', '.join(entities)}.",
                )
        symmetric, happens = (self._flag(fields, key, where) for key in ("symmetric", "happens"))
        if symmetric and set(head) != set(tail):
            raise self._error(
                f"{where}.symmetric",
                "head and tail differ in their types",
                "Make them equal, or drop 'symmetric'.",
            )
        en, zh, en_inverse, zh_inverse = (
            self._texts(fields, key, where) for key in ("en", "zh", "en_inverse", "zh_inverse")
        )
        heads, tails = (self._texts(fields, key, where) for key in ("head_columns", "tail_columns"))
        return RelationType(
            name, head, tail, en, zh, en_inverse, zh_inverse, symmetric, heads, tails, happens
        )

    def _name(
        self,
        fields: Mapping[str, object],
        where: str,
        form: re.Pattern[str],
        said: str,
        reserved: frozenset[str],
    ) -> str:
        name = fields.get("name")
        if not isinstance(name, str) or not form.fullmatch(name):
            raise self._error(f"{where}.name", f"{name!r} is not a valid name", f"Write it in {said}.")
        if name in reserved:
            raise self._error(
                f"{where}.name", f"{name!r} is taken by the graph itself", "Choose another name."
            )
        return name

    def _mapping(self, value: object, where: str, known: set[str]) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._error(where, "it is not a mapping", f"Write the keys {', '.join(sorted(known))}.")
        for key in value:
            if key not in known:
                raise self._error(f"{where}: {key}", "the key is unknown", f"Use {', '.join(sorted(known))}.")
        return value

    def _list(self, fields: Mapping[str, object], key: str, where: str) -> list[object]:
        value = fields.get(key)
        if not isinstance(value, list) or not value:
            raise self._error(where, "it is not a list, or empty", "Write at least one entry.")
        return value

    def _texts(self, fields: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
        value = fields.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            raise self._error(
                f"{where}.{key}", "it is not a list of texts", "Write it as [a, b] and quote yes, no, on."
            )
        return tuple(each.strip() for each in value)

    def _flag(self, fields: Mapping[str, object], key: str, where: str) -> bool:
        value = fields.get(key, False)
        if not isinstance(value, bool):
            raise self._error(f"{where}.{key}", f"{value!r} is not true or false", "Write true or false.")
        return value

    def _unique(self, names: list[str], where: str) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise self._error(where, f"{name!r} occurs twice", "Remove one of them.")

    def _error(self, where: str, reason: str, remedy: str) -> ConfigurationError:
        return ConfigurationError(f"The ontology {self._source}, at {where}: {reason}.", remedy)
