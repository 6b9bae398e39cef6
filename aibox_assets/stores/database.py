"""Our Postgres database: connections, transactions, migrations and the tables, all in schema ``aibox``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Engine, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.types import UserDefinedType

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError

SCHEMA = "aibox"
STATUSES = ("queued", "started", "finished", "failed")
FAILURES = ("transient", "permanent", "exhausted", "cancelled")
ROLES = ("admin", "editor", "reader")
JOB_KINDS = ("upload", "regenerate", "retry", "cancel", "delete")
SPACE_STATES = ("building", "active", "retired")
MIN_PGVECTOR = (0, 8)
"""The first release with iterative index scans, without which a filtered search returns too few rows."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 0x61_69_62_6F_78  # "aibox"

metadata = sa.MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)

_now = sa.func.now()
_moment = sa.DateTime(timezone=True)


class Xid8(UserDefinedType[str]):
    """The number of a transaction."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """As Postgres calls it."""
        return "XID8"


installation = Table(
    "installation",
    metadata,
    Column("one", sa.Boolean, sa.CheckConstraint("one", name="installation_one_check"), primary_key=True,
           server_default=sa.true()),
    Column("id", sa.Text, nullable=False),
    comment="a single row: what the markers of our folders name as theirs",
)  # fmt: skip

accounts = Table(
    "accounts",
    metadata,
    Column("name", sa.Text, primary_key=True),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Column("role", sa.Text, nullable=False, server_default="editor"),
    Column("password_hash", sa.Text, comment="argon2; none for who only owns a folder of files"),
    Column("disabled_at", _moment),
    Column(
        "tokens_since",
        _moment,
        comment="older tokens are worth nothing, since the password or the role changed",
    ),
    sa.CheckConstraint(f"role IN {ROLES}", name="accounts_role_check"),
    comment="who owns files",
)

folders = Table(
    "folders",
    metadata,
    Column("label", sa.Text, primary_key=True, comment="'inbox', or the path under which it was added"),
    Column("id", sa.Text, unique=True, comment="as its marker file has it; none before the first look"),
    Column("host", sa.Text),
    Column("root", sa.Text, comment="where it was on that host"),
    Column("held_reason", sa.Text, comment="why it is neither read nor emptied until a person decides"),
    Column("seen_at", _moment, comment="when it was last read whole"),
    Column("created_at", _moment, nullable=False, server_default=_now),
    comment="watched folders, known by the marker that lies in them",
)

files = Table(
    "files",
    metadata,
    Column("id", sa.Text, primary_key=True, comment="partition key"),
    Column("seq", sa.BigInteger, sa.Identity(), nullable=False, comment="order of arrival"),
    Column("folder", ForeignKey(folders.c.label), nullable=False),
    Column("path", sa.Text, nullable=False, comment="relative to the folder"),
    Column("owner_id", ForeignKey(accounts.c.name, onupdate="CASCADE"), nullable=False),
    Column("media_type", sa.Text),
    Column("size", sa.BigInteger, nullable=False, comment="bytes"),
    Column("mtime_ns", sa.BigInteger, nullable=False),
    Column("sha256", sa.Text, comment="of the bytes; none before they were read once"),
    Column("status", sa.Text, nullable=False, server_default="queued", comment="of all of its work together"),
    Column("gone_at", _moment, comment="its bytes are gone; all of it is about to be deleted"),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Column("updated_at", _moment, nullable=False, server_default=_now),
    sa.CheckConstraint(f"status IN {STATUSES}", name="files_status_check"),
    sa.UniqueConstraint("folder", "path"),
    Index(None, "seq", unique=True),
    Index(None, "status"),
    Index(None, "sha256"),
    Index(None, "owner_id", "seq"),
    Index(None, "path", "seq"),
    Index(None, "owner_id", "path", "seq"),
    Index(None, "size", "seq"),
    Index(None, "updated_at", "seq"),
    Index("files_states_idx", "owner_id", "status", postgresql_where=sa.text("gone_at IS NULL")),
    Index("files_gone_at_idx", "gone_at", postgresql_where=sa.text("gone_at IS NOT NULL")),
)

missing_files = Table(
    "missing_files",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column("since", _moment, nullable=False, server_default=_now),
    Column("due_at", _moment, comment="when they are removed; never by itself where a person must decide"),
    comment="files of a large removal that waits, in case they come back",
)

work = Table(
    "work",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column("asset", sa.Text, primary_key=True),
    Column("owner_id", ForeignKey(accounts.c.name, onupdate="CASCADE"), nullable=False, comment="the file's"),
    Column("seq", sa.BigInteger, nullable=False, comment="the file's"),
    Column("state", sa.Text, nullable=False, server_default="queued"),
    Column("wanted", sa.Text, comment="the version that should be; none while it is not known yet"),
    Column("made", sa.Text, comment="the version that is"),
    Column("made_by", sa.Text, comment="Dagster's id of the run that made it"),
    Column("run", sa.Text, comment="the only run that may write it"),
    Column("background", sa.Boolean, nullable=False, server_default=sa.false(), comment="nobody waits for it"),
    Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0"), comment="its own failures"),
    Column(
        "interruptions",
        sa.Integer,
        nullable=False,
        server_default=sa.text("0"),
        comment="runs that died under it, through no fault of its own",
    ),
    Column("not_before", _moment, comment="it is not tried again before this"),
    Column("failure", sa.Text, comment="of what kind the last failure was"),
    Column("error", sa.Text),
    Column("remedy", sa.Text),
    Column("trace", sa.Text, comment="traceback of the last error"),
    Column("items", sa.Integer, comment="what was made: chunks, vectors, triples"),
    Column("seconds", sa.Float, comment="that it took"),
    Column("queued_at", _moment, nullable=False, server_default=_now),
    Column("started_at", _moment),
    Column("ended_at", _moment, comment="when it was made, or failed for good"),
    Column("updated_at", _moment, nullable=False, server_default=_now),
    sa.CheckConstraint(f"state IN {STATUSES}", name="work_state_check"),
    sa.CheckConstraint(f"failure IN {FAILURES}", name="work_failure_check"),
    Index("work_run_idx", "run", postgresql_where=sa.text("run IS NOT NULL")),
    Index(
        "work_waiting_idx", "owner_id", "background", "seq", "asset",
        postgresql_where=sa.text("state = 'queued' AND run IS NULL AND (asset = 'chunks' OR wanted IS NOT NULL)"),
    ),
    Index("work_unfinished_idx", "asset", "state", "seq", postgresql_where=sa.text("state <> 'finished'")),
    comment="each asset of each file: what should be, what is, and how it stands",
)  # fmt: skip

recipes = Table(
    "recipes",
    metadata,
    Column("asset", sa.Text, primary_key=True),
    Column("digest", sa.Text, nullable=False, comment="of all configuration that its results depend on"),
    Column("updated_at", _moment, nullable=False, server_default=_now),
    comment="how each asset is made now",
)

pauses = Table(
    "pauses",
    metadata,
    Column("queue", sa.Text, primary_key=True),
    Column("reason", sa.Text, nullable=False),
    Column("remedy", sa.Text, nullable=False),
    Column("since", _moment, nullable=False, server_default=_now),
    Column("probes", sa.Integer, nullable=False, server_default=sa.text("0"), comment="tries since"),
    Column("probe_at", _moment, nullable=False, comment="when one file is tried again"),
    Column(
        "held_by", sa.Text, comment="the person who holds it, until a person resumes it; none for a fault"
    ),
    Column(
        "draining",
        sa.Boolean,
        nullable=False,
        server_default=sa.false(),
        comment="held by a person, but what runs have already is made",
    ),
    comment="queues that a fault of the installation, or a person, holds",
)

file_events = Table(
    "file_events",
    metadata,
    Column("seq", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("file_id", sa.Text, nullable=False, comment="no reference: the history outlives the file"),
    Column("owner_id", sa.Text, nullable=False),
    Column("asset", sa.Text),
    Column("kind", sa.Text, nullable=False),
    Column("at", _moment, nullable=False, server_default=_now),
    Column("data", JSONB, nullable=False, server_default=sa.text("'{}'")),
    Column(
        "xid",
        Xid8,
        nullable=False,
        server_default=sa.text("pg_current_xact_id()"),
        comment="of the transaction that wrote it; by it a reader knows what became visible since it looked last",
    ),
    Index(None, "file_id", "seq"),
    Index(None, "at"),
    Index(None, "xid"),
    comment="every transition of every file, written with it",
)

steps = Table(
    "steps",
    metadata,
    Column("run_id", sa.Text, primary_key=True),
    Column("step_key", sa.Text, primary_key=True),
    Column(
        "task_id",
        sa.Text,
        nullable=False,
        comment="fencing token: the only task that may write for this step",
    ),
    Column("in_hand", sa.Text, comment="the file that is worked on alone, after a worker died on the batch"),
    Column(
        "deaths",
        JSONB,
        nullable=False,
        server_default=sa.text("'{}'"),
        comment="workers that died with a file in hand, by file",
    ),
    Column("issued_at", _moment, nullable=False, server_default=_now),
)

spaces = Table(
    "spaces",
    metadata,
    Column("id", sa.Integer, sa.Identity(), primary_key=True),
    Column("name", sa.Text, nullable=False),
    Column("revision", sa.Text, nullable=False),
    Column("dimension", sa.Integer, nullable=False),
    Column("query_prefix", sa.Text, nullable=False),
    Column("passage_prefix", sa.Text, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Column("activated_at", _moment, comment="when searches began to read it, the last time"),
    sa.CheckConstraint(f"state IN {SPACE_STATES}", name="spaces_state_check"),
    # At most one that is active, and one that is being built.
    Index("spaces_state_idx", "state", unique=True, postgresql_where=sa.text("state <> 'retired'")),
    comment="embedding models; the vectors of each are in a table of its own, vectors_<id>",
)

chunks = Table(
    "chunks",
    metadata,
    Column("chunk_id", sa.Text, primary_key=True),
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), nullable=False),
    Column("ordinal", sa.Integer, nullable=False),
    Column("text", sa.Text, nullable=False),
    Column("text_hash", sa.Text, nullable=False),
    Column("token_count", sa.Integer, nullable=False),
    Column("char_start", sa.Integer, nullable=False),
    Column("char_end", sa.Integer, nullable=False),
    Column("page", sa.Integer),
    Column("sheet", sa.Text),
    Column("heading_path", JSONB, nullable=False),
    Column("language", sa.Text, nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Index(None, "file_id"),
    Index(None, "text_hash"),
    Index("chunks_words_idx", "words", postgresql_using="gin"),
    comment="the searchable chunks, of whichever embedding model",
)

extractions = Table(
    "extractions",
    metadata,
    Column("text_hash", sa.Text, primary_key=True),
    Column("extractor", sa.Text, primary_key=True, comment="name, version and the ontology's digest"),
    Column("result", JSONB, nullable=False),
    Column("used_at", _moment, nullable=False, server_default=_now),
    Index(None, "used_at"),
)

chosen_models = Table(
    "chosen_models",
    metadata,
    Column("kind", sa.Text, primary_key=True),
    Column("name", sa.Text, nullable=False),
    Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.CheckConstraint("kind IN ('embedding', 'extractor')", name="chosen_models_kind_check"),
    comment="which models every worker loads",
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", sa.Text, primary_key=True),
    Column("account", ForeignKey(accounts.c.name, onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
    Column("name", sa.Text, nullable=False),
    Column(
        "hash", sa.Text, nullable=False, unique=True, comment="SHA-256 of the key, which is 256 random bits"
    ),
    Column("role", sa.Text, nullable=False),
    Column("scopes", sa.ARRAY(sa.Text), nullable=False),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Column("expires_at", _moment),
    Column("used_at", _moment),
    Column("revoked_at", _moment),
    sa.CheckConstraint(f"role IN {ROLES}", name="api_keys_role_check"),
    Index(None, "account"),
    comment="what programs sign in with",
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", sa.Text, primary_key=True),
    Column("family", sa.Text, nullable=False),
    Column("account", ForeignKey(accounts.c.name, onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
    Column("expires_at", _moment, nullable=False),
    Column("used_at", _moment, comment="when it was exchanged; a second exchange ends its family"),
    Index(None, "family"),
    comment="by which a login goes on",
)

grants = Table(
    "grants",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column("grantee", sa.Text, primary_key=True, comment="an account, or empty for all of them"),
    Column("granted_by", sa.Text, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Index(None, "grantee"),
    comment="who sees a file beside its owner and the admins",
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("at", _moment, nullable=False, server_default=_now),
    Column("account", sa.Text, nullable=False),
    Column("key_id", sa.Text),
    Column("action", sa.Text, nullable=False),
    Column("subject", sa.Text),
    Column("request_id", sa.Text),
    Column("data", JSONB, nullable=False, server_default=sa.text("'{}'")),
    Index(None, "at"),
    Index(None, "account", "seq"),
    comment="who did what over HTTP",
)

repeatable_requests = Table(
    "repeatable_requests",
    metadata,
    Column("caller", sa.Text, primary_key=True),
    Column("key", sa.Text, primary_key=True),
    Column(
        "instance",
        sa.BigInteger,
        nullable=False,
        comment="the process that works on it, which holds an advisory lock",
    ),
    Column("fingerprint", sa.Text),
    Column("status", sa.Integer, comment="of the answer; none while it is not there yet"),
    Column("headers", JSONB),
    Column("body", sa.LargeBinary),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Index(None, "created_at"),
    comment="answers that are given again for the same Idempotency-Key",
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("kind", sa.Text, nullable=False),
    Column("file_id", sa.Text, nullable=False, comment="no reference: what was asked outlives the file"),
    Column("owner_id", sa.Text, nullable=False, comment="the file's"),
    Column("asked_by", sa.Text, nullable=False),
    Column("request_id", sa.Text, comment="of the HTTP request, which may have asked for many"),
    Column("assets", sa.ARRAY(sa.Text), comment="to be made again; none where that is not the question"),
    Column("state", sa.Text, comment="how it ended; none while it is open: then it stands as its file does"),
    Column("run_id", sa.Text, comment="Dagster's id of the last run that made something for it"),
    Column("error", sa.Text),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Column("started_at", _moment),
    Column("ended_at", _moment),
    sa.CheckConstraint(f"kind IN {JOB_KINDS}", name="jobs_kind_check"),
    sa.CheckConstraint(f"state IN {STATUSES}", name="jobs_state_check"),
    Index(None, "file_id", "id"),
    Index(None, "owner_id", "id"),
    Index(None, "request_id"),
    Index("jobs_open_idx", "file_id", postgresql_where=sa.text("ended_at IS NULL")),
    comment="what people asked for of a file",
)

queue_samples = Table(
    "queue_samples",
    metadata,
    Column("at", _moment, primary_key=True),
    Column("queue", sa.Text, primary_key=True),
    Column("queued", sa.Integer, nullable=False),
    Column("started", sa.Integer, nullable=False),
    Column("failed", sa.Integer, nullable=False),
    Column("oldest_seconds", sa.Float, comment="that the job which waited longest had waited"),
    Column("made", sa.Integer, nullable=False, comment="jobs within the minute before"),
    Column("lost", sa.Integer, nullable=False, comment="jobs that failed for good within that minute"),
    comment="how the queues stood, minute by minute",
)


webhooks = Table(
    "webhooks",
    metadata,
    Column("id", sa.Text, primary_key=True),
    Column("account", ForeignKey(accounts.c.name, onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
    Column("url", sa.Text, nullable=False),
    Column("secret", sa.Text, nullable=False, comment="signs what is sent, so it cannot be a hash"),
    Column("events", sa.ARRAY(sa.Text), nullable=False),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Column(
        "given_up",
        sa.Integer,
        nullable=False,
        server_default=sa.text("0"),
        comment="deliveries in a row that failed for good",
    ),
    Column("stopped_at", _moment),
    Index(None, "account"),
    comment="who is told over HTTP what became of its files",
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("webhook_id", ForeignKey(webhooks.c.id, ondelete="CASCADE"), nullable=False),
    Column("event_seq", sa.BigInteger, nullable=False),
    Column("event", sa.Text, nullable=False),
    Column("body", sa.Text, nullable=False),
    Column("state", sa.Text, nullable=False, server_default=sa.text("'waiting'")),
    Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    Column("next_at", _moment, nullable=False, server_default=_now),
    Column("status", sa.Integer, comment="of the last answer over HTTP; none where there was none"),
    Column("error", sa.Text),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Column("ended_at", _moment),
    sa.UniqueConstraint("webhook_id", "event_seq"),
    sa.CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="webhook_deliveries_state_check"),
    Index(None, "next_at", postgresql_where=sa.text("state = 'waiting'")),
    comment="what webhooks are told, once per event",
)

webhook_position = Table(
    "webhook_position",
    metadata,
    Column("name", sa.Text, primary_key=True),
    Column("at", _moment, nullable=False),
    comment="until when the history of files was read for the webhooks",
)

name_joins = Table(
    "name_joins",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column(
        "short", sa.Text, primary_key=True, comment="key of the entity that stands for the other in this file"
    ),
    Column("full_key", sa.Text, primary_key=True),
    Column("score", sa.Double, nullable=False),
    Column("reason", sa.Text, nullable=False),
    Column("evidence", sa.Text, nullable=False),
    Index(None, "short"),
    Index(None, "full_key"),
    comment="names that are one thing within a file, by what the file shows",
)

name_decisions = Table(
    "name_decisions",
    metadata,
    Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    Column("one", sa.Text, nullable=False),
    Column("other", sa.Text, nullable=False),
    Column("same", sa.Boolean, nullable=False),
    Column("author", sa.Text, nullable=False),
    Column(
        "for_all", sa.Boolean, nullable=False, comment="made by an admin; else it holds for its author alone"
    ),
    Column("created_at", _moment, nullable=False, server_default=_now),
    Column("undone_at", _moment),
    Column("undone_by", sa.Text),
    sa.CheckConstraint("one < other", name="name_decisions_check"),
    Index(None, "one"),
    Index(None, "other"),
    comment="what people decided of two entities: one thing, or two",
)

file_names = Table(
    "file_names",
    metadata,
    Column("file_id", ForeignKey(files.c.id, ondelete="CASCADE"), primary_key=True),
    Column(
        "grams",
        sa.ARRAY(sa.Text),
        nullable=False,
        comment="every three characters in a row, and every two that are not both plain letters",
    ),
    Index(None, "grams", postgresql_using="gin"),
    comment="parts of the paths of files, by which they are found; kept by triggers",
)

language_model_use = Table(
    "language_model_use",
    metadata,
    Column("day", sa.Date, primary_key=True),
    Column("model", sa.Text, primary_key=True),
    Column("calls", sa.Integer, nullable=False),
    Column("tokens_read", sa.BigInteger, nullable=False),
    Column("tokens_written", sa.BigInteger, nullable=False),
    comment="what language models were asked for, by day in UTC",
)


def connect(url: str, connections: int = 8) -> Engine:
    """A small pool of connections; nothing is opened before the first use.

    :param url: SQLAlchemy URL with the driver psycopg 3. Make the engine in the process that uses it: a pool
        does not survive a fork.
    :param connections: at most, of which four stay open.
    """
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=connections - 4,
        pool_timeout=30,
        # Parameters hold people's texts and belong in no log.
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "aibox",
            "keepalives_idle": 30,
            "tcp_user_timeout": 30_000,
        },
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction: committed at the end of the block, rolled back when the block raises.

    :raises StoreUnavailableError: Postgres cannot be reached, went away, or gave up on a deadlock.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise _unavailable(engine, error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _unavailable(engine, error) from error
        raise


def migrate(url: str, revision: str = "head") -> None:
    """Bring schema ``aibox`` to this release; one transaction, so it happens whole or not at all.

    Safe at any time and by several at once: an advisory lock lets one work, and the others find it done.

    :param revision: an older one only for a backup that is of it.

    :raises ConfigurationError: pgvector is missing, too old, or may not be created by this user.
    :raises StoreUnavailableError: Postgres did not answer.
    """
    from alembic import command  # here, since every command of the CLI would wait for its import
    from alembic.config import Config

    engine = connect(url)
    try:
        with transaction(engine) as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            _require_pgvector(connection)
            connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def known_revisions() -> list[str]:
    """The revisions of the schema that this release knows, the newest first."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def _require_pgvector(connection: Connection) -> None:
    remedy = (
        "Install pgvector 0.8 or later on the server, and run 'CREATE EXTENSION vector' "
        "(or 'ALTER EXTENSION vector UPDATE') in this database as a superuser."
    )
    try:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError as error:
        if isinstance(error, InterfaceError) or error.connection_invalidated:
            raise
        reason = str(error.orig).strip().splitlines()[0]
        raise ConfigurationError(f"The database cannot use pgvector: {reason}.", remedy) from error
    version: str = connection.scalar(sa.text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
    if tuple(int(part) for part in version.split(".")[:2]) < MIN_PGVECTOR:
        raise ConfigurationError(f"pgvector {version} of this database is too old.", remedy)


def _unavailable(engine: Engine, error: Exception) -> StoreUnavailableError:
    cause = getattr(error, "orig", None) or error
    reason = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    return StoreUnavailableError(
        f"Postgres at {engine.url.render_as_string(hide_password=True)} did not answer: {reason}.",
        "It is tried again by itself; if it lasts, see 'aibox doctor' and the server's log.",
    )
