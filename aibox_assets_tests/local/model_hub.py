"""A server that stands in for the model hub: it knows some models, and gives the files of those that it has."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


@contextmanager
def model_hub(
    known: Collection[str], commits: dict[str, dict[str, Path]] | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the paths that were asked for, while the ``with`` block runs.

    It describes the *known* models, each with one file, and refuses the file.

    :param commits: models whose files it gives: per name the folders by commit, of which the last is the newest.
    """
    asked: list[str] = []
    has = commits or {}

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if any(f"/{name}/" in f"{self.path}/" for name in has):
                self._give()
                return
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

        def _give(self) -> None:
            path = urlsplit(self.path).path
            name = next(name for name in has if f"/{name}/" in f"{path}/")
            rest = path.partition(f"/{name}")[2].strip("/").split("/")
            commit = rest[1] if len(rest) > 1 and rest[1] in has[name] else list(has[name])[-1]
            folder = has[name][commit]
            files = {
                str(each.relative_to(folder)): each for each in sorted(folder.rglob("*")) if each.is_file()
            }
            if rest[0] == "tree":
                listed = [
                    {"type": "file", "path": each, "size": at.stat().st_size, "oid": _oid(at)}
                    for each, at in files.items()
                ]
                self._answer(200, listed)
            elif rest[0] == "resolve" and (at := files.get("/".join(rest[2:]))):
                tag = ("ETag", f'"{_oid(at)}"')
                self._answer(200, at.read_bytes(), ("X-Repo-Commit", commit), tag)
            elif rest[0] == "resolve":
                self._answer(404, {}, ("X-Error-Code", "EntryNotFound"))
            else:
                siblings = [{"rfilename": each} for each in files]
                self._answer(200, {"id": name, "modelId": name, "sha": commit, "siblings": siblings})

        do_HEAD = do_GET  # noqa: N815

        def _answer(self, status: int, content: object, *headers: tuple[str, str]) -> None:
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
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


def _oid(file: Path) -> str:
    return hashlib.sha1(file.read_bytes()).hexdigest()
