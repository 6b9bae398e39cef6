"""The bytes of a file that is open already, as an answer: by its descriptor, so that no name is looked up twice."""

from __future__ import annotations

import mimetypes
import os
from typing import Final

from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from aibox_assets.api.problems import problem_response

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
        """Send it, or what is asked for of it; the whole where that cannot be understood, as HTTP has it."""
        refused = 0

        async def answer(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] in (400, 416):
                refused = message["status"]
            if not refused:
                await send(message)

        try:
            await super().__call__(scope, receive, answer)
            if refused == 400:
                others = [each for each in scope["headers"] if each[0] != b"range"]
                await super().__call__({**scope, "headers": others}, receive, send)
        finally:
            self.close()
        if refused == 416:
            size = self.stat_result.st_size if self.stat_result else 0
            problem = problem_response(
                scope["path"],
                scope["state"]["request_id"],
                status=416,
                code="no_such_range",
                reason=f"The file has {size} bytes.",
                remedy="Ask for a range within them.",
                headers={"Content-Range": f"bytes */{size}"},
            )
            await problem(scope, receive, send)

    def close(self) -> None:
        """Leave it unsent."""
        os.close(self._descriptor)
