"""A parser that was taken over: it runs its documents as Python code, within all the limits of a parsing child.

Arguments: the layers to leave out, by comma, as on a kernel that has them not; then what a parsing child gets.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

from aibox_assets.domain.models import Block, ParsedDocument
from aibox_assets.domain.parse import ParseLimits
from aibox_assets.sandbox import confinement, landlock, seccomp
from aibox_assets.sandbox.child import ChildOptions, serve

# Loaded before no file can be opened any more; the documents import them.
PRELOADED = ("os", "resource", "signal", "socket", "subprocess", "tempfile", "threading", "time")
MISSING = {
    "seccomp": (seccomp, "forbid_system_calls", lambda: False),
    "landlock": (landlock, "forbid_files", lambda: 0),
    "user": (confinement, "_drop_user", lambda: False),
}


def run(code: bytes, name: str, limits: ParseLimits) -> ParsedDocument:
    """The document is the value of the variable ``result``; an error is its own text."""
    scope: dict[str, Any] = {"libc": ctypes.CDLL(None, use_errno=True), "ctypes": ctypes}
    try:
        exec(compile(code, name, "exec"), scope)
        text = repr(scope["result"])
    except OSError as error:
        text = f"{type(error).__name__}: {error}"
    return ParsedDocument(text, (Block(0, len(text)),), "text/plain")


if __name__ == "__main__":
    for module in PRELOADED:
        __import__(module)
    for layer in filter(None, sys.argv[1].split(",")):
        place, function, substitute = MISSING[layer]
        setattr(place, function, substitute)
    serve(ChildOptions(**json.loads(sys.argv[2])), run)
