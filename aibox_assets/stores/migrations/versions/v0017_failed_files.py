"""What failed within a span is counted from the files that are failed, and no longer written down with each sample."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """From the revision before."""
    op.execute("ALTER TABLE aibox.queue_samples DROP COLUMN lost")


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("ALTER TABLE aibox.queue_samples ADD COLUMN lost integer NOT NULL DEFAULT 0")
