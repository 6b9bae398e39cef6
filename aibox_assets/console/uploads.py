"""The place where people drop files: each is sent to the API by the browser itself, with a bar of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from nicegui import ui

from aibox_assets.console.visit import Visit

_SCRIPT: Final = Path(__file__).with_name("uploads.js")


def drop_zone(visit: Visit) -> None:
    """Drop files or folders here, or choose them."""
    words = {
        "sent": visit("sent"),
        "known": visit("was here already"),
        "failed": visit("failed; tried again by itself"),
        "refused": visit("refused"),
        "waiting": visit("waits"),
        "lost": visit("failed"),
        "again": visit("Try again"),
        "count": visit("Files sent: {sent} of {all}"),
        "retold": visit.language != "en",
    }
    ui.on("upload-refused", lambda event: _retell(visit, event.args))
    ui.add_body_html(f"<script>window.aiboxUploadWords = {json.dumps(words, ensure_ascii=False)};</script>")
    ui.add_body_html(f"<script>{_SCRIPT.read_text(encoding='utf-8')}</script>")
    with ui.element("section").classes("console-drop").props('id="drop"'):
        ui.icon("upload_file").classes("text-2xl").props('aria-hidden="true"')
        ui.label(visit("Drop files or folders here"))
        with ui.row():
            _chooser(visit("Choose files"), "multiple")
            _chooser(visit("Choose a folder"), "webkitdirectory")
        ui.label().classes("console-quiet").props('id="upload-count" role="status"')
        ui.element("ul").classes("console-uploads").props('id="uploads" aria-live="polite"')


def _retell(visit: Visit, args: object) -> None:
    """Say in the reader's language why one was refused: its number on the page, reason and remedy."""
    match args:
        case [int(number), str(reason), str(remedy)]:
            said = visit.sentences(reason, remedy)
            ui.run_javascript(f"aiboxUploads.retell({number}, {json.dumps(said)})")


def _chooser(name: str, attributes: str) -> None:
    with ui.element("label").classes("console-choose"):
        ui.label(name)
        ui.element("input").props(f'type=file {attributes} class="console-file-input"')
