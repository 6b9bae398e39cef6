"""``aibox graph NAME``: questions to what was made of the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from aibox_assets.cli import remote
from aibox_assets.cli.console import Json, clean, out, print_json, print_table, reported_errors
from aibox_assets.domain.embed import ENGLISH
from aibox_assets.domain.keys import composed
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.graph import find_relations, suggest_names
from aibox_assets.services.narrowing import check_owner
from aibox_assets.stores.graph_records import GraphRelation

STATED: Final = 10
RELATION_COLUMNS: Final = ("head", "relation", "tail", "confidence", "file")


def graph(
    entity: Annotated[str, typer.Argument(help="A person, an organization, a place, a product.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many relations.")] = 50,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Only what this person may see.")] = None,
    json: Json = False,
) -> None:
    """Who is connected to what, with confidence and the passage that says so."""
    with reported_errors(json):
        # One relation is stated by several files: the table shows it once, so it takes more of them.
        most = limit if json else limit * STATED
        advice = ""
        if user is None and (api := remote.installation()) is not None:
            relations = remote.relations(api, entity, most)
        else:
            platform = remote.here()
            viewer = seen_by(platform, user)
            relations = find_relations(platform, viewer, entity, most)
            if not relations and not json:
                advice = " " + suggest_names(platform, viewer, entity)
    if json:
        print_json([relation_record(relation) for relation in relations])
        return
    print_table(
        clean(entity),
        RELATION_COLUMNS,
        relation_rows(relations)[:limit],
        f"Nothing is known of {clean(entity)}.{clean(advice)}",
    )


def seen_by(platform: Platform, user: str | None) -> Viewer:
    """Whose eyes are meant: a person's, or those of whoever is at the machine.

    :raises InvalidQuestionError: there is no such person.
    """
    if user is None:
        return OPERATOR
    owner = composed(user)
    check_owner(platform, OPERATOR, owner)
    return Viewer(owner)


def told(relation: str, tense: str) -> str:
    """A relation for a table, with its tense where it has one."""
    return f"{relation} [dim]{tense}[/]" if tense else relation


def relation_rows(relations: Sequence[GraphRelation], *, as_given: bool = False) -> list[tuple[object, ...]]:
    """Relations as rows, each once with the files that state it.

    :param as_given: in their order; else what most files state comes first.
    """
    stated: dict[tuple[str, str, str], list[GraphRelation]] = {}
    for relation in relations:
        stated.setdefault((relation.head_key, relation.relation, relation.tail_key), []).append(relation)
    rows = list(stated.values())
    if not as_given:
        rows.sort(key=lambda same: (-len(same), -max(r.confidence for r in same)))
    return [
        (
            clean(same[0].head),
            told(same[0].relation, same[0].tense),
            clean(same[0].tail),
            f"{max(relation.confidence for relation in same):.2f}",
            clean(same[0].path) + (f" [dim]+{len(same) - 1}[/]" if len(same) > 1 else ""),
        )
        for same in rows
    ]


def warn_english_only(platform: Platform) -> None:
    """Say what the built-in model does not do."""
    if platform.models.embedding_model.base_name == ENGLISH:
        out.print(
            "[dim]The embedding model knows English; Chinese is found by its words. 'aibox models' says more.[/]"
        )


def relation_record(relation: GraphRelation) -> dict[str, Any]:
    """A relation for programs."""
    return {
        "head": relation.head,
        "head_type": relation.head_type,
        "relation": relation.relation,
        "tail": relation.tail,
        "tail_type": relation.tail_type,
        "confidence": relation.confidence,
        "file_id": relation.file_id,
        "path": relation.path,
        "chunk_id": relation.chunk_id,
        "char_start": relation.char_start,
        "char_end": relation.char_end,
        "evidence": relation.evidence,
        "tense": relation.tense,
    }
