"""Alembic migrations of schema ``aibox``, run by :func:`aibox_assets.stores.database.migrate`."""
