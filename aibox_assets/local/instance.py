"""Dagster's storage for a command: the instance that the home's own processes use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.local.home import Home
from aibox_assets.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance


@contextmanager
def open_instance(home: Home, settings: Settings) -> Iterator[DagsterInstance]:
    """:raises StoreUnavailableError: its database does not answer."""
    from dagster import DagsterInstance  # its import takes longer than most commands

    home.create()
    if not (home.dagster / "dagster.yaml").is_file():
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), home.dagster / "dagster.yaml")
    # The file names these variables; a command's own environment has none of them.
    os.environ.setdefault("AIBOX_DAGSTER_DATABASE_URL", settings.require_dagster_database_url())
    os.environ.setdefault("AIBOX_MAX_RUNS", str(settings.max_runs))
    try:
        instance = DagsterInstance.from_config(str(home.dagster))
    except Exception as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreUnavailableError(f"Dagster's storage did not answer: {said}", "aibox doctor") from error
    with instance:
        yield instance
