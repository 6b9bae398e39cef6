"""Arguments of agents' tools, without a platform."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from mcp.server.mcpserver.exceptions import ToolError

from aibox_assets.api.arguments import StrictServer


def called(tool: str, arguments: dict[str, Any]) -> Any:
    server = StrictServer("test")

    @server.tool()
    def echo(text: str, times: int = 1) -> str:
        """Say it again."""
        return text * times

    return asyncio.run(server.call_tool(tool, arguments))


def test_what_a_tool_takes_it_gets() -> None:
    assert called("echo", {"text": "資 a", "times": 2}).structured_content == {"result": "資 a資 a"}


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("echo", {"text": "a", "time": 2}, "echo knows no argument 'time'. It takes: text, times."),
        ("echo", {"text": "\0"}, "The argument 'text' has a NUL character"),
        ("echo", {"text": "a\ud800"}, "The argument 'text' has half of a surrogate pair"),
        ("ecko", {"text": "a"}, "Unknown tool: ecko. There are: echo."),
    ],
)
def test_what_no_tool_can_take_is_named(tool: str, arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(ToolError, match=told):
        called(tool, arguments)
