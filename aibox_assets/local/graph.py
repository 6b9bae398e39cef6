"""The embedded graph server (ArcadeDB), which speaks Neo4j's Bolt and Cypher; from ``arcadedb-embedded``."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local.graph_users import add_reader
from aibox_assets.local.process import Command
from aibox_assets.stores.graph_records import GraphAddress

USER = "root"
DATABASE = "aibox"
_COMMAND_MILLISECONDS = 60_000
_ASK = "import sys; from aibox_assets.local.graph import read_one_row; read_one_row(sys.argv[1], sys.stdin.read())"
_ASK_SECONDS = 20.0
"""On a machine that is busy with the start of everything else."""


@dataclass(frozen=True, slots=True)
class GraphServer:
    """One graph server in *folder* (data in ``databases/``), Bolt and HTTP on loopback.

    The root password is that of the first start.
    """

    folder: Path
    port: int
    http_port: int
    password: str

    @property
    def address(self) -> GraphAddress:
        """Where its Bolt endpoint is."""
        return GraphAddress(f"bolt://127.0.0.1:{self.port}", USER, self.password, DATABASE)

    def prepare(self) -> None:
        """Write the JVM's argument file (mode 600: it holds the password, which ``ps`` must not show)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        add_reader(self.folder / "config", self.address)
        jars = _package() / "jars"
        properties = {
            "arcadedb.server.rootPassword": self.password,
            "arcadedb.server.mode": "production",
            "arcadedb.server.rootPath": self.folder,
            "arcadedb.server.databaseDirectory": self.folder / "databases",
            "arcadedb.server.defaultDatabases": f"{DATABASE}[{USER}]",
            "arcadedb.server.httpIncomingHost": "127.0.0.1",
            "arcadedb.server.httpIncomingPort": self.http_port,
            "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "arcadedb.bolt.host": "127.0.0.1",
            "arcadedb.bolt.port": self.port,
            # No text that somebody sends makes the server read files or call other machines, nor lasts for ever.
            "arcadedb.opencypher.loadCsv.allowFileUrls": "false",
            "arcadedb.opencypher.loadCsv.allowRemoteUrls": "false",
            "arcadedb.command.timeout": _COMMAND_MILLISECONDS,
        }
        arguments = [
            # One collector thread and the quick compiler: the others took half of the server's CPU time from the
            # models, for transactions that are short anyway.
            *("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            *("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),
            *(f"-D{name}={value}" for name, value in properties.items()),
            *("-cp", f"{jars}/*", "com.arcadedb.server.ArcadeDBServer"),
        ]
        quoted = ('"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"' for argument in arguments)
        target = os.open(self._arguments, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(target, "w", encoding="utf-8") as file:
            file.write("\n".join(quoted))

    @property
    def _arguments(self) -> Path:
        return self.folder / "java.args"

    def command(self) -> Command:
        """Run the server in the foreground."""
        java = _package() / "jre" / "bin" / "java"
        return Command((str(java), f"@{self._arguments}"), cwd=self.folder, env={"JAVA_TOOL_OPTIONS": None})

    def ping(self) -> None:
        """Connect over Bolt with the password and read one row, soon.

        A process of its own does, once somebody listens: the driver would take a third of the supervisor's memory
        for as long as the home runs.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=2):
            pass
        asked = subprocess.run(
            (sys.executable, "-P", "-c", _ASK, self.address.uri), input=self.password, capture_output=True, text=True,
            timeout=_ASK_SECONDS, check=False,
        )  # fmt: skip
        if asked.returncode:
            raise OSError((asked.stderr.strip() or f"exit {asked.returncode}").splitlines()[-1])

    def finish(self) -> None:
        """Nothing is left to do."""


def read_one_row(uri: str, password: str) -> None:
    """Raises unless the server at *uri* answers.

    Not ``execute_query``, which logs a warning for every try that fails while the server starts.
    """
    from aibox_assets.stores.driver import GraphDatabase

    with (
        GraphDatabase.driver(
            uri, auth=(USER, password), connection_timeout=2, connection_acquisition_timeout=3
        ) as driver,
        driver.session(database=DATABASE) as session,
    ):
        session.run("RETURN 1").consume()


def _package() -> Path:
    spec = find_spec("arcadedb_embedded")
    if spec is None or spec.origin is None:
        raise ConfigurationError(
            "The embedded graph server is not installed.",
            "Run 'pip install arcadedb-embedded', or set NEO4J_URI.",
        )
    return Path(spec.origin).parent
