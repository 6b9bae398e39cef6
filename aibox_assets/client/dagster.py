"""The client itself: one method for each thing to ask of Dagster."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx

from aibox_assets.client import queries
from aibox_assets.client.errors import DagsterRefusedError, DagsterUnreachableError, WaitTimeoutError
from aibox_assets.client.states import Backfill, Counts, Run

ASSETS: Final = ("chunks", "embeddings", "kg_triples")
PARTITIONS: Final = "files"
POLL_SECONDS: Final = 0.5

_REPOSITORY: Final = {"repositoryName": "__repository__", "repositoryLocationName": "aibox_assets"}
_ASSET_JOB: Final = "__ASSET_JOB"  # Dagster's own job of all assets, of which a launch selects some
_EVENTS: Final = 1000  # the most that Dagster returns at once
_FAILURE: Final = "dagster._core.definitions.events.Failure: "  # what it puts before our own reasons

_State = TypeVar("_State", Run, Backfill)


class DagsterClient:
    """Dagster's GraphQL API at *url*, the address of the Dagster UI (``aibox status`` shows it).

    Every method raises :class:`DagsterUnreachableError` when the web server is away and
    :class:`DagsterRefusedError` when it refuses. Nothing is sent twice: after a lost answer to a launch, look
    at the runs before launching again.

    :param headers: sent with each request, e.g. for a proxy that asks for a login.
    :param timeout: seconds for one request.
    """

    def __init__(self, url: str, *, headers: Mapping[str, str] | None = None, timeout: float = 30.0) -> None:
        self._endpoint = url.rstrip("/").removesuffix("/graphql") + "/graphql"
        self._http = httpx.Client(headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def partitions(self) -> list[str]:
        """The keys of all files, in the order in which they were added."""
        answer = self._ask(queries.PARTITIONS, {"asset": {"path": [ASSETS[0]]}}, "AssetNode")
        return list(answer["partitionKeys"])

    def add_partition(self, key: str) -> bool:
        """Add a file's partition; False when it was there already.

        The upload sensor adds those of the watched folders by itself. A partition of a file that is in none
        of them can be added, but its runs fail and say so.
        """
        variables = {"repository": _REPOSITORY, "definition": PARTITIONS, "key": key}
        kinds = ("AddDynamicPartitionSuccess", "DuplicateDynamicPartitionError")
        return bool(self._ask(queries.ADD_PARTITION, variables, *kinds)["__typename"] == kinds[0])

    def launch_assets(self, assets: Sequence[str], partition: str) -> str:
        """Start one run of *assets* for one file; the run's id, at once.

        :raises DagsterRefusedError: also where the partition or an asset is unknown.
        """
        self._require([partition])
        selection = _select(assets)
        params = {
            "selector": {**_REPOSITORY, "jobName": _ASSET_JOB, "assetSelection": selection},
            "runConfigData": {},
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": partition}]},
        }
        answer = self._ask(queries.LAUNCH_RUN, {"params": params}, "LaunchRunSuccess")
        return str(answer["run"]["runId"])

    def launch_backfill(self, assets: Sequence[str], partitions: Sequence[str]) -> str:
        """Start a backfill of *assets* for some files; its id, at once. Dagster cuts it into runs."""
        self._require(partitions)
        params = {"assetSelection": _select(assets), "partitionNames": list(partitions)}
        answer = self._ask(queries.LAUNCH_BACKFILL, {"params": params}, "LaunchBackfillSuccess")
        return str(answer["backfillId"])

    def run_status(self, run_id: str) -> Run:
        """Where a run is."""
        answer = self._ask(queries.RUN, {"id": run_id}, "Run")
        steps = {step["stepKey"]: str(step["status"]) for step in answer["stepStats"] if step["status"]}
        return Run(answer["runId"], answer["status"], steps)

    def live_runs(self) -> list[Run]:
        """The runs that are not over, with their tags, the newest first."""
        answer = self._ask(queries.LIVE_RUNS, {"limit": _EVENTS}, "Runs")
        return [
            Run(run["runId"], run["status"], tags={tag["key"]: tag["value"] for tag in run["tags"]})
            for run in answer["results"]
        ]

    def terminate_run(self, run_id: str) -> None:
        """Cancel a run that is ``QUEUED`` or ``STARTED``: its steps end within seconds, then it is ``CANCELED``.

        :raises DagsterRefusedError: also where the run is over, starting, or being cancelled already.
        """
        self._ask(queries.TERMINATE_RUN, {"id": run_id}, "TerminateRunSuccess")

    def run_errors(self, run_id: str) -> dict[str, str]:
        """Why a run failed: reason by step; ``run`` stands for what failed outside of any step."""
        errors: dict[str, str] = {}
        after, more = None, True
        while more:
            variables = {"id": run_id, "after": after, "limit": _EVENTS}
            page = self._ask(queries.RUN_ERRORS, variables, "EventConnection")
            after, more = page["cursor"], page["hasMore"]
            for event in page["events"]:
                reason = (event.get("error") or {}).get("message") or event.get("message")
                if reason and (event["__typename"] == "ExecutionStepFailureEvent" or not errors):
                    errors[event.get("stepKey") or "run"] = reason.removeprefix(_FAILURE).strip()
        return errors

    def backfill_status(self, backfill_id: str) -> Backfill:
        """Where a backfill is."""
        answer = self._ask(queries.BACKFILL, {"id": backfill_id}, "PartitionBackfill")
        counted = (answer["assetBackfillData"] or {}).get("assetBackfillStatuses", [])
        assets = {
            "/".join(counts["assetKey"]["path"]): Counts(
                counts["numPartitionsTargeted"],
                counts["numPartitionsInProgress"],
                counts["numPartitionsMaterialized"],
                counts["numPartitionsFailed"],
            )
            for counts in counted
            if counts
        }
        return Backfill(answer["id"], answer["status"], assets, (answer["error"] or {}).get("message"))

    def wait_for_run(
        self, run_id: str, timeout: float = 600.0, on_progress: Callable[[Run], None] | None = None
    ) -> Run:
        """Wait until a run is over, however it ended.

        :param timeout: seconds. :param on_progress: called with each new state.
        :raises WaitTimeoutError: it was not over in time.
        """
        return _wait(f"Run {run_id}", lambda: self.run_status(run_id), timeout, on_progress)

    def wait_for_backfill(
        self, backfill_id: str, timeout: float = 3600.0, on_progress: Callable[[Backfill], None] | None = None
    ) -> Backfill:
        """Wait until a backfill is over, however it ended; as :meth:`wait_for_run`."""
        return _wait(
            f"Backfill {backfill_id}", lambda: self.backfill_status(backfill_id), timeout, on_progress
        )

    def _require(self, partitions: Sequence[str]) -> None:
        """Refuse unknown partitions: Dagster takes them, and the run fails later with a stack trace."""
        known = set(self.partitions())
        missing = [key for key in partitions if key not in known]
        if missing or not partitions:
            raise DagsterRefusedError(
                f"No partition {', '.join(missing)}." if missing else "No partition was named.",
                "'aibox files --json' lists them as file_id; a new file's appears some seconds after it was dropped.",
                "PartitionKeysNotFoundError",
            )

    def _ask(self, query: str, variables: Mapping[str, Any], *kinds: str) -> dict[str, Any]:
        """The field ``result`` of the answer, which must be one of the GraphQL types *kinds*."""
        try:
            response = self._http.post(self._endpoint, json={"query": query, "variables": variables})
            body = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise DagsterUnreachableError(
                f"No GraphQL answer from {self._endpoint}: {str(error) or type(error).__name__}.",
                "See that the web server runs ('aibox status') and that this is the Dagster UI's address.",
            ) from error
        result = (body.get("data") or {}).get("result") if isinstance(body, dict) else None
        if not isinstance(result, dict):
            messages = (
                [str(e.get("message", e)) for e in body.get("errors", [])] if isinstance(body, dict) else []
            )
            raise DagsterRefusedError(
                f"{self._endpoint} refused the query: {'; '.join(messages) or f'HTTP {response.status_code}'}.",
                "See that it is a Dagster of release 1.13.",
                "GraphQLError",
            )
        if result["__typename"] in kinds:
            return result
        details = "; ".join(e["message"] for e in result.get("errors", []))
        raise DagsterRefusedError(
            f"Dagster answered {result['__typename']}: {result.get('message') or details or 'no reason given'}",
            "Look at the names of assets and partitions, and at 'aibox logs webserver'.",
            result["__typename"],
        )


def _select(assets: Sequence[str]) -> list[dict[str, list[str]]]:
    """*assets* as Dagster's keys. Unknown ones are refused here, since Dagster's own answer names no remedy."""
    unknown = [asset for asset in assets if asset not in ASSETS]
    if unknown or not assets:
        raise DagsterRefusedError(
            f"No asset {', '.join(unknown)}." if unknown else "No asset was named.",
            f"There are: {', '.join(ASSETS)}.",
            "AssetNotFoundError",
        )
    return [{"path": [asset]} for asset in assets]


def _wait(
    name: str, look: Callable[[], _State], timeout: float, on_progress: Callable[[_State], None] | None
) -> _State:
    deadline = time.monotonic() + timeout
    last: _State | None = None
    while True:
        try:
            state = look()
        except DagsterUnreachableError:  # a web server that restarts says nothing about the run
            if time.monotonic() > deadline:
                raise
        else:
            if state != last and on_progress is not None:
                on_progress(state)
            last = state
            if state.over:
                return state
            if time.monotonic() > deadline:
                raise WaitTimeoutError(
                    f"{name} was not over within {timeout:g} s; it is {state.status}.",
                    "It goes on; wait again, or look at it in the Dagster UI.",
                )
        time.sleep(POLL_SECONDS)
