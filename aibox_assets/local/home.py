"""AIBOX_HOME: where everything of one installation lies, and what it wrote down about itself."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local.process import free_port, is_free
from aibox_assets.settings import HOME_FILE


@dataclass(frozen=True, slots=True)
class Allotment:
    """The ports and passwords of a home's own servers. Passwords are URL-safe."""

    postgres_port: int
    redis_port: int
    graph_port: int
    graph_http_port: int
    code_server_port: int
    webserver_port: int
    api_port: int
    postgres_password: str
    redis_password: str
    graph_password: str


class Home:
    """The layout of one home.

    :param path: its folder; made absolute, created by :meth:`create`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self.postgres = self.path / "postgres"
        self.redis = self.path / "redis"
        self.graph = self.path / "graph"
        self.dagster = self.path / "dagster"
        self.inbox = self.path / "inbox"
        self.storage = self.path / "storage"
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        self.file = self.path / HOME_FILE

    def create(self) -> None:
        """Create the folders that are missing, closed to other users.

        :raises ConfigurationError: the folder cannot be written.
        """
        # As root, Postgres runs as another user, who must be able to pass through to its own data.
        top = 0o711 if os.geteuid() == 0 else 0o700
        try:
            with contextlib.suppress(FileExistsError):
                self.path.mkdir(mode=top, parents=True)
            for folder in (
                self.redis,
                self.graph,
                self.dagster,
                self.inbox,
                self.storage,
                self.logs,
                self.run,
            ):
                folder.mkdir(mode=0o700, exist_ok=True)
            self.postgres.mkdir(mode=top, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The home {self.path} cannot be used: {error.strerror}.",
                "Set AIBOX_HOME to a folder that you can write.",
            ) from error

    def remember(self, **settings: str | None) -> None:
        """Write *settings* (environment name = value) into ``home.json``; None forgets one, others stay."""
        with self._changing() as written:
            known = written["settings"]
            for name, value in settings.items():
                if value is None:
                    known.pop(name, None)
                else:
                    known[name] = value

    def remembered(self) -> dict[str, str]:
        """The settings that were written down, by environment name."""
        return dict(self._read()["settings"])

    def note_tables(self, revision: str) -> None:
        """Write down of which revision the tables are."""
        with self._changing() as written:
            written["tables"] = revision

    def tables(self) -> str | None:
        """The revision that was written down; empty where an older release kept none, None before the first start."""
        written = self._read()
        return str(written.get("tables", "")) if "servers" in written else None

    def servers(self) -> dict[str, int | str]:
        """The ports and passwords that were chosen, by name as in :class:`Allotment`; empty before the first start."""
        return dict(self._read().get("servers", {}))

    def allot(self) -> Allotment:
        """Ports and passwords, chosen at the first call and kept; a port that is taken by now is replaced.

        Call it only while none of the home's servers runs: their own ports would look taken.
        """
        with self._changing() as written:
            known = dict(written.get("servers", {}))
            used: set[int] = set()
            for name in Allotment.__annotations__:
                value = known.get(name)
                if name.endswith("_password"):
                    known[name] = value or secrets.token_urlsafe(24)
                    continue
                if not isinstance(value, int) or value in used or not is_free(value):
                    value = free_port(frozenset(used))
                used.add(value)
                known[name] = value
            allotment = Allotment(**{name: known[name] for name in Allotment.__annotations__})
            written["servers"] = asdict(allotment)
        return allotment

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """Read ``home.json``, let the block change it, replace it whole; one writer at a time."""
        self.create()
        with (self.run / "home.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            content = self._read()
            before = json.dumps(content)
            yield content
            if json.dumps(content) == before:
                return
            handle, name = tempfile.mkstemp(prefix=f".{HOME_FILE}.", dir=self.path)  # mode 600
            temporary = Path(name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(content, file, indent=2, ensure_ascii=False)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(self.file)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"settings": {}}
        except (OSError, ValueError) as error:
            raise _unreadable(self.file, str(error)) from error
        if not isinstance(content, dict) or not isinstance(content.get("settings"), dict):
            raise _unreadable(self.file, "it has no object 'settings'")
        return content


def _unreadable(file: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{file} cannot be read: {why}.", "Restore it from a backup, or start a new home with AIBOX_HOME."
    )
