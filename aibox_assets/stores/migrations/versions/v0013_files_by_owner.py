"""One owner's files by name come from an index, in either direction."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """From the revision before."""
    op.execute("CREATE INDEX files_owner_id_path_seq_idx ON aibox.files (owner_id, path, seq)")


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("DROP INDEX aibox.files_owner_id_path_seq_idx")
