"""Files by a part of their path come from an index, in whatever script the part is."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """From the revision before."""
    # Not pg_trgm, which is not in every Postgres that we run on, and of which two Chinese characters find nothing.
    # A table of its own, since each change of a row of files would write into the index again.
    op.execute("""
        CREATE FUNCTION aibox.path_grams(path text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
            SELECT coalesce(array_agg(DISTINCT gram), '{}')
            FROM (SELECT lower(path COLLATE "C") AS folded) AS name, (VALUES (2), (3)) AS size(n),
                LATERAL generate_series(1, length(folded) - n + 1) AS start, LATERAL substr(folded, start, n) AS gram
            WHERE n = 3 OR octet_length(gram) > 2
        $$;
        CREATE TABLE aibox.file_names (
            file_id text PRIMARY KEY REFERENCES aibox.files (id) ON DELETE CASCADE,
            grams text[] NOT NULL
        );
        COMMENT ON TABLE aibox.file_names IS 'parts of the paths of files, by which they are found; kept by triggers';
        COMMENT ON COLUMN aibox.file_names.grams IS
            'every three characters in a row, and every two that are not both plain letters';
        INSERT INTO aibox.file_names SELECT id, aibox.path_grams(path) FROM aibox.files;
        CREATE INDEX file_names_grams_idx ON aibox.file_names USING gin (grams);
        CREATE FUNCTION aibox.name_files() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO aibox.file_names SELECT id, aibox.path_grams(path) FROM added;
            RETURN NULL;
        END $$;
        CREATE FUNCTION aibox.rename_file() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE aibox.file_names SET grams = aibox.path_grams(NEW.path) WHERE file_id = NEW.id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER name_files AFTER INSERT ON aibox.files
            REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aibox.name_files();
        CREATE TRIGGER rename_file AFTER UPDATE OF path ON aibox.files
            FOR EACH ROW WHEN (OLD.path <> NEW.path) EXECUTE FUNCTION aibox.rename_file()
    """)


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("""
        DROP TRIGGER rename_file ON aibox.files;
        DROP TRIGGER name_files ON aibox.files;
        DROP FUNCTION aibox.rename_file, aibox.name_files;
        DROP TABLE aibox.file_names;
        DROP FUNCTION aibox.path_grams
    """)
