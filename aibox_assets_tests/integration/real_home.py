"""A whole home for the tests: every process real, used as a person uses it, through ``aibox``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from aibox_assets.cli.records import describe
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.files import Status
from aibox_assets.stores.folders import INBOX
from aibox_assets_tests import commands

AIBOX = (sys.executable, "-m", "aibox_assets.cli.main")
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


class RealHome:
    """A home in a folder of its own under the system's temporary one.

    Not under pytest's ``tmp_path``: as root, Postgres runs as another user, who cannot reach it there.
    """

    def __init__(self, **settings: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="aibox-test-"))
        self.path.chmod(0o711)
        self.inbox = self.path / "inbox"
        ours = {"AIBOX_HOME": str(self.path), "HF_HUB_OFFLINE": "1", "COLUMNS": "80"}
        self.env = {**commands.outer_environment(), **ours, **settings}
        self._platform: Platform | None = None

    def run(self, *args: str, check: bool = True, timeout: float = 400) -> subprocess.CompletedProcess[str]:
        """One ``aibox`` command; *check* asserts that it ends well."""
        done = (self._start if args[0] in ("up", "down") else commands.run)(
            args, self.env, self.path, timeout=timeout
        )
        assert not check or done.returncode == 0, f"aibox {' '.join(args)}:\n{done.stdout}\n{done.stderr}"
        return done

    @staticmethod
    def _start(
        args: tuple[str, ...], env: Mapping[str, str], cwd: Path, *, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*AIBOX, *args], env=env, cwd=cwd, capture_output=True, text=True, timeout=timeout
        )

    def json(self, *args: str, check: bool = True, timeout: float = 400) -> Any:
        """The JSON answer of a command."""
        done = self.run(*args, "--json", check=check, timeout=timeout)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def up(self) -> None:
        """Start it."""
        self.run("up", "--detach", timeout=600)

    def down(self) -> None:
        """Stop it, completely."""
        self.run("down")

    def destroy(self) -> None:
        """Stop it and remove all that it had."""
        if self._platform is not None:
            self._platform.graph.close()
            self._platform.engine.dispose()
        self.down()
        shutil.rmtree(self.path)

    @property
    def platform(self) -> Platform:
        """The stores and models of this home, for looking behind the commands."""
        if self._platform is None:
            written = json.loads((self.path / "home.json").read_text(encoding="utf-8"))["settings"]
            given = {
                k: v for k, v in self.env.items() if k.startswith(("AIBOX_", "DATABASE_", "REDIS_", "NEO4J_"))
            }
            self._platform = Platform(Settings(**{**written, **given}))
        return self._platform

    @cached_property
    def ui(self) -> str:
        """Address of the Dagster web server, whatever else is starting just then."""
        address: str = self.json("status", check=False)["ui"]
        return address

    @cached_property
    def api(self) -> str:
        """Address of the HTTP API."""
        address: str = self.json("status", check=False)["api"]
        return address

    def key(self, name: str = "test", *options: str) -> dict[str, str]:
        """The header of a new key, an admin's unless *options* say otherwise."""
        return {"Authorization": f"Bearer {self.json('keys', 'create', name, *options)['key']}"}

    def drop(self, name: str, content: bytes | str, user: str | None = None) -> str:
        """Put a file into the inbox at once; its path there."""
        path = f"{user}/{name}" if user else name
        place = self.inbox / path
        place.parent.mkdir(parents=True, exist_ok=True)
        staged = place.with_name(f".{os.getpid()}.part")
        staged.write_bytes(content.encode() if isinstance(content, str) else content)
        staged.replace(place)
        return path

    def ingest_samples(self, seconds: int) -> dict[str, Mapping[str, Any]]:
        """``aibox ingest --wait`` of the samples, each folder of them for its owner; by path."""
        found: dict[str, Mapping[str, Any]] = {}
        for owner in (None, *sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())):
            folder = SAMPLES / (owner or "")
            given = [str(path) for path in sorted(folder.iterdir()) if path.is_file()]
            options = [*(("--user", owner) if owner else ()), "--wait", "--timeout", str(seconds)]
            answer = self.json("ingest", *given, *options, check=False, timeout=seconds + 100)
            assert (answer["unfinished"], answer["left_out"]) == (0, []), answer
            found |= {file["path"]: file for file in answer["files"]}
        return found

    def files(self) -> dict[str, Mapping[str, Any]]:
        """``aibox files --json`` by path."""
        return {file["path"]: file for file in self.json("files")}

    def wait(
        self,
        paths: Iterable[str],
        seconds: float = 240,
        *,
        until: Callable[[Mapping[str, Any]], bool] | None = None,
    ) -> dict[str, Mapping[str, Any]]:
        """Wait until all *paths* are finished or failed (or *until* holds for each); they by path.

        It looks into the table, since a command each second would take a core from what is waited for; what
        it returns is what the command says.
        """
        wanted = set(paths)
        over = until or (lambda file: file["status"] in ("finished", "failed"))
        deadline = time.monotonic() + seconds
        while True:
            records = self.platform.files.at_paths(INBOX, wanted)
            if len(records) == len(wanted) and all(over(describe(record)) for record in records.values()):
                files = self.files()
                return {path: files[path] for path in wanted}
            if time.monotonic() > deadline:
                status = {path: str(records[path].status) for path in records}
                left = {path: status.get(path, "unknown") for path in sorted(wanted)}
                reasons = {record.error for record in records.values() if record.status is Status.FAILED}
                raise AssertionError(f"not done after {seconds} s: {left}; why files failed: {reasons}")
            time.sleep(0.5)

    def wait_finished(self, paths: Iterable[str], seconds: float = 240) -> dict[str, Mapping[str, Any]]:
        """Wait, and assert that every one finished."""
        found = self.wait(paths, seconds)
        failed = {path: file["error"] for path, file in found.items() if file["status"] != "finished"}
        assert not failed, failed
        return found
