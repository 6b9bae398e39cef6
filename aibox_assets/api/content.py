"""The bytes of a file that is open already, as an answer: by its descriptor, so that no name is looked up twice."""

from __future__ import annotations

import mimetypes
import os
from typing import Final

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

_SAFE: Final = {
    # What a person gave us is theirs to open, not for a browser to show as a page of ours.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}


class OpenFileResponse(FileResponse):
    """Sends an open file, or ranges of it, as an attachment; closes it in the end.

    :param name: that it is saved under.
    """

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        super().__init__(
            f"/dev/fd/{descriptor}",
            headers=_SAFE,
            media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            filename=name,
            stat_result=os.fstat(descriptor),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.close()

    def close(self) -> None:
        """Leave it unsent."""
        os.close(self._descriptor)
