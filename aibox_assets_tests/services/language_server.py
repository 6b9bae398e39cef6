"""A server of this machine that speaks OpenAI's chat completions, and fails as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """One answer. :ivar used: tokens read and written."""

    content: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"
    refusal: str | None = None
    used: tuple[int, int] = (100, 20)


@dataclass
class LanguageServer:
    """What it was asked, and what it says.

    :ivar content: of the reply's message; *raw* instead replaces the whole body.
    :ivar answer: says instead what a request is answered with.
    :ivar drip: it sends a byte at a time and never ends.
    """

    url: str = ""
    status: int = 200
    content: str = '{"sentences": []}'
    answer: Callable[[dict[str, Any]], Answer] | None = None
    raw: bytes | None = None
    silent: bool = False
    drip: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def says(self, *sentences: tuple[str, object]) -> None:
        """Reply with these sentences and what each cites."""
        said = [{"text": text, "passages": passages} for text, passages in sentences]
        self.content = json.dumps({"sentences": said}, ensure_ascii=False)


@contextmanager
def running_language_server() -> Iterator[LanguageServer]:
    """Runs until the block ends."""
    said = LanguageServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said.asked.append({"path": self.path, **json.loads(body)})
            said.keys.append(self.headers["Authorization"])
            if said.silent:
                said.ended.wait(30)
                return
            if said.answer is not None:
                given = said.answer(json.loads(body))
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                message = {"role": "assistant", "content": given.content, "refusal": given.refusal}
                used = {"prompt_tokens": given.used[0], "completion_tokens": given.used[1]}
                choices = [{"message": message, "finish_reason": given.finish}]
                sent = json.dumps({"choices": choices, "usage": used}).encode()
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)
                return
            self.send_response(said.status)
            reply = said.raw
            if reply is None:
                message = {"role": "assistant", "content": said.content}
                reply = json.dumps({"choices": [{"message": message}]}).encode()
            if said.drip:
                self.end_headers()
                while not said.ended.wait(0.05):
                    try:
                        self.wfile.write(b" ")
                    except OSError:
                        return
                return
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *args: object) -> None:
            """Nothing to the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    said.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield said
    finally:
        said.ended.set()
        server.shutdown()
        server.server_close()
