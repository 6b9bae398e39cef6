"""The ``neo4j`` driver, imported without pandas and Arrow: it would serve values of them, which none of ours are.

A second and 60 MB of every process less. Whatever of ours uses the driver takes it from here.
"""

from aibox_assets.domain.lean_imports import imports_without

with imports_without("pandas", "pyarrow"):
    from neo4j import (
        READ_ACCESS,
        WRITE_ACCESS,
        Driver,
        GraphDatabase,
        NotificationMinimumSeverity,
        Query,
        Session,
        Transaction,
    )
    from neo4j.exceptions import (
        AuthError,
        ClientError,
        ConstraintError,
        DatabaseError,
        DriverError,
        Neo4jError,
        TransientError,
    )
    from neo4j.graph import Node, Path, Relationship

__all__ = [
    "READ_ACCESS",
    "WRITE_ACCESS",
    "AuthError",
    "ClientError",
    "ConstraintError",
    "DatabaseError",
    "Driver",
    "DriverError",
    "GraphDatabase",
    "Neo4jError",
    "Node",
    "NotificationMinimumSeverity",
    "Path",
    "Query",
    "Relationship",
    "Session",
    "Transaction",
    "TransientError",
]
