"""Whether Dagster's tables have a place, asked of real databases in which they have, and in which they have not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.stores.dagster_tables import require_place_for_dagster
from aibox_assets.stores.database import migrate

pytestmark = pytest.mark.integration


def run(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def restricted(new_database_url: Callable[[], str]) -> tuple[str, str]:
    """URL of a database for its superuser, and the same for a user that may only come in."""
    url = sa.make_url(new_database_url())
    mine = url.render_as_string(hide_password=False)
    run(
        mine,
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'restricted') THEN "
        "CREATE ROLE restricted LOGIN PASSWORD 'p@ss%%w:0/rd'; END IF; END $$",
    )
    return mine, url.set(username="restricted", password="p@ss%w:0/rd").render_as_string(hide_password=False)


def test_beside_tables_of_another_name_there_is_a_place(new_database_url: Callable[[], str]) -> None:
    url = new_database_url()
    require_place_for_dagster(url)
    run(url, "CREATE TABLE public.customers (id int)", "SET search_path TO public")
    require_place_for_dagster(url)


@pytest.mark.parametrize("name", ["runs", "jobs", "alembic_version"])
def test_a_table_of_another_program_is_named(new_database_url: Callable[[], str], name: str) -> None:
    url = new_database_url()
    run(url, f"CREATE TABLE public.{name} (id int)")
    with pytest.raises(ConfigurationError, match=rf"public\.{name} is another program's"):
        require_place_for_dagster(url)


def test_dagsters_own_tables_are_known(new_database_url: Callable[[], str]) -> None:
    url = new_database_url()
    run(
        url,
        "CREATE TABLE public.runs (id int, run_body text)",
        "CREATE TABLE public.alembic_version (version_num text)",
    )
    require_place_for_dagster(url)


def test_a_user_with_few_rights_is_told_each_that_is_missing(restricted: tuple[str, str]) -> None:
    mine, theirs = restricted
    with pytest.raises(ConfigurationError, match="CREATE EXTENSION vector"):
        migrate(theirs)
    run(mine, "CREATE EXTENSION vector")
    with pytest.raises(ConfigurationError, match=r"(?s)may not make our tables.*GRANT CREATE ON DATABASE"):
        migrate(theirs)
    database = sa.make_url(mine).database
    run(mine, f'GRANT CREATE ON DATABASE "{database}" TO restricted')
    migrate(theirs)
    with pytest.raises(ConfigurationError, match="GRANT USAGE, CREATE ON SCHEMA"):
        require_place_for_dagster(theirs)
    run(mine, "GRANT CREATE ON SCHEMA public TO restricted")
    require_place_for_dagster(theirs)


def test_the_owner_of_a_database_needs_but_the_extension(restricted: tuple[str, str]) -> None:
    mine, theirs = restricted
    run(mine, f'ALTER DATABASE "{sa.make_url(mine).database}" OWNER TO restricted', "CREATE EXTENSION vector")
    migrate(theirs)
    require_place_for_dagster(theirs)
