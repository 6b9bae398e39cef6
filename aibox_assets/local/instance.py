"""Dagster's storage for a command: the instance that the home's own processes use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.local.health import ping_postgres
from aibox_assets.local.home import Home
from aibox_assets.settings import Settings, with_driver

if TYPE_CHECKING:
    from dagster import DagsterInstance


@contextmanager
def open_instance(home: Home, settings: Settings) -> Iterator[DagsterInstance]:
    """:raises StoreUnavailableError: its database does not answer."""
    from dagster import DagsterInstance  # its import takes longer than most commands

    url = settings.require_dagster_database_url()
    try:
        # Dagster itself would try for more than a minute.
        ping_postgres(with_driver(url, "psycopg").replace("+psycopg", "", 1))
    except psycopg.OperationalError as error:
        raise _unavailable(error) from error
    home.create()
    if not (home.dagster / "dagster.yaml").is_file():
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), home.dagster / "dagster.yaml")
    # The file names these variables; a command's own environment has none of them.
    values = {"AIBOX_DAGSTER_DATABASE_URL": url, "AIBOX_MAX_RUNS": str(settings.max_runs)}
    missing = values.keys() - os.environ.keys()
    os.environ.update({name: values[name] for name in missing})
    try:
        try:
            instance = DagsterInstance.from_config(str(home.dagster))
        except Exception as error:
            raise _unavailable(error) from error
        with instance:
            yield instance
    finally:  # another home may be asked next
        for name in missing:
            os.environ.pop(name, None)


def _unavailable(error: Exception) -> StoreUnavailableError:
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    return StoreUnavailableError(f"Dagster's storage did not answer: {said}", "See 'aibox doctor'.")
