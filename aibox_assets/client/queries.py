"""The GraphQL of dagster 1.13 that the client sends. Each asks for one field, under the name ``result``."""

from __future__ import annotations

from typing import Final

ADD_PARTITION: Final = """
mutation AddPartition($repository: RepositorySelector!, $definition: String!, $key: String!) {
  result: addDynamicPartition(
    repositorySelector: $repository, partitionsDefName: $definition, partitionKey: $key
  ) { __typename ... on PythonError { message } ... on UnauthorizedError { message } }
}"""
LAUNCH_RUN: Final = """
mutation LaunchRun($params: ExecutionParams!) {
  result: launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}"""
LAUNCH_BACKFILL: Final = """
mutation LaunchBackfill($params: LaunchBackfillParams!) {
  result: launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on Error { message }
  }
}"""
TERMINATE_RUN: Final = """
mutation TerminateRun($id: String!) {
  result: terminateRun(runId: $id, terminatePolicy: SAFE_TERMINATE) {
    __typename ... on TerminateRunFailure { message } ... on Error { message }
  }
}"""
LIVE_RUNS: Final = """
query LiveRuns($limit: Int!) {
  result: runsOrError(
    filter: { statuses: [QUEUED, NOT_STARTED, STARTING, STARTED, CANCELING] }, limit: $limit
  ) {
    __typename
    ... on Runs { results { runId status tags { key value } } }
    ... on Error { message }
  }
}"""
PARTITIONS: Final = """
query Partitions($asset: AssetKeyInput!) {
  result: assetNodeOrError(assetKey: $asset) { __typename ... on AssetNode { partitionKeys } }
}"""
RUN: Final = """
query Run($id: ID!) {
  result: runOrError(runId: $id) {
    __typename ... on Run { runId status stepStats { stepKey status } } ... on Error { message }
  }
}"""
RUN_ERRORS: Final = """
query RunErrors($id: ID!, $after: String, $limit: Int!) {
  result: logsForRun(runId: $id, afterCursor: $after, limit: $limit) {
    __typename
    ... on EventConnection {
      cursor hasMore
      events {
        __typename
        ... on ExecutionStepFailureEvent { stepKey error { message } }
        ... on RunFailureEvent { message error { message } }
      }
    }
    ... on Error { message }
  }
}"""
BACKFILL: Final = """
query Backfill($id: String!) {
  result: partitionBackfillOrError(backfillId: $id) {
    __typename
    ... on PartitionBackfill {
      id status error { message }
      assetBackfillData { assetBackfillStatuses { ... on AssetPartitionsStatusCounts {
        assetKey { path }
        numPartitionsTargeted numPartitionsInProgress numPartitionsMaterialized numPartitionsFailed
      } } }
    }
    ... on Error { message }
  }
}"""
