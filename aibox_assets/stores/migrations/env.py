"""Alembic's entry: runs inside the caller's transaction, on the caller's connection."""

from alembic import context

from aibox_assets.stores.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
