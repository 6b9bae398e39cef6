"""Which run works on a file, which task on a step, and the trace of a file's last error."""

from alembic import op

revision = "0002"
down_revision = "0001"

_TABLES = """
ALTER TABLE aibox.files ADD COLUMN trace text;
COMMENT ON COLUMN aibox.files.trace IS 'traceback of the last error';

CREATE TABLE aibox.claims (
    file_id text PRIMARY KEY,
    run_id text NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT claims_file_id_fkey FOREIGN KEY (file_id) REFERENCES aibox.files (id) ON DELETE CASCADE
);
COMMENT ON TABLE aibox.claims IS 'the one run that may write results of a file';
CREATE INDEX claims_run_id_idx ON aibox.claims (run_id);

CREATE TABLE aibox.steps (
    run_id text NOT NULL,
    step_key text NOT NULL,
    task_id text NOT NULL,
    in_hand text,
    deaths jsonb NOT NULL DEFAULT '{}',
    issued_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT steps_pkey PRIMARY KEY (run_id, step_key)
);
COMMENT ON COLUMN aibox.steps.task_id IS 'fencing token: the only task that may write for this step';
COMMENT ON COLUMN aibox.steps.in_hand IS 'the file that is worked on alone, after a worker died on the batch';
COMMENT ON COLUMN aibox.steps.deaths IS 'workers that died with a file in hand, by file';
"""


def upgrade() -> None:
    """From 0001."""
    op.execute(_TABLES)


def downgrade() -> None:
    """Back to 0001."""
    op.execute("DROP TABLE aibox.steps; DROP TABLE aibox.claims; ALTER TABLE aibox.files DROP COLUMN trace")
