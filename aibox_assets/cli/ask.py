"""``aibox search`` and ``aibox graph``: questions to what was made of the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from aibox_assets.cli.console import Json, clean, fail, out, print_json, print_table, reported_errors
from aibox_assets.domain.embed import ENGLISH, INT8
from aibox_assets.domain.language import detect_language
from aibox_assets.resources.platform import Platform, current_platform
from aibox_assets.services.graph import find_relations
from aibox_assets.stores.graph_records import GraphRelation
from aibox_assets.stores.search import Hit

STATED: Final = 10
RELATION_COLUMNS: Final = ("head", "relation", "tail", "confidence", "file")


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(search)
    app.command()(graph)


def search(
    query: Annotated[str, typer.Argument(help="A question or words, English or Chinese.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many hits.")] = 5,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Only files of this owner.")] = None,
    json: Json = False,
) -> None:
    """Find passages by meaning and by word, each with its file, page and characters."""
    if not query.strip():
        fail("The question is empty.", "Say what to look for: a question, or some words.", as_json=json)
    with reported_errors(json):
        hits = find_hits(current_platform(), query, limit, user)
    if json:
        print_json([_hit(hit) for hit in hits])
        return
    rows = [(f"{hit.score:.3f}", clean(hit.path), _place(hit), clean(hit.text[:300])) for hit in hits]
    print_table(f"“{clean(query)}”", ("score", "file", "place", "text"), rows, "Nothing was found.")


def graph(
    entity: Annotated[str, typer.Argument(help="A person, an organization, a place, a product.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many relations.")] = 50,
    user: Annotated[
        str | None, typer.Option("--user", "-u", help="Only what files of this owner say.")
    ] = None,
    json: Json = False,
) -> None:
    """Who is connected to what, with confidence and the passage that says so."""
    with reported_errors(json):
        # One relation is stated by several files: the table shows it once, so it takes more of them.
        relations = find_relations(current_platform(), entity, limit if json else limit * STATED, user)
    if json:
        print_json([_relation(relation) for relation in relations])
        return
    print_table(
        clean(entity),
        RELATION_COLUMNS,
        relation_rows(relations)[:limit],
        f"Nothing is known of {clean(entity)}.",
    )


def find_hits(platform: Platform, query: str, limit: int, user: str | None) -> list[Hit]:
    """Search by meaning, where the model knows the language, and by word."""
    vector, space = None, platform.active_space
    if space is not None and not (
        space.spec.name.removesuffix(INT8) == ENGLISH and detect_language(query) == "zh"
    ):
        # An English model's idea of Chinese is noise.
        vector = platform.models.embed_query(query, space)
    return platform.search.search(query, vector, limit=limit, user_id=user, space=space)


def relation_rows(relations: Sequence[GraphRelation]) -> list[tuple[object, ...]]:
    """Relations as rows, each once with the files that state it; what most files state comes first."""
    stated: dict[tuple[str, str, str], list[GraphRelation]] = {}
    for relation in relations:
        stated.setdefault((relation.head_key, relation.relation, relation.tail_key), []).append(relation)
    ranked = sorted(stated.values(), key=lambda same: (-len(same), -max(r.confidence for r in same)))
    return [
        (
            clean(same[0].head),
            same[0].relation,
            clean(same[0].tail),
            f"{max(relation.confidence for relation in same):.2f}",
            clean(same[0].path) + (f" [dim]+{len(same) - 1}[/]" if len(same) > 1 else ""),
        )
        for same in ranked
    ]


def warn_english_only(platform: Platform) -> None:
    """Say what the built-in model does not do."""
    if platform.models.embedding_model.base_name == ENGLISH:
        out.print(
            "[dim]The embedding model knows English; Chinese is found by its words. 'aibox models' says more.[/]"
        )


def _place(hit: Hit) -> str:
    place = f"p. {hit.page}" if hit.page is not None else hit.sheet or ""
    return clean(f"{place} {hit.char_start}–{hit.char_end}".strip())


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "file_id": hit.file_id,
        "path": hit.path,
        "chunk_id": hit.chunk_id,
        "page": hit.page,
        "sheet": hit.sheet,
        "heading_path": hit.heading_path,
        "char_start": hit.char_start,
        "char_end": hit.char_end,
        "text": hit.text,
        "score": hit.score,
        "language": hit.language,
    }


def _relation(relation: GraphRelation) -> dict[str, Any]:
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
    }
