"""Migrations and connections against a real Postgres."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError
from aibox_assets.stores import database
from aibox_assets.stores.database import connect, migrate, transaction
from aibox_assets.stores.tables import accounts, files, metadata
from aibox_assets_tests.stores.documents import add_files

pytestmark = pytest.mark.integration


def test_migrate_makes_just_the_tables_of_the_metadata(new_database_url: Callable[[], str]) -> None:
    url = new_database_url()
    migrate(url)
    migrate(url)
    # The role is named as the schema is, which would make it the default one and hide it from Alembic.
    engine = sa.create_engine(url, connect_args={"options": "-c search_path=public"})
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "version_table_schema": "aibox",
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == "aibox",
            },
        )
        assert compare_metadata(context, metadata) == []
        assert {table.name for table in metadata.sorted_tables} | {"alembic_version"} == set(
            sa.inspect(connection).get_table_names(schema="aibox")
        )
        assert sa.inspect(connection).get_table_names(schema="public") == []
    engine.dispose()


def test_several_may_migrate_at_once(new_database_url: Callable[[], str]) -> None:
    url = new_database_url()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            migrate(url)
        except BaseException as error:  # noqa: BLE001  # asserted below
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    engine = connect(url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM aibox.alembic_version")) == 1
    engine.dispose()


def test_tables_of_a_newer_release_are_left_alone_and_named(new_database_url: Callable[[], str]) -> None:
    url = new_database_url()
    migrate(url)
    engine = connect(url)
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE aibox.alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(ConfigurationError, match=r"newer release \(9999") as caught:
        migrate(url)
    assert "backup" in caught.value.remedy


def test_accounts_of_one_name_become_one(new_database_url: Callable[[], str]) -> None:
    """Before, the same name from a Mac and from elsewhere were two."""
    url = new_database_url()
    migrate(url, "0017")
    engine = connect(url)
    one, two, three = ("Zoe\u0308", "Zo\u00eb"), ("Rene\u0301", "Ren\u00e9"), ("Ame\u0301", "Am\u00e9")
    with transaction(engine) as connection:
        for name, hash_ in (
            (one[0], None), (two[0], None), (two[1], "hash"), (three[0], "hash"), (three[1], "other"),
        ):  # fmt: skip
            connection.execute(accounts.insert().values(name=name, password_hash=hash_))
    for decomposed, composed in (one, two, three):
        add_files(engine, f"{composed}-file", user_id=decomposed)
        with transaction(engine) as connection:
            for statement in (
                "INSERT INTO aibox.work (file_id, asset, owner_id, seq, state, made) "
                "SELECT id, 'kg_triples', owner_id, seq, 'finished', 'v' FROM aibox.files WHERE owner_id = :name",
                "INSERT INTO aibox.grants (file_id, grantee, granted_by) "
                "SELECT id, :name, :name FROM aibox.files WHERE owner_id = :name",
            ):
                connection.execute(sa.text(statement), {"name": decomposed})
    engine.dispose()

    migrate(url)
    engine = connect(url)
    with transaction(engine) as connection:
        query = "SELECT f.owner_id, w.owner_id, g.grantee, w.state, w.made, f.status FROM aibox.files f "
        query += (
            "JOIN aibox.work w ON w.file_id = f.id JOIN aibox.grants g ON g.file_id = f.id ORDER BY f.seq"
        )
        rows = [tuple(row) for row in connection.execute(sa.text(query))]
        names = set(connection.scalars(sa.select(accounts.c.name)))
        hashes = dict(connection.execute(sa.select(accounts.c.name, accounts.c.password_hash)).all())
    engine.dispose()
    assert names == {one[1], two[1], *three}, "two that can sign in may be two people"
    assert hashes[two[1]] == "hash"
    again = ("queued", None, "queued")  # the graph has the owner's name, too
    assert rows[0] == (one[1],) * 3 + again
    assert rows[1] == (two[1],) * 3 + again
    assert rows[2][:5] == (three[0],) * 3 + ("finished", "v")


def test_status_is_one_of_the_four_words(engine: Engine) -> None:
    add_files(engine, "a")
    with pytest.raises(sa.exc.IntegrityError, match="files_status_check"), engine.begin() as connection:
        connection.execute(sa.update(files).values(status="done"))


def test_an_unreachable_server_is_transient_and_its_password_stays_secret() -> None:
    engine = connect("postgresql+psycopg://who:hunter2@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailableError) as caught, transaction(engine) as connection:
        connection.execute(sa.text("SELECT 1"))
    assert not caught.value.permanent
    assert "127.0.0.1:1" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_lost_connection_is_transient_and_the_next_use_has_a_new_one(engine: Engine) -> None:
    with pytest.raises(StoreUnavailableError), transaction(engine) as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with transaction(engine) as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_a_connection_that_was_cut_a_moment_ago_is_not_used(
    engine: Engine, new_database_url: Callable[[], str]
) -> None:
    own = connect(new_database_url())
    try:
        with transaction(own) as connection:
            pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        with transaction(engine) as connection:
            # Until it is gone, which its client hears first.
            assert connection.scalar(sa.text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
        with transaction(own) as connection:
            assert connection.scalar(sa.text("SELECT pg_backend_pid()")) != pid
    finally:
        own.dispose()


def test_only_a_connection_that_rested_is_asked_first(
    new_database_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = connect(new_database_url())
    asked: list[object] = []
    monkeypatch.setattr(own.dialect, "do_ping", lambda connection: asked.append(connection) or True)
    try:
        for _ in range(3):
            with transaction(own) as connection:
                connection.execute(sa.select(1))
        assert not asked
        monkeypatch.setattr(database, "REST_SECONDS", -1.0)
        with transaction(own) as connection:
            connection.execute(sa.select(1))
        assert len(asked) == 1
    finally:
        own.dispose()


def test_a_block_that_raises_leaves_nothing(engine: Engine) -> None:
    def insert_and_fail() -> None:
        with transaction(engine) as connection:
            connection.execute(sa.insert(accounts).values(name="ann"))
            raise KeyError

    with pytest.raises(KeyError):
        insert_and_fail()
    with transaction(engine) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(accounts)) == 0
