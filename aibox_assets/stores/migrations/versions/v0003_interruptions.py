"""Runs that died under a file are counted apart from its own failures, and what goes alone is marked."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From 0002."""
    op.execute(
        """
        ALTER TABLE aibox.files ADD COLUMN interruptions integer NOT NULL DEFAULT 0;
        COMMENT ON COLUMN aibox.files.interruptions IS 'runs that died under it, through no fault of its own';
        ALTER TABLE aibox.files ADD COLUMN alone boolean NOT NULL DEFAULT false;
        COMMENT ON COLUMN aibox.files.alone IS 'shares no run: a step failed with it for a reason that names no file';
        """
    )


def downgrade() -> None:
    """Back to 0002."""
    op.execute("ALTER TABLE aibox.files DROP COLUMN interruptions, DROP COLUMN alone")
