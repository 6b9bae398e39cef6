"""Folders with an identity: an id of the installation for their markers, and large removals that wait."""

from alembic import op

revision = "0006"
down_revision = "0005"

_TABLES = """
CREATE TABLE aibox.installation (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT installation_one_check CHECK (one),
    id text NOT NULL
);
COMMENT ON TABLE aibox.installation IS 'a single row: what the markers of our folders name as theirs';

CREATE TABLE aibox.missing_files (
    file_id text PRIMARY KEY CONSTRAINT missing_files_file_id_fkey REFERENCES aibox.files ON DELETE CASCADE,
    since timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz
);
COMMENT ON TABLE aibox.missing_files IS 'files of a large removal that waits, in case they come back';
COMMENT ON COLUMN aibox.missing_files.due_at IS
    'when they are removed; never by itself where a person must decide';
"""


def upgrade() -> None:
    """From 0005."""
    op.execute(_TABLES)
