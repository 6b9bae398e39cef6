"""The models in use are in the database, so that workers on every machine follow a change."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """From the revision before."""
    op.execute(
        """
        CREATE TABLE aibox.chosen_models (
            kind text PRIMARY KEY,
            name text NOT NULL,
            updated_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT chosen_models_kind_check CHECK (kind IN ('embedding', 'extractor'))
        );
        COMMENT ON TABLE aibox.chosen_models IS 'which models every worker loads';
        """
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("DROP TABLE aibox.chosen_models")
