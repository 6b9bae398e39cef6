"""Things: which entities of the graph are one, for a viewer, and what people say about that.

A thing is made when it is asked for, of names of one form (in the graph), of what the viewer's files show, and of
people's decisions (in Postgres). So nothing has to be computed again when a file goes, a decision is undone or the
graph is built anew, and a viewer's answer hangs on nothing that it may not see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.errors import PermanentError
from aibox_assets.domain.resolve import Link, cluster, form_of_key, is_adjective
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.graph_records import GraphEntity, Part
from aibox_assets.stores.names import Decision, FileJoin

_ROUNDS: Final = 4
_MOST: Final = 200
"""Entities that one thing may have; more is a fault of the rules, not a thing."""
_SAME_FORM: Final = 0.99
_EVERYWHERE: Final = frozenset({"paired", "acronym"})
"""Reasons that hold in every file, as long as the viewer's files agree on what the short name stands for."""


class UnknownEntityError(PermanentError):
    """The viewer sees no entity of that key."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing, as its viewer may know it.

    :ivar key: of its most mentioned entity, which gives its name; of an adjective only where there is no other.
    :ivar entities: all of its names, the most mentioned first.
    :ivar parts: those, and short names that stand for it in some files alone.
    """

    key: str
    name: str
    type: str
    entities: tuple[GraphEntity, ...]
    parts: tuple[Part, ...]
    mentions: int
    files: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why names are one thing.

    :ivar same_form: pairs of keys. :ivar joins: what files show. :ivar decisions: of people.
    """

    thing: Thing
    same_form: tuple[tuple[str, str], ...]
    joins: tuple[FileJoin, ...]
    decisions: tuple[Decision, ...]


def find_thing(platform: Platform, viewer: Viewer, key: str) -> Thing | None:
    """The thing of an entity; None where the viewer sees no mention of it."""
    explained = explain(platform, viewer, key)
    return explained.thing if explained else None


def parts_of(platform: Platform, viewer: Viewer, key: str) -> tuple[Part, ...]:
    """What to ask the graph for; none where the viewer sees no mention of the entity."""
    thing = find_thing(platform, viewer, key)
    return thing.parts if thing else ()


def explain(platform: Platform, viewer: Viewer, key: str) -> Explanation | None:
    """The thing of an entity, with all that speaks for it."""
    seen = platform.graph.describe(viewer, [key])
    if key not in seen:
        return None
    same_form: set[tuple[str, str]] = set()
    joins: dict[tuple[str, str, str], FileJoin] = {}
    decisions: dict[int, Decision] = {}
    frontier, asked = {key}, set[str]()
    for _ in range(_ROUNDS):
        asked |= frontier
        near = {other for _, other in same_form}
        for one, entity in platform.graph.siblings(viewer, sorted(frontier)):
            same_form.add((min(one, entity.key), max(one, entity.key)))
            seen[entity.key] = entity
            near.add(entity.key)
        found = platform.names.joins(viewer, frontier)
        # What else a short name stands for tells whether it may be believed everywhere.
        found += platform.names.joins(viewer, {join.short for join in found} - frontier)
        joins |= {(join.file_id, join.short, join.full_key): join for join in found}
        for decision in platform.names.decisions(viewer, frontier):
            decisions[decision.id] = decision
            near |= {decision.one, decision.other}
        near |= {end for link in _everywhere(joins.values()) for end in (link.one, link.other)}
        unknown = near - seen.keys()
        seen |= platform.graph.describe(viewer, sorted(unknown)) if unknown else {}
        frontier = {near_key for near_key in near if near_key in seen} - asked
        if not frontier or len(seen) > _MOST:
            break
    return _made(platform, viewer, key, seen, same_form, list(joins.values()), list(decisions.values()))


def decide(platform: Platform, viewer: Viewer, one: str, other: str, same: bool, author: str) -> Decision:
    """Say that two entities are one thing, or two. An admin's word is for all, anybody else's for the author alone.

    :raises UnknownEntityError: the viewer does not see both. :raises ValueError: they are one entity.
    """
    if one == other:
        raise ValueError("Give two different entities.")
    seen = platform.graph.describe(viewer, [one, other])
    for key in (one, other):
        if key not in seen:
            raise UnknownEntityError(
                f"There is no entity {key!r}.", "'aibox graph explain NAME' shows the keys of a name."
            )
    return platform.names.decide(one, other, same, viewer, author)


def _made(
    platform: Platform,
    viewer: Viewer,
    key: str,
    seen: dict[str, GraphEntity],
    same_form: Collection[tuple[str, str]],
    joins: list[FileJoin],
    decisions: list[Decision],
) -> Explanation:
    links = [Link(one, other, _SAME_FORM) for one, other in same_form] + _everywhere(joins)
    said: dict[frozenset[str], bool] = {}
    # A viewer's own word comes before an admin's, and a later one before an earlier one.
    for decision in sorted(decisions, key=lambda decision: (decision.for_all, -decision.id)):
        said.setdefault(frozenset((decision.one, decision.other)), decision.same)
    links += [Link(min(pair), max(pair), 1.0) for pair, same in said.items() if same]
    forbidden = {pair for pair, same in said.items() if not same}
    (group,) = (one for one in cluster(seen, links, forbidden) if key in one)
    within: dict[str, set[str]] = defaultdict(set)
    for join in joins:
        apart = any(frozenset((join.short, member)) in forbidden for member in group)
        if join.full_key in group and join.short not in group and not apart:
            within[join.short].add(join.file_id)
    entities = sorted((seen[member] for member in group), key=_prominence)
    parts = (
        *(Part(entity.key) for entity in entities),
        *(Part(short, tuple(sorted(files))) for short, files in sorted(within.items())),
    )
    mentions, files = platform.graph.counts_of(viewer, parts)
    first = entities[0]
    thing = Thing(first.key, first.name, first.type, tuple(entities), parts, mentions, files)
    shown = group | within.keys()
    return Explanation(
        thing,
        tuple(sorted(pair for pair in same_form if set(pair) <= group)),
        tuple(sorted((j for j in joins if {j.short, j.full_key} & group and {j.short} <= shown), key=_place)),
        tuple(sorted((d for d in decisions if {d.one, d.other} & group), key=lambda d: d.id)),
    )


def _prominence(entity: GraphEntity) -> tuple[bool, int, str]:
    """The name that a thing is shown by comes first: the most mentioned that is not only an adjective."""
    return is_adjective(entity.type, entity.name), -entity.mentions, entity.key


def _everywhere(joins: Iterable[FileJoin]) -> list[Link]:
    """Links of those joins that hold in every file."""
    fulls: dict[str, set[str]] = defaultdict(set)
    reasons: dict[str, set[str]] = defaultdict(set)
    found = list(joins)
    for join in found:
        fulls[join.short].add(form_of_key(join.full_key))
        reasons[join.short].add(join.reason)
    return [
        Link(join.short, join.full_key, join.score)
        for join in found
        if len(fulls[join.short]) == 1 and reasons[join.short] <= _EVERYWHERE
    ]


def _place(join: FileJoin) -> tuple[str, str, str]:
    return join.short, join.full_key, join.file_id
