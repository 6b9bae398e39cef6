"""Requests that Schemathesis makes from the OpenAPI page: each answer is one that the page promises, none a 500."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounded
from schemathesis import APIOperation, Case, checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from aibox_assets.api.app import create_app
from aibox_assets.local.embedded import running_graph
from aibox_assets.resources.platform import Platform
from aibox_assets.services.accounts import make_key
from aibox_assets.settings import Settings
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import make_all, sent

pytestmark = pytest.mark.integration

EXAMPLES = 6
"""Of each operation; the same ones at each run."""
STREAMS = {"/api/v1/events", "/api/v1/files/{file_id}/events"}
"""Their answers last for minutes."""
CHECKS: list[Any] = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def graph_server(tmp_path: Path) -> Iterator[GraphAddress]:
    """One kind is enough: what differs between them is tested elsewhere."""
    with running_graph(tmp_path) as address:
        yield address


@pytest.fixture
def settings(settings: Settings, graph_server: GraphAddress) -> Settings:
    values: dict[str, Any] = {
        "neo4j_uri": graph_server.uri,
        "neo4j_user": graph_server.user,
        "neo4j_password": type(settings.neo4j_password)(graph_server.password),
        "neo4j_database": graph_server.database,
        "embedding_model": "builtin:all-MiniLM-L6-v2",
        "rate_limit": 10**6,
    }
    return settings.model_copy(update=values)


def test_every_answer_is_one_that_the_page_promises(api: str, signed_in: Client, platform: Platform) -> None:
    file_id = sent(signed_in("ada"), "a.txt")
    make_all(platform, file_id)
    page = schemathesis.openapi.from_dict(create_app(platform).openapi())
    known = {"file_id": file_id, "queue": "vectorization", "job_id": f"embeddings.{file_id}"}
    wrong: list[str] = []
    with requests.Session() as session:
        session.trust_env = False
        for found in page.get_all_operations():
            operation = found.ok()
            if operation.path not in STREAMS:
                secret, _ = make_key(platform, "ada", "schema")  # an operation may end the one before it
                session.headers["Authorization"] = f"Bearer {secret}"
                wrong += _tried(operation, api, session, known)
    assert not wrong, f"{len(wrong)} operations:\n" + "\n\n".join(wrong)


def _tried(operation: APIOperation, api: str, session: requests.Session, known: dict[str, str]) -> list[str]:
    """What is wrong with an operation's answers, if something is."""

    @bounded(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), of_known=...)
    def run(case: Case, of_known: bool) -> None:
        if of_known and case.method == "GET":  # else hardly one would be there
            case.path_parameters.update({n: v for n, v in known.items() if n in case.path_parameters})
        answer = case.call(base_url=api, session=session, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    try:
        run()
    except Exception as error:  # noqa: BLE001  # whatever it is, the other operations are tried, too
        return [f"{operation.label}: {error}"]
    return []
