"""Arguments of agents' tools: what no tool can take is refused with its name, and not left out in silence."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, Tool
from pydantic import ValidationError


class StrictServer(MCPServer[Any]):
    """A server whose tools take the arguments they name, and no others: a mistyped filter would mean more than was
    thought.
    """

    async def list_tools(self) -> list[Tool]:
        """All tools, whose schemas say so."""
        return [
            tool.model_copy(update={"input_schema": {**tool.input_schema, "additionalProperties": False}})
            for tool in await super().list_tools()
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The answer of a tool.

        :raises ToolError: there is no such tool, it has no such argument, no store takes the text of one, or one is
            not what it should be.
        """
        tools = {tool.name: tool for tool in await self.list_tools()}
        if name not in tools:
            raise ToolError(f"Unknown tool: {name[:100]}. There are: {', '.join(tools)}.")
        _check_names(tools[name], arguments)
        _check_texts(arguments)
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(f"{name} was not called. {_in_words(error.__cause__)}") from error
            raise


def _check_names(tool: Tool, arguments: dict[str, Any]) -> None:
    known = tool.input_schema.get("properties", {})
    if unknown := sorted(arguments.keys() - known):
        named = ", ".join(repr(each[:100]) for each in unknown[:10])
        raise ToolError(f"{tool.name} knows no argument {named}. It takes: {', '.join(known) or 'none'}.")


def _in_words(error: ValidationError) -> str:
    """What is wrong with which arguments; the library's own words name its classes and lead to its own pages."""
    found = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}." for each in error.errors()]
    return " ".join(found[:10])


def _check_texts(arguments: dict[str, Any]) -> None:
    for name, value in arguments.items():
        if not isinstance(value, str):
            continue
        if "\0" in value:
            raise ToolError(f"The argument {name!r} has a NUL character (U+0000). Send it without.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ToolError(f"The argument {name!r} has half of a surrogate pair. Send it as valid Unicode.")
