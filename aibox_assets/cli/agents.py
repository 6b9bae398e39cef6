"""``aibox mcp``: the knowledge for an agent on this machine."""

from __future__ import annotations

import typer

from aibox_assets.cli import remote
from aibox_assets.cli.console import reported_errors
from aibox_assets.services.signing_in import Caller, identify
from aibox_assets.stores.accounts import Role


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command(name="mcp")(serve_agents)


def serve_agents() -> None:
    """Serve agents by the Model Context Protocol, on standard input and output.

    With AIBOX_TOKEN, a key of 'aibox keys create', they see what its owner sees; else everything, as you do.
    """
    from aibox_assets.api.agents import make_server

    with reported_errors(as_json=False):
        platform = remote.here()
        token = platform.settings.token
        caller = Caller("", Role.ADMIN) if token is None else identify(platform, token.get_secret_value())
    make_server(platform, lambda _: caller).run("stdio")
