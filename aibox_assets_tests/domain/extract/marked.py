"""Texts of tests whose names are marked with their types: "[O:Acme] sells nails"; "[O?:Acme]" where that is unsure."""

from __future__ import annotations

from aibox_assets.domain.models import Mention


def read_marked(marked: str) -> tuple[str, list[Mention]]:
    """The text, and its names."""
    text, names = "", []
    for i, part in enumerate(marked.replace("]", "[").split("[")):
        if i % 2:
            type_, name = part.split(":")
            sure = 0.5 if type_.endswith("?") else 0.9
            names.append(Mention(len(text), len(text) + len(name), name, type_.rstrip("?"), name, sure))
            text += name
        else:
            text += part
    return text, names
