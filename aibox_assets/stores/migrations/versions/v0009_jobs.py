"""What is not finished is counted and listed by queue, however many files there are."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """From the revision before."""
    op.execute("CREATE INDEX work_unfinished_idx ON aibox.work (asset, state, seq) WHERE state <> 'finished'")


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("DROP INDEX aibox.work_unfinished_idx")
