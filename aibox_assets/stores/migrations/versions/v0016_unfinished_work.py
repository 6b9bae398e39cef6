"""Unfinished work is counted without reading its rows: a new model makes all of a hundred thousand files wait."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """From the revision before."""
    op.execute("""
        DROP INDEX aibox.work_unfinished_idx;
        CREATE INDEX work_unfinished_idx ON aibox.work (asset, state, seq)
            INCLUDE (owner_id, file_id, not_before, queued_at) WHERE state <> 'finished'
    """)


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("""
        DROP INDEX aibox.work_unfinished_idx;
        CREATE INDEX work_unfinished_idx ON aibox.work (asset, state, seq) WHERE state <> 'finished'
    """)
