"""The knowledge for agents: a server of the Model Context Protocol, at ``/mcp`` and on standard input and output.

Each tool answers with file, page and characters, and with the rights of whoever's key it was called with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, cast

from fastapi import FastAPI, Request
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from aibox_assets import __version__
from aibox_assets.api.arguments import StrictServer
from aibox_assets.api.problems import ProblemError, problem_of
from aibox_assets.api.routes.graph import (
    MAX_HOPS,
    EntityView,
    PathView,
    RelationView,
    entity_view,
    path_view,
    stated_view,
)
from aibox_assets.api.routes.search import (
    AskedView,
    FoundView,
    PassageView,
    asked_view,
    found_view,
    passage_view,
)
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.filters import Filters
from aibox_assets.resources.platform import Platform
from aibox_assets.services import ask, graph, search
from aibox_assets.services.signing_in import Caller, NotSignedInError, identify
from aibox_assets.services.things import find_thing
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.files import CHUNKS, KG_TRIPLES, FileRecord
from aibox_assets.stores.listing import FileFilter

INSTRUCTIONS: Final = (
    "Documents of an organization, searchable by meaning and by word in English and Chinese, and a knowledge graph "
    "made of them. Quote what you use with its file, page and characters. Search first; read the neighbours of a "
    "passage before you rely on it; ask the graph who is connected to what."
)
MOST: Final = 20
_READS: Final = ToolAnnotations(read_only_hint=True)

Who = Callable[[Context], Caller]


class FileView(BaseModel):
    """A file."""

    id: str
    path: str
    owner: str
    media_type: str | None
    size: int = Field(description="Bytes.")
    state: str
    chunks: int | None
    triples: int | None
    error: str | None


class EntityAnswer(BaseModel):
    """An entity and what is said of it."""

    entity: EntityView
    relations: list[RelationView]


def make_server(platform: Platform, who: Who) -> MCPServer[Any]:
    """The tools over *platform*.

    :param who: the caller of a tool.
    """
    server = StrictServer(
        "aibox-assets", title="AI-Box assets", instructions=INSTRUCTIONS, version=__version__
    )

    def allowed(context: Context, area: str) -> Caller:
        caller = who(context)
        if not caller.may(Role.READER, area):
            raise ToolError(f"This key may not use {area}.")
        return caller

    @server.tool(annotations=_READS)
    def search_documents(
        query: Annotated[str, Field(min_length=1, max_length=1000, description="A question or words.")],
        context: Context,
        limit: Annotated[int, Field(ge=1, le=MOST)] = 5,
        owner: Annotated[str | None, Field(max_length=100, description="Only files of this account.")] = None,
    ) -> list[FoundView]:
        """Passages that answer a question, best first, each with its file, page and characters."""
        caller = allowed(context, "search")
        filters = Filters(owner=owner)
        return [
            found_view(each) for each in _told(search.search, platform, caller.viewer, query, filters, limit)
        ]

    @server.tool(annotations=_READS)
    def answer_question(
        question: Annotated[str, Field(min_length=1, max_length=1000, description="English or Chinese.")],
        context: Context,
        owner: Annotated[
            str | None, Field(max_length=100, description="Only files of this account, and not the graph.")
        ] = None,
    ) -> AskedView:
        """The sentences that answer a question, each with its passage, and what the graph says of what it names."""
        caller = allowed(context, "search")
        graph_too = caller.may(Role.READER, "graph")
        filters = Filters(owner=owner)
        return asked_view(_told(ask.ask, platform, caller.viewer, question, filters, graph=graph_too))

    @server.tool(annotations=_READS)
    def read_passage(
        chunk_id: Annotated[str, Field(max_length=200)],
        context: Context,
        before: Annotated[int, Field(ge=0, le=search.AROUND)] = 1,
        after: Annotated[int, Field(ge=0, le=search.AROUND)] = 1,
    ) -> PassageView:
        """A passage with what stands before and behind it in its file."""
        caller = allowed(context, "search")
        return passage_view(_told(search.passage, platform, caller.viewer, chunk_id, before, after))

    @server.tool(annotations=_READS)
    def list_files(
        context: Context,
        text: Annotated[str | None, Field(max_length=200, description="A part of the path.")] = None,
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
    ) -> list[FileView]:
        """Files, the newest first."""
        caller = allowed(context, "files")
        chosen = FileFilter(name=text or None)
        records, _ = _told(platform.listing.page, caller.viewer, chosen, limit=limit)
        return [_file(record) for record in records]

    @server.tool(annotations=_READS)
    def describe_file(file_id: Annotated[str, Field(max_length=300)], context: Context) -> FileView:
        """One file: how it stands, and what came of it."""
        caller = allowed(context, "files")
        record = _told(platform.listing.get, file_id, caller.viewer)
        if record is None:
            raise ToolError("There is no such file that you can see.")
        return _file(record)

    @server.tool(annotations=_READS)
    def find_entities(
        name: Annotated[str, Field(min_length=1, max_length=200)],
        context: Context,
        limit: Annotated[int, Field(ge=1, le=MOST)] = 10,
    ) -> list[EntityView]:
        """People, organizations, places and other things by name; their keys lead on."""
        caller = allowed(context, "graph")
        page = _told(platform.graph.entities, caller.viewer, name, limit=limit)
        return [entity_view(each) for each in page.items]

    @server.tool(annotations=_READS)
    def describe_entity(
        key: Annotated[str, Field(max_length=500)],
        context: Context,
        limit: Annotated[int, Field(ge=1, le=100)] = 30,
    ) -> EntityAnswer:
        """What the documents say of an entity, each statement with its words and place."""
        caller = allowed(context, "graph")
        thing = _told(find_thing, platform, caller.viewer, key)
        if thing is None:
            raise ToolError("There is no such entity that you can see.")
        stated = _told(graph.stated_of, platform, caller.viewer, thing.parts, limit)
        return EntityAnswer(entity=entity_view(thing), relations=[stated_view(each) for each in stated.items])

    @server.tool(annotations=_READS)
    def connect_entities(
        start: Annotated[str, Field(min_length=1, max_length=500, description="A key or a name.")],
        end: Annotated[str, Field(min_length=1, max_length=500)],
        context: Context,
        hops: Annotated[int, Field(ge=1, le=MAX_HOPS)] = 4,
    ) -> list[PathView]:
        """The shortest ways from one entity to another."""
        caller = allowed(context, "graph")
        return [
            path_view(each) for each in _told(graph.find_paths, platform, caller.viewer, start, end, hops, 3)
        ]

    @server.tool()
    def remember(
        key: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,200}$")],
        value: Annotated[str, Field(max_length=100_000)],
        context: Context,
    ) -> str:
        """Keep a note for an hour, for this account alone."""
        caller = allowed(context, "memory")
        _told(platform.live.remember, f"{caller.account}/{key}", value)
        return "kept"

    @server.tool(annotations=_READS)
    def recall(
        key: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,200}$")], context: Context
    ) -> str | None:
        """A note that was kept within the hour."""
        caller = allowed(context, "memory")
        return cast("str | None", _told(platform.live.recall, f"{caller.account}/{key}"))

    return server


def mount_agents(app: FastAPI, platform: Platform) -> None:
    """Serve agents at ``/mcp``, each request of which names a key."""

    def who(context: Context) -> Caller:
        request = cast("Request", context.request_context.request)
        return cast("Caller", request.scope["state"]["caller"])

    server = make_server(platform, who)
    served = server.streamable_http_app(
        streamable_http_path="/mcp",
        json_response=True,
        stateless_http=True,
        # Whoever calls needs a key, which no page of another origin has.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    route = next(route for route in served.routes if isinstance(route, Route))
    app.router.routes.append(Route(route.path, _SignedIn(route.app, platform)))
    begin = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with begin(app) as state, server.session_manager.run():
            yield state

    app.router.lifespan_context = lifespan


class _SignedIn:
    """Lets nobody through who does not say who they are."""

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app, self._platform = app, platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scheme, _, bearer = Headers(scope=scope).get("authorization", "").partition(" ")
            try:
                if scheme.lower() != "bearer":
                    raise NotSignedInError(
                        "This needs a token or a key.", "Send it as 'Authorization: Bearer …'."
                    )
                caller = await run_in_threadpool(identify, self._platform, bearer.strip())
                # GET asks for a stream of what we say by ourselves, which is nothing and never ends.
                if scope["method"] != "POST":
                    raise ProblemError(
                        405,
                        "method_not_allowed",
                        f"This takes POST, not {scope['method']}.",
                        "Send it a message of the Model Context Protocol.",
                        {"Allow": "POST"},
                    )
            except (AIBoxError, ProblemError) as error:
                response = problem_of(Request(scope), error)
                await response(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


def _told(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The result of *call*; an error is said to the agent with its remedy."""
    try:
        return call(*args, **kwargs)
    except AIBoxError as error:
        raise ToolError(str(error)) from error


def _file(record: FileRecord) -> FileView:
    return FileView(
        id=record.id,
        path=record.display_path,
        owner=record.user_id,
        media_type=record.media_type,
        size=record.size,
        state=str(record.status),
        chunks=record.counts.get(CHUNKS),
        triples=record.counts.get(KG_TRIPLES),
        error=record.error,
    )
