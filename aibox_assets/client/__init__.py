"""Clients for programs: :class:`AIBox` of the HTTP API, and a small one of Dagster's GraphQL.

They need httpx and of this package no more than its errors and records, so programs on other machines can use them,
too. ``docs/api.md`` and ``docs/graphql.md`` have the same with curl.
"""

from aibox_assets.client.aibox import AIBox
from aibox_assets.client.answers import (
    Entity,
    FileInfo,
    Health,
    JobInfo,
    PartInfo,
    Progress,
    Relation,
    Reply,
    Rows,
    Submitted,
)
from aibox_assets.client.dagster import ASSETS, DagsterClient
from aibox_assets.client.errors import (
    ApiRefusedError,
    ApiUnreachableError,
    DagsterRefusedError,
    DagsterUnreachableError,
    WaitTimeoutError,
)
from aibox_assets.client.queues import QueueInfo, QueueJob, WorkerInfo
from aibox_assets.client.states import Backfill, Counts, Run

__all__ = [
    "ASSETS",
    "AIBox",
    "ApiRefusedError",
    "ApiUnreachableError",
    "Backfill",
    "Counts",
    "DagsterClient",
    "DagsterRefusedError",
    "DagsterUnreachableError",
    "Entity",
    "FileInfo",
    "Health",
    "JobInfo",
    "PartInfo",
    "Progress",
    "QueueInfo",
    "QueueJob",
    "Relation",
    "Reply",
    "Rows",
    "Run",
    "Submitted",
    "WaitTimeoutError",
    "WorkerInfo",
]
