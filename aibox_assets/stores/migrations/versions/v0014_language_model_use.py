"""What language models were asked for, day by day."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """From the revision before."""
    op.execute(
        """
        CREATE TABLE aibox.language_model_use (
            day date,
            model text,
            calls integer NOT NULL,
            tokens_read bigint NOT NULL,
            tokens_written bigint NOT NULL,
            PRIMARY KEY (day, model)
        )
        """
    )
    op.execute(
        "COMMENT ON TABLE aibox.language_model_use IS 'what language models were asked for, by day in UTC'"
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("DROP TABLE aibox.language_model_use")
