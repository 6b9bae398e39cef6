"""Search: passages that answer a question, the answer in them, what is like them, what stands around."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer
from aibox_assets.api.bodies import Moment
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.routes.graph import RelationView, relation_view
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.passages import FoundPassage, Passage
from aibox_assets.services import ask as asking
from aibox_assets.services import search as service
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Role

router = APIRouter(tags=["Search"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "search"))]
ChunkId = Annotated[str, Path(max_length=200, description="As a search answers it.")]
Limit = Annotated[int, Query(ge=1, le=service.MOST)]


class PassageView(BaseModel):
    """A stretch of a file's text, and where it stands; offsets count Unicode code points of the parsed text."""

    file_id: str
    path: str
    owner: str
    media_type: str | None
    chunk_ids: tuple[str, ...] = Field(
        description="Of the chunks that it is made of, in the order of the text."
    )
    page: int | None = Field(description="Page or slide of its beginning.")
    sheet: str | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int
    text: str
    language: str


class SnippetView(BaseModel):
    """The part of a passage that shows why it was found."""

    text: str
    start: int = Field(description="Offset of the snippet in the passage's text.")
    matches: tuple[tuple[int, int], ...] = Field(
        description="Matching words, as offsets in the snippet's text."
    )


class FoundView(PassageView):
    """A passage that answers."""

    chunk_id: str = Field(description="Of the chunk of it that answers best.")
    score: float = Field(description="The probability that it answers, 0 to 1.")
    similarity: float | None = Field(
        description="Cosine to the question; null when it was not asked by meaning."
    )
    snippet: SnippetView
    copies: list[PassageView] = Field(description="Passages of nearly the same words, which it stands for.")
    through: list[str] = Field(
        [], description="Things that join it with those that the question names, where it names several."
    )


class SentenceView(BaseModel):
    """A sentence of a passage."""

    text: str
    score: float = Field(description="The probability that its passage answers, 0 to 1.")
    passage: int = Field(description="Its place in `passages`, from 0.")
    char_start: int = Field(description="In the file's parsed text; likewise `char_end`.")
    char_end: int


class WrittenView(BaseModel):
    """A sentence of a language model."""

    text: str
    passages: tuple[int, ...] = Field(description="Places in `passages` of those that say so, from 0.")


class AskedView(BaseModel):
    """What the files say to a question."""

    passages: list[FoundView] = Field(description="That answer, best first; none where nothing does.")
    sentences: list[SentenceView] = Field(description="Of these, that answer best.")
    written: list[WrittenView] | None = Field(
        description="By the language model that is set; null where there is none, or it did not answer."
    )
    relations: list[RelationView] = Field(
        description="Of what the question names, as far as the key may ask the graph."
    )
    notes: tuple[str, ...] = Field(description="E.g. that the language model did not answer.")


class Narrowed(BaseModel):
    """What a search is narrowed to."""

    owner: str | None = Field(None, max_length=100)
    file_id: list[str] = Field([], max_length=100)
    media_type: list[str] = Field([], max_length=20)
    language: list[str] = Field([], max_length=20, description="Of passages: `en`, `zh`, …")
    since: Moment | None = Field(None, description="Of files whose bytes changed then or later.")
    before: Moment | None = None
    limit: int = Field(10, ge=1, le=service.MOST)

    def filters(self) -> Filters:
        """As the service takes them."""
        return Filters(
            self.owner,
            self.file_id or None,
            self.media_type or None,
            self.since,
            self.before,
            self.language or None,
        )


class Question(Narrowed):
    """A search."""

    q: str = Field(min_length=1, max_length=1000, description="A question or words, English or Chinese.")


@router.get("/search")
def search(
    asked: Annotated[Question, Query()], caller: Reader, platform: PlatformOf
) -> Answer[list[FoundView]]:
    """The passages that answer a question, best first; none where nothing fits."""
    found = service.search(platform, caller.viewer, asked.q, asked.filters(), asked.limit)
    return Answer(data=[found_view(each) for each in found], message="" if found else "Nothing fits.")


@router.get("/ask")
def ask(
    caller: Reader,
    platform: PlatformOf,
    q: Annotated[str, Query(min_length=1, max_length=1000, description="A question, English or Chinese.")],
    owner: Annotated[
        str | None, Query(max_length=100, description="Only their files, and not the graph.")
    ] = None,
) -> Answer[AskedView]:
    """The sentences that answer a question, and what the graph says of what it names."""
    graph = caller.may(Role.READER, "graph")
    found = asking.ask(platform, caller.viewer, q, Filters(owner=owner), graph=graph)
    return Answer(data=asked_view(found), message="" if found.passages else "Nothing answers.")


@router.get("/chunks/{chunk_id}/similar")
def more_like(
    chunk_id: ChunkId, asked: Annotated[Narrowed, Query()], caller: Reader, platform: PlatformOf
) -> Answer[list[FoundView]]:
    """Passages that say what this one says, best first."""
    found = service.more_like(platform, caller.viewer, chunk_id, asked.filters(), asked.limit)
    return Answer(data=[found_view(each) for each in found])


@router.get("/chunks/{chunk_id}")
def passage(
    chunk_id: ChunkId,
    caller: Reader,
    platform: PlatformOf,
    before: Annotated[int, Query(ge=0, le=service.AROUND, description="Neighbours before it.")] = 0,
    after: Annotated[int, Query(ge=0, le=service.AROUND, description="Neighbours behind it.")] = 0,
) -> Answer[PassageView]:
    """A passage with its neighbours."""
    return Answer(data=passage_view(service.passage(platform, caller.viewer, chunk_id, before, after)))


def asked_view(found: asking.Answer) -> AskedView:
    """As it is sent."""
    places = {id(each): place for place, each in enumerate(found.passages)}
    written = found.written
    return AskedView(
        passages=[found_view(each) for each in found.passages],
        sentences=[
            SentenceView(
                text=each.text,
                score=each.score,
                passage=places[id(each.passage)],
                char_start=each.char_start,
                char_end=each.char_end,
            )
            for each in found.sentences
        ],
        written=None if written is None else [WrittenView(**asdict(each)) for each in written],
        relations=[relation_view(each) for each in found.relations],
        notes=found.notes,
    )


def passage_view(passage: Passage) -> PassageView:
    """As it is sent."""
    return PassageView(**{name: getattr(passage, name) for name in PassageView.model_fields})


def found_view(found: FoundPassage) -> FoundView:
    """As it is sent."""
    return FoundView(
        **passage_view(found.passage).model_dump(),
        chunk_id=found.chunk_id,
        score=found.score,
        similarity=found.similarity,
        snippet=SnippetView(**asdict(found.snippet)),
        copies=[passage_view(each) for each in found.copies],
        through=list(found.through),
    )
