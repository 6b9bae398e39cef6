"""Asking the graph, with what only the database knows: where a file is now, and where in it a chunk stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

from aibox_assets.domain.errors import NotFoundError
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.things import parts_of
from aibox_assets.stores.graph_records import (
    ChunkEntity,
    GraphMention,
    GraphPath,
    GraphRelation,
    Page,
    Part,
)
from aibox_assets.stores.places import Place

_THINGS = 5
"""How many of the entities of a name are looked at as things."""
_NEAR = 5
_ALIKE = 100
"""Entities of one beginning that are compared with a name that is not known."""
_STARTS = 6

Said = TypeVar("Said", GraphRelation, GraphMention)


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation with the place of the chunk that states it surest.

    :ivar place: None for a moment while the file is made anew.
    """

    relation: GraphRelation
    place: Place | None


@dataclass(frozen=True, slots=True)
class Named:
    """A mention with the place of its chunk, as in :class:`Stated`."""

    mention: GraphMention
    place: Place | None


def find_relations(
    platform: Platform, viewer: Viewer, entity: str, limit: int, of: Collection[str] = ()
) -> list[GraphRelation]:
    """Relations of the things that a name may stand for, each with the present path of the file that states it.

    :param of: only these relations; empty for all.

    The graph keeps the path that a file had when it was read. A move is one row in the database, and waits for no
    graph.
    """
    parts: dict[str, Part] = {}
    for number, named in enumerate(platform.graph.named(viewer, entity)):
        if number < _THINGS and named.key not in parts:
            for part in parts_of(platform, viewer, named.key):
                parts.setdefault(part.key, replace(part, rank=named.rank))
        parts[named.key] = named
    page = platform.graph.relations_of(viewer, list(parts.values()), limit=limit, of=of)
    return _at_present(platform, page.items)


def find_paths(
    platform: Platform, viewer: Viewer, start: str, end: str, max_hops: int, limit: int
) -> list[GraphPath]:
    """The shortest paths between two entities, by key or name.

    :raises NotFoundError: the viewer sees no entity of one of these names.
    """
    found = platform.graph.paths(viewer, start, end, max_hops, limit)
    for name in () if found else (start, end):
        if not platform.graph.named(viewer, name, 1):
            raise NotFoundError(f"You see no entity '{name}'.", suggest_names(platform, viewer, name))
    present = iter(_at_present(platform, [relation for path in found for relation in path.relations]))
    return [replace(path, relations=tuple(next(present) for _ in path.relations)) for path in found]


def suggest_names(platform: Platform, viewer: Viewer, name: str) -> str:
    """What to try instead of a name that the viewer sees no entity of."""
    alike = near_names(platform, viewer, name)
    return f"Is one of these meant? {', '.join(alike)}" if alike else "Try a part of its name."


def near_names(platform: Platform, viewer: Viewer, name: str) -> list[str]:
    """Names of entities that *name* may be a slip of: those with a word of it or its beginning, the likest first."""
    words = name.split()
    starts = dict.fromkeys([*words, *(word[: max(len(word) // 2, 1)] for word in words)])
    names = {
        entity.name.casefold(): entity.name
        for start in list(starts)[:_STARTS]
        for entity in platform.graph.entities(viewer, start, limit=_ALIKE, windows=1).items
    }
    return [names[each] for each in get_close_matches(name.casefold(), names, _NEAR, cutoff=0.6)]


def stated_of(
    platform: Platform, viewer: Viewer, parts: Sequence[Part], limit: int, after: str | None = None
) -> Page[Stated]:
    """What is said of the thing of these parts, the surest first."""
    return _stated(platform, viewer, platform.graph.relations_of(viewer, parts, limit=limit, after=after))


def stated_by(
    platform: Platform, viewer: Viewer, file_id: str, limit: int, after: str | None = None
) -> Page[Stated]:
    """What one file says."""
    return _stated(platform, viewer, platform.graph.file_relations(viewer, file_id, limit=limit, after=after))


def mentions_of(
    platform: Platform, viewer: Viewer, parts: Sequence[Part], limit: int, after: str | None = None
) -> Page[Named]:
    """Where the thing of these parts is named."""
    page = platform.graph.mentions(viewer, parts, limit=limit, after=after)
    places = platform.places.find(viewer, {mention.chunk_id for mention in page.items})
    present = _at_present(platform, page.items)
    return Page(tuple(Named(mention, places.get(mention.chunk_id)) for mention in present), page.next)


def stated_and_named(
    platform: Platform,
    viewer: Viewer,
    parts: Sequence[Part],
    limit: int,
    relations_after: str | None,
    mentions_after: str | None,
) -> tuple[Page[Stated], Page[Named]]:
    """:func:`stated_of` and :func:`mentions_of`, asked of the servers at once."""
    with ThreadPoolExecutor(1, thread_name_prefix="mentions") as pool:
        named = pool.submit(mentions_of, platform, viewer, parts, limit, mentions_after)
        return stated_of(platform, viewer, parts, limit, relations_after), named.result()


def entities_of_chunks(
    platform: Platform, viewer: Viewer, chunk_ids: Iterable[str]
) -> dict[str, list[ChunkEntity]]:
    """What chunks name, by chunk; those that name nothing are left out."""
    found: dict[str, list[ChunkEntity]] = {}
    for each in platform.graph.chunk_entities(viewer, list(chunk_ids)):
        found.setdefault(each.chunk_id, []).append(each)
    return found


def _stated(platform: Platform, viewer: Viewer, page: Page[GraphRelation]) -> Page[Stated]:
    places = platform.places.find(viewer, {relation.chunk_id for relation in page.items})
    present = _at_present(platform, page.items)
    return Page(tuple(Stated(relation, places.get(relation.chunk_id)) for relation in present), page.next)


def _at_present(platform: Platform, found: Iterable[Said]) -> list[Said]:
    """Relations or mentions with the present paths of their files."""
    items = list(found)
    paths = platform.files.display_paths({item.file_id for item in items})
    return [replace(item, path=paths.get(item.file_id, item.path)) for item in items]
