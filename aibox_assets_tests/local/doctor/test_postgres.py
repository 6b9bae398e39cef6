"""What the doctor says of a real Postgres that is broken in each way."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from aibox_assets.local.doctor import postgres
from aibox_assets.local.doctor.findings import NotAskedError
from aibox_assets.local.embedded import running
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.process import free_port
from aibox_assets.stores.database import known_revisions, migrate
from aibox_assets_tests.local.doctor.conftest import MakeCase, found, only

pytestmark = pytest.mark.integration


def run(url: str, *statements: str) -> None:
    """Execute statements, each for itself."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def test_a_good_one(make_case: MakeCase, postgres_url: str) -> None:
    case = make_case(DATABASE_URL=postgres_url)
    checks = (postgres.takes_writes, postgres.has_pgvector, postgres.has_our_tables, postgres.clock)
    for check in (postgres.answers, *checks):
        assert {each.state for each in check(case)} == {"ok"}, check


def test_nothing_was_started(make_case: MakeCase) -> None:
    assert only(postgres.answers, make_case()).state == "warning"
    with pytest.raises(NotAskedError):
        found(postgres.has_our_tables, make_case())


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        (lambda url: url.replace("embedded-secret", "wrong"), "Correct DATABASE_URL"),
        (lambda url: url.replace("//aibox:", "//nobody:"), "Correct DATABASE_URL"),
        (lambda url: url.rpartition("/")[0] + "/nowhere", "createdb"),
        (lambda _: "postgresql://aibox:x@127.0.0.1:1/aibox", "Start that Postgres"),
    ],
)
def test_it_does_not_let_us_in(
    make_case: MakeCase, postgres_url: str, wrong: Callable[[str], str], remedy: str
) -> None:
    finding = only(postgres.answers, make_case(DATABASE_URL=wrong(postgres_url)))
    assert finding.state == "problem"
    assert remedy in finding.remedy
    assert "embedded-secret" not in finding.said


def test_dagsters_own_may_be_away(make_case: MakeCase, postgres_url: str) -> None:
    away = "postgresql://aibox:x@127.0.0.1:1/dagster"
    states = [
        each.state
        for each in postgres.answers(make_case(DATABASE_URL=postgres_url, AIBOX_DAGSTER_DATABASE_URL=away))
    ]
    assert states == ["ok", "problem"]


def test_read_only(make_case: MakeCase, new_database_url: Callable[[], str]) -> None:
    url = new_database_url()
    name = url.rpartition("/")[2]
    run(url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    finding = only(postgres.takes_writes, make_case(DATABASE_URL=url))
    assert (finding.state, "read_only = off" in finding.remedy) == ("problem", True)


class Standby(PostgresServer):
    """One that makes nothing after its start, as a standby cannot."""

    def finish(self) -> None:
        """Nothing."""


def test_a_standby(make_case: MakeCase, tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "standby", free_port(), "test-password")
    with running(server):
        case = make_case(DATABASE_URL=server.url())
        assert only(postgres.takes_writes, case).state == "ok"
    (server.data / "standby.signal").touch()
    try:
        with running(Standby(server.folder, server.port, server.password)):
            finding = only(postgres.takes_writes, case)
    finally:
        if not server.data.is_relative_to(tmp_path):
            shutil.rmtree(server.data.parent, ignore_errors=True)
    assert (finding.state, "primary" in finding.remedy) == ("problem", True)


def test_tables_that_are_missing_old_or_new(make_case: MakeCase, new_database_url: Callable[[], str]) -> None:
    url = new_database_url()
    case = make_case(DATABASE_URL=url)
    assert "not in the database" in only(postgres.has_our_tables, case).said
    assert only(postgres.has_pgvector, case).remedy.startswith("aibox migrate, or")
    migrate(url)
    assert only(postgres.has_our_tables, case).state == "ok"
    run(url, f"UPDATE aibox.alembic_version SET version_num = '{known_revisions()[1]}'")
    finding = only(postgres.has_our_tables, case)
    assert ("older" in finding.said, finding.remedy) == (True, "aibox migrate")
    run(url, "UPDATE aibox.alembic_version SET version_num = '9999'")
    assert "newer" in only(postgres.has_our_tables, case).said
    run(url, "DROP EXTENSION vector CASCADE")
    assert only(postgres.has_pgvector, case).state == "problem"


def test_another_time(make_case: MakeCase, postgres_url: str) -> None:
    (finding,) = postgres.clock(make_case(DATABASE_URL=postgres_url), lambda: time.time() + 90)
    assert (finding.state, "90 s behind" in finding.said) == ("problem", True)


def test_connections_run_out(make_case: MakeCase, tmp_path: Path) -> None:
    from aibox_assets.local.doctor.postgres import connect
    from aibox_assets.local.embedded import running_postgres

    with running_postgres(tmp_path / "few") as url:
        run(url.replace("postgresql://", "postgresql+psycopg://"), "ALTER ROLE aibox CONNECTION LIMIT 300")
        held = []
        try:
            for _ in range(185):
                held.append(connect(url))
            findings = list(postgres.takes_writes(make_case(DATABASE_URL=url)))
        finally:
            for each in held:
                each.close()
    assert [each.state for each in findings] == ["ok", "warning"]
    assert "max_connections" in findings[1].remedy
