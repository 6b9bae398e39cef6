"""The graph server: whether it answers, as whom we are there, and whether we may write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from aibox_assets.domain.errors import AIBoxError, ConfigurationError
from aibox_assets.local.doctor.findings import Case, Finding, NotAskedError, ok, problem, warning
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.locks import GraphLock

if TYPE_CHECKING:
    from aibox_assets.stores.driver import Session

_SECONDS: Final = 3


def answers(case: Case) -> Iterator[Finding]:
    """It is there, lets us in, and has our database."""
    from aibox_assets.stores.graph_connection import GraphConnection  # the driver's import is slow

    try:
        address = _address(case)
        with GraphConnection(
            address, GraphLock(lambda: nullcontext(lambda: None), nullcontext), 0
        ) as connection:
            connection.ping()
    except ConfigurationError as error:
        started = case.settings.neo4j_uri is not None
        yield (problem if started else warning)(error.reason, error.remedy)
    except AIBoxError as error:
        own = case.given.neo4j_uri is None
        yield problem(error.reason, case.remedy_for("graph") if own else "Start it, or correct NEO4J_URI.")
    else:
        yield ok(f"The graph server answers at {address.uri}.")


def lets_us_write(case: Case) -> Iterator[Finding]:
    """Our user may make nodes; what is tried is rolled back."""
    from aibox_assets.stores.driver import DriverError, Neo4jError

    user = case.settings.neo4j_user
    with _session(case) as session:
        try:
            transaction = session.begin_transaction(timeout=_SECONDS)
            with transaction:
                transaction.run("CREATE (n:AIBoxProbe {key: 'probe'}) RETURN n.key").consume()
                transaction.rollback()
        except (Neo4jError, DriverError) as error:
            said = (getattr(error, "message", None) or str(error)).splitlines()[0]
            yield problem(
                f"User {user} may not write to the graph: {said}",
                f"GRANT ROLE publisher TO {user} on Neo4j, or let the database take writes again.",
            )
        else:
            yield ok(f"User {user} may write to the graph{_roles(session)}.")


def _roles(session: Session) -> str:
    """The roles of our user, where the server has any."""
    from aibox_assets.stores.driver import DriverError, Neo4jError

    try:
        row = session.run("SHOW CURRENT USER YIELD roles").single()
    except (Neo4jError, DriverError):
        return ""  # the embedded server knows no such statement
    roles = row and row["roles"]
    return f" (roles {', '.join(roles)})" if roles else ""


@contextmanager
def _session(case: Case) -> Iterator[Session]:
    from aibox_assets.stores.driver import DriverError, GraphDatabase, Neo4jError

    options: dict[str, Any] = {"connection_timeout": _SECONDS, "connection_acquisition_timeout": _SECONDS}
    try:
        address = _address(case)
        with (
            GraphDatabase.driver(address.uri, auth=(address.user, address.password), **options) as driver,
            driver.session(database=address.database) as session,
        ):
            session.run("RETURN 1").consume()
            yield session
    except (ConfigurationError, Neo4jError, DriverError, ValueError) as error:
        raise NotAskedError from error


def _address(case: Case) -> GraphAddress:
    settings = case.settings
    return GraphAddress(
        settings.require_neo4j_uri(),
        settings.neo4j_user,
        settings.neo4j_password.get_secret_value(),
        settings.neo4j_database,
    )
