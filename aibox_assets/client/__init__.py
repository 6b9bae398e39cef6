"""A small client of Dagster's GraphQL API: add a file's partition, launch its assets, follow the run.

``docs/graphql.md`` has the same with curl. It needs httpx and nothing else of this package than its errors, so
programs on other machines can use it too.
"""

from aibox_assets.client.dagster import ASSETS, DagsterClient
from aibox_assets.client.errors import DagsterRefusedError, DagsterUnreachableError, WaitTimeoutError
from aibox_assets.client.states import Backfill, Counts, Run

__all__ = [
    "ASSETS",
    "Backfill",
    "Counts",
    "DagsterClient",
    "DagsterRefusedError",
    "DagsterUnreachableError",
    "Run",
    "WaitTimeoutError",
]
