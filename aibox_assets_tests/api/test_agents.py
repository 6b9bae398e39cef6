"""Agents over the Model Context Protocol, by the SDK's own client over real HTTP and over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from aibox_assets import __version__
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.settings import Settings
from aibox_assets_tests.api.test_search_and_graph import WU, documents, settings

__all__ = ["documents", "settings"]

pytestmark = pytest.mark.integration

TOOLS = {
    *("search_documents", "answer_question", "read_passage", "list_files", "describe_file"),
    *("find_entities", "describe_entity", "connect_entities", "remember", "recall"),
}

Work = Callable[[Client], Awaitable[Any]]


def over_http(api: str, key: str, work: Work) -> Any:
    async def run() -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        http = httpx2.AsyncClient(headers=headers, trust_env=False, timeout=60)
        async with http, Client(streamable_http_client(f"{api}/mcp", http_client=http)) as client:
            return await work(client)

    return asyncio.run(run())


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    return answer.structured_content.get("result", answer.structured_content)


@pytest.mark.usefixtures("documents")
def test_an_agent_finds_reads_and_connects(
    api: str, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(platform), "active_space", None)  # by words
    key, _ = make_key(platform, "eve", "agent", scopes=("files", "search", "graph", "memory"))

    async def work(client: Client) -> None:
        assert client.server_info is not None
        assert client.server_info.version == __version__
        assert {tool.name for tool in (await client.list_tools()).tools} >= TOOLS
        (listed,) = await call(client, "list_files")
        assert listed == await call(client, "describe_file", file_id="eve-1")
        assert (listed["path"], listed["owner"], listed["state"]) == ("eve/eve-1.txt", "eve", "queued")
        found = (await call(client, "find_entities", name="Jane"))[0]
        assert found["key"] == WU
        said = (await call(client, "describe_entity", key=WU))["relations"][0]
        assert (said["relation"], said["path"], said["char_end"]) == ("FOUNDED", "eve/eve-1.txt", 40)
        ways = await call(client, "connect_entities", start="Jane Wu", end="Acme")
        assert ways[0]["relations"][0]["evidence"].startswith("Jane Wu")
        answer = await call(client, "answer_question", question="Who founded Acme?")
        assert [each["relation"] for each in answer["relations"]] == ["FOUNDED"]
        unknown = await client.call_tool("connect_entities", {"start": "Jane Woo", "end": "Acme"})
        assert unknown.is_error
        assert "'Jane Woo'" in unknown.content[0].text
        assert "Jane Wu" in unknown.content[0].text
        stranger = await client.call_tool("search_documents", {"query": "Acme", "owner": "nobody"})
        assert stranger.is_error
        assert "'nobody'" in stranger.content[0].text
        assert "of eve" in stranger.content[0].text
        await call(client, "remember", key="plan", value="讀完第二頁")
        assert await call(client, "recall", key="plan") == "讀完第二頁"

    over_http(api, key, work)


@pytest.mark.usefixtures("documents")
def test_an_agent_sees_what_its_key_s_owner_sees(api: str, platform: Platform) -> None:
    key, _ = make_key(platform, "bob", "agent")

    async def work(client: Client) -> Any:
        assert [file["path"] for file in await call(client, "list_files")] == ["bob/bob-1.txt"]
        assert await call(client, "find_entities", name="Jane") == []
        return await client.call_tool("describe_entity", {"key": WU})

    answer = over_http(api, key, work)
    assert answer.is_error
    assert "no such entity" in answer.content[0].text


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("list_files", {"limt": 3}, ("'limt'", "text, limit")),
        ("search_documents", {"query": "Acme", "file": "a.txt", "kind": "pdf"}, ("'file', 'kind'", "owner")),
        ("search_documents", {"query": "Ac\0me"}, ("'query'", "NUL")),
        ("list_files", {"text": "a\0"}, ("'text'", "NUL")),
        ("describe_entity", {"key": "\0"}, ("'key'", "NUL")),
        ("connect_entities", {"start": "Jane Wu", "end": "Acme\0"}, ("'end'", "NUL")),
        ("remember", {"key": "plan", "value": "a\0b"}, ("'value'", "NUL")),
        (
            "list_files",
            {"limit": 1000},
            ("was not called. limit: Input should be less than or equal to 100.",),
        ),
        ("search_documents", {"limit": 3}, ("query: Field required.",)),
    ],
)
def test_arguments_that_no_tool_can_take_are_named(
    api: str, platform: Platform, tool: str, arguments: dict[str, Any], told: tuple[str, ...]
) -> None:
    key, _ = make_key(platform, "eve", "agent", scopes=("files", "search", "graph", "memory"))
    answer = over_http(api, key, lambda client: client.call_tool(tool, arguments))
    assert answer.is_error
    assert all(each in answer.content[0].text for each in told), answer.content[0].text
    assert "pydantic" not in answer.content[0].text


def test_tools_say_that_they_take_no_other_arguments(api: str, platform: Platform) -> None:
    key, _ = make_key(platform, "eve", "agent")
    tools = over_http(api, key, lambda client: client.list_tools()).tools
    assert {
        tool.name for tool in tools if tool.input_schema.get("additionalProperties") is not False
    } == set()


def test_a_key_without_the_scope_is_told_so(api: str, platform: Platform) -> None:
    key, _ = make_key(platform, "eve", "agent", scopes=("memory",))

    async def work(client: Client) -> Any:
        return await client.call_tool("search_documents", {"query": "Acme"})

    answer = over_http(api, key, work)
    assert answer.is_error
    assert "may not use search" in answer.content[0].text


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT"])
def test_nothing_is_left_open_where_there_is_nothing_to_say(
    api: str, platform: Platform, method: str
) -> None:
    key, _ = make_key(platform, "eve", "agent")
    headers = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
    answer = httpx.request(method, f"{api}/mcp", headers=headers, trust_env=False, timeout=10)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert method == "HEAD" or answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}])
def test_strangers_are_refused(api: str, headers: dict[str, str]) -> None:
    answer = httpx.post(
        f"{api}/mcp", headers=headers, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, timeout=60
    )
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


@pytest.mark.usefixtures("documents")
def test_an_agent_on_this_machine_is_served_over_standard_input(
    settings: Settings, platform: Platform, people: object
) -> None:
    key, _ = make_key(platform, "eve", "agent")
    address = settings.database_url
    assert address is not None
    assert settings.redis_url is not None
    environment = {
        **os.environ,
        "AIBOX_HOME": str(settings.home),
        "DATABASE_URL": address.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "NEO4J_URI": settings.neo4j_uri or "",
        "NEO4J_USER": settings.neo4j_user,
        "NEO4J_PASSWORD": settings.neo4j_password.get_secret_value(),
        **({"NEO4J_DATABASE": settings.neo4j_database} if settings.neo4j_database else {}),
        "AIBOX_TOKEN": key,
        "AIBOX_SECRET_KEY": "a secret of the tests, and of nobody else",
    }
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "aibox_assets.cli.main", "mcp"], env=environment
    )

    async def run() -> None:
        async with Client(stdio_client(command)) as client:
            assert (await call(client, "find_entities", name="Jane"))[0]["key"] == WU
            assert await call(client, "find_entities", name="Max") == []

    asyncio.run(run())
