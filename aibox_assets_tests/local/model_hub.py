"""A server that stands in for the model hub: it knows some models, and fails every download of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def model_hub(known: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the paths that were asked for, while the ``with`` block runs.

    It describes the *known* models, each with one file, and refuses the file.
    """
    asked: list[str] = []

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            name, _, rest = self.path.removeprefix("/api/models/").partition("/tree/")
            name = name.partition("/revision/")[0]
            if rest and name in known:
                self._answer(200, [{"type": "file", "path": "config.json", "size": 2, "oid": "0" * 40}])
            elif name in known:
                files = [{"rfilename": "config.json"}]
                self._answer(200, {"id": name, "modelId": name, "sha": "0" * 40, "siblings": files})
            elif any(self.path.startswith(f"/{each}/resolve/") for each in known):
                self._answer(403, {"error": "This server gives no files."})
            else:
                self._answer(404, {}, ("X-Error-Code", "RepoNotFound"))

        do_HEAD = do_GET  # noqa: N815

        def _answer(self, status: int, content: object, *headers: tuple[str, str]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
