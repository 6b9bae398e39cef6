"""The knowledge graph: entities, what is said of them and where, and who is connected to whom."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer, Page
from aibox_assets.api.bodies import Body
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.problems import not_found
from aibox_assets.services import graph as service
from aibox_assets.services.graph import Named, Stated
from aibox_assets.services.signing_in import Caller
from aibox_assets.services.things import Thing, find_thing
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.graph_records import GraphEdge, GraphEntity, GraphPath, GraphRelation

router = APIRouter(prefix="/graph", tags=["Graph"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "graph"))]
Admin = Annotated[Caller, Depends(needs(Role.ADMIN, "graph"))]
_BY_NAME: Final = (
    "Its beginning, else that of its second or third word, else a part of it; for a part a page looks through 5,000 "
    "names, so that it may be empty and still have a `next`."
)
Key = Annotated[str, Path(max_length=500, description="As `GET /graph/entities` answers it.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=500)]

MAX_HOPS = 6


class EntityView(BaseModel):
    """A person, an organization, a place, …; counts are of what the caller sees."""

    key: str
    name: str
    type: str
    mentions: int
    files: int


class RelationView(BaseModel):
    """A relation as one file states it, with the surest words that say so."""

    head: str
    head_type: str
    head_key: str
    relation: str
    tail: str
    tail_type: str
    tail_key: str
    confidence: float
    file_id: str
    path: str
    chunk_id: str
    chunk_ids: tuple[str, ...]
    evidence: str
    char_start: int = Field(description="Of the evidence in the file's parsed text; likewise `char_end`.")
    char_end: int
    tense: str = Field("", description="`past` or `future` where the words say so.")
    page: int | None = None
    sheet: str | None = None


class MentionView(BaseModel):
    """A chunk that names an entity."""

    file_id: str
    path: str
    chunk_id: str
    name: str
    count: int
    confidence: float
    page: int | None
    sheet: str | None
    char_start: int | None
    char_end: int | None


class EdgeView(BaseModel):
    """A relation for a drawing: once, however many files state it."""

    head_key: str
    head: str
    head_type: str
    relation: str
    tail_key: str
    tail: str
    tail_type: str
    confidence: float
    files: int


class PathView(BaseModel):
    """A chain of entities, with the surest relation between each two neighbours."""

    keys: tuple[str, ...]
    relations: list[RelationView]


class EntityPage(BaseModel):
    """An entity with what is said of it."""

    entity: EntityView
    relations: Page[RelationView]
    mentions: Page[MentionView]


class FreeQuestion(Body):
    """A question in Cypher that only reads."""

    cypher: str = Field(min_length=1, max_length=20_000)
    parameters: dict[str, Any] = Field({}, max_length=100)
    limit: int = Field(1000, ge=1, le=10_000, description="Most rows.")
    seconds: float = Field(10, gt=0, le=30)


class FreeRows(BaseModel):
    """Rows of values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = Field(description="There were more rows than asked for.")


@router.get("/entities")
def find_entities(
    caller: Reader,
    platform: PlatformOf,
    name: Annotated[str, Query(max_length=200, description=_BY_NAME)] = "",
    type: Annotated[str | None, Query(max_length=50)] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Answer[Page[EntityView]]:
    """Entities by name."""
    found = platform.graph.entities(caller.viewer, name, type_=type, limit=limit, after=cursor, windows=1)
    return Answer(data=Page(items=[entity_view(each) for each in found.items], next=found.next))


@router.get("/entities/{key:path}")
def read_entity(
    key: Key,
    caller: Reader,
    platform: PlatformOf,
    limit: Limit = 50,
    relations_cursor: Cursor = None,
    mentions_cursor: Cursor = None,
) -> Answer[EntityPage]:
    """An entity, what is said of it, and where it is named."""
    thing = find_thing(platform, caller.viewer, key)
    if thing is None:
        raise not_found("entity")
    relations, mentions = service.stated_and_named(
        platform, caller.viewer, thing.parts, limit, relations_cursor, mentions_cursor
    )
    return Answer(
        data=EntityPage(
            entity=entity_view(thing),
            relations=Page(items=[stated_view(each) for each in relations.items], next=relations.next),
            mentions=Page(items=[_mention(each) for each in mentions.items], next=mentions.next),
        )
    )


@router.get("/edges")
def read_edges(
    caller: Reader,
    platform: PlatformOf,
    key: Annotated[list[str], Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=2000)] = 200,
) -> Answer[list[EdgeView]]:
    """What surrounds some entities, for a drawing; what most files state comes first."""
    return Answer(data=[_edge(each) for each in platform.graph.edges(caller.viewer, key, limit=limit)])


@router.get("/path")
def find_path(
    caller: Reader,
    platform: PlatformOf,
    start: Annotated[str, Query(min_length=1, max_length=500, description="A key or a name.")],
    end: Annotated[str, Query(min_length=1, max_length=500)],
    hops: Annotated[int, Query(ge=1, le=MAX_HOPS)] = 4,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Answer[list[PathView]]:
    """The shortest ways from one entity to another; none where nothing connects them that the caller sees."""
    return Answer(
        data=[
            path_view(each) for each in service.find_paths(platform, caller.viewer, start, end, hops, limit)
        ]
    )


@router.post("/query")
def query(asked: FreeQuestion, caller: Admin, platform: PlatformOf) -> Answer[FreeRows]:
    """A question in Cypher, for admins; the database itself refuses a write."""
    found = platform.graph.query_readonly(
        asked.cypher, asked.parameters, caller.viewer, seconds=asked.seconds, limit=asked.limit
    )
    return Answer(data=FreeRows(columns=found.columns, rows=found.rows, truncated=found.truncated))


def stated_view(stated: Stated) -> RelationView:
    """A relation with the page or sheet of its evidence."""
    place = stated.place
    return relation_view(stated.relation, place.page if place else None, place.sheet if place else None)


def relation_view(relation: GraphRelation, page: int | None = None, sheet: str | None = None) -> RelationView:
    """As it is sent."""
    values = {name: getattr(relation, name) for name in GraphRelation.__slots__}
    return RelationView(**values, page=page, sheet=sheet)


def _mention(named: Named) -> MentionView:
    mention, place = named.mention, named.place
    return MentionView(
        file_id=mention.file_id,
        path=mention.path,
        chunk_id=mention.chunk_id,
        name=mention.name,
        count=mention.count,
        confidence=mention.confidence,
        page=place.page if place else None,
        sheet=place.sheet if place else None,
        char_start=place.char_start if place else None,
        char_end=place.char_end if place else None,
    )


def entity_view(entity: GraphEntity | Thing) -> EntityView:
    """As it is sent."""
    return EntityView(**{name: getattr(entity, name) for name in EntityView.model_fields})


def _edge(edge: GraphEdge) -> EdgeView:
    return EdgeView(**{name: getattr(edge, name) for name in EdgeView.model_fields})


def path_view(path: GraphPath) -> PathView:
    """As it is sent."""
    return PathView(keys=path.keys, relations=[relation_view(each) for each in path.relations])
