"""Postgres, Redis and the graph server of one contender, in a folder that goes with them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from aibox_assets.domain.embed import ENGLISH
from aibox_assets.local.embedded import running_graph, running_postgres, running_redis
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings, with_driver
from aibox_assets.stores.database import migrate
from benchmarks.children import ROOT

OFFLINE = "offline"
_PERSONS = ("AIBOX_", "DATABASE_", "REDIS_", "NEO4J_", "DAGSTER_", "CELERY_")


def forget_settings() -> None:
    """Take the person's own settings out of the environment: nothing here may touch what they use."""
    for name in list(os.environ):
        if name.startswith(_PERSONS):
            del os.environ[name]
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def model_settings(encoder: str = ENGLISH) -> dict[str, str]:
    """The models, the same for every contender."""
    return {"AIBOX_EMBEDDING_MODEL": encoder, "AIBOX_EXTRACTOR": OFFLINE}


@dataclass(frozen=True)
class Servers:
    """Running servers. *env*: what a process needs to reach them, by the names of our settings."""

    folder: Path
    env: Mapping[str, str]

    @property
    def inbox(self) -> Path:
        """A folder for files."""
        return self.folder / "home" / "inbox"

    @property
    def child_env(self) -> dict[str, str | None]:
        """What a Python process of ours needs beside our own environment."""
        threads = str(self.platform.settings.threads or max(1, (os.cpu_count() or 2) // 2))
        return {
            **self.env,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": threads,
            "MKL_NUM_THREADS": threads,
        }

    @cached_property
    def platform(self) -> Platform:
        """Stores on these servers, for this process."""
        return self.make_platform()

    def make_platform(self, **more: str) -> Platform:
        """Stores on these servers, under *more* settings."""
        return Platform(Settings(**{**self.env, **more}))  # type: ignore[arg-type]  # by alias, parsed


@contextmanager
def running_servers(encoder: str = ENGLISH) -> Iterator[Servers]:
    """Start all three, with our schema in the database; everything is gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix="aibox-bench-"))
    folder.chmod(0o711)  # as root, Postgres runs as another user, who must pass through
    try:
        with (
            running_postgres(folder / "postgres") as database,
            running_redis(folder / "redis") as redis,
            running_graph(folder / "graph") as graph,
        ):
            dagster = sa.make_url(database).set(database="dagster")
            servers = Servers(
                folder,
                {
                    **model_settings(),
                    "AIBOX_EMBEDDING_MODEL": encoder,
                    "AIBOX_HOME": str(folder / "home"),
                    "DATABASE_URL": database,
                    # Dagster needs psycopg 2 named; see docs/architecture.md, "Pins".
                    "AIBOX_DAGSTER_DATABASE_URL": with_driver(
                        dagster.render_as_string(hide_password=False), "psycopg2"
                    ),
                    "REDIS_URL": redis,
                    "NEO4J_URI": graph.uri,
                    "NEO4J_USER": graph.user,
                    "NEO4J_PASSWORD": graph.password,
                    "NEO4J_DATABASE": graph.database or "",
                },
            )
            servers.inbox.mkdir(parents=True)
            migrate(servers.platform.settings.require_database_url())
            servers.platform.graph.ensure_schema(
                relation.name for relation in servers.platform.models.ontology.relation_types
            )
            try:
                yield servers
            finally:
                servers.platform.graph.close()
                servers.platform.engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
