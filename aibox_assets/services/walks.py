"""The third ranking of a search: chunks that are near, in the graph, to all things that a question names."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.questions import names_in
from aibox_assets.domain.viewer import Viewer
from aibox_assets.domain.walk import Near, walk
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.graph_records import Part

NEAREST: Final = 50
"""Chunks of a walk that are scored."""

_LOG: Final = logging.getLogger(__name__)


def find_near(platform: Platform, viewer: Viewer, question: str) -> dict[str, Near]:
    """The chunks near to the things that *question* names, by id, as far as the viewer sees them.

    None where it names fewer than two things that are known, and where the graph does not answer: a search goes on
    without it.
    """
    names = names_in(question)
    if len(names) < 2 or platform.settings.neo4j_uri is None:
        return {}
    try:
        return _walk(platform, viewer, names)
    except AIBoxError as error:
        _LOG.warning("A search went on without the graph: %s", error)
        return {}


def _walk(platform: Platform, viewer: Viewer, names: Sequence[str]) -> dict[str, Near]:
    known = platform.graph.known(names)
    if len({frozenset(things) for things in known.values()}) < 2:
        return {}
    keys = {thing: keys for things in known.values() for thing, keys in things.items()}
    around = platform.graph.around(viewer, _parts(platform, viewer, keys))
    starts = {frozenset(thing for thing in things if around.counts[thing]) for things in known.values()}
    starts.discard(frozenset())
    if len(starts) < 2:
        return {}
    near = walk(around.counts, [sorted(start) for start in sorted(starts, key=sorted)])
    nearest = sorted(near.items(), key=lambda item: (-item[1].nearness, item[0]))[:NEAREST]
    return {
        chunk_id: replace(each, through=tuple(around.names[thing] for thing in each.through))
        for chunk_id, each in nearest
    }


def _parts(
    platform: Platform, viewer: Viewer, keys: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Part, ...]]:
    """What to ask the graph for each thing: its entities, those that people joined with them, and short names in the
    files that say so. It is less than ``things.explain`` finds, in two questions to the database."""
    every = {key: thing for thing, of_thing in keys.items() for key in of_thing}
    parts = {thing: {Part(key) for key in of_thing} for thing, of_thing in keys.items()}
    files: dict[tuple[str, str], set[str]] = defaultdict(set)
    for join in platform.names.joins(viewer, every):
        if join.full_key in every and join.short not in keys[every[join.full_key]]:
            files[every[join.full_key], join.short].add(join.file_id)
    for (thing, short), said_in in files.items():
        parts[thing].add(Part(short, tuple(sorted(said_in))))
    for decision in platform.names.decisions(viewer, every):
        for one, other in ((decision.one, decision.other), (decision.other, decision.one)):
            if one in every and decision.same:
                parts[every[one]].add(Part(other))
    return {thing: tuple(sorted(each, key=lambda part: part.key)) for thing, each in parts.items()}
