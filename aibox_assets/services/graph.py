"""Asking the graph, with what only the database knows: where a file is now."""

from __future__ import annotations

from dataclasses import replace

from aibox_assets.resources.platform import Platform
from aibox_assets.stores.graph_records import GraphRelation


def find_relations(
    platform: Platform, entity: str, limit: int, user_id: str | None = None
) -> list[GraphRelation]:
    """Relations of an entity, each with the present path of the file that states it.

    The graph keeps the path that a file had when it was read. A move is one row in the database, and waits for no
    graph.
    """
    relations = platform.graph.relations(entity, limit, user_id)
    records = platform.files.get({relation.file_id for relation in relations})
    return [
        replace(relation, path=records[relation.file_id].display_path)
        if relation.file_id in records
        else relation
        for relation in relations
    ]
