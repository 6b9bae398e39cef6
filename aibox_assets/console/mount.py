"""The console on the API's application, at ``/``, after all other routes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from nicegui import app as console
from nicegui import ui

from aibox_assets.console.live import Pulse
from aibox_assets.console.pages import file, files, graph, health, me, people, search, work
from aibox_assets.console.pages.otherwise import answer_otherwise
from aibox_assets.resources.platform import Platform

PAGES = (files, file, search, graph, work, health, people, me)
"""Each says its paths by itself when it is imported."""


def mount_console(app: FastAPI, platform: Platform) -> None:
    """Serve the console; once in a process, since NiceGUI has one application."""
    console.state.platform, console.state.pulse = platform, Pulse()
    answer_otherwise(app)
    options: dict[str, Any] = {"title": "AI-Box assets", "dark": None, "show_welcome_message": False}
    ui.run_with(app, mount_path="/", reconnect_timeout=20.0, binding_refresh_interval=None, **options)
