"""Which settings there are: name, type, default, bounds and meaning of each. docs/settings.md says more of them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from aibox_assets.domain.errors import ConfigurationError


class Fields(BaseSettings):
    """Every setting, under the name a person sets in the environment (upper case).

    ``AIBOX_*`` are ours; ``DATABASE_URL``, ``REDIS_*``, ``NEO4J_*`` keep the names their fields are known by.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    # Folders.
    home: Path = Field(Path(".aibox"), alias="AIBOX_HOME", description="All state of this installation")
    inbox: Path | None = Field(
        None, alias="AIBOX_INBOX", description="The watched folder; default AIBOX_HOME/inbox"
    )
    extra_folders: str = Field(
        "", alias="AIBOX_FOLDERS", description="More watched folders, separated by ':'"
    )
    default_user: str = Field(
        "default", alias="AIBOX_DEFAULT_USER", description="Owner of files at the inbox's top"
    )
    storage: str = Field(
        "",
        alias="AIBOX_STORAGE",
        description="Folder or fsspec URL for Parquet; default AIBOX_HOME/storage",
    )

    # Servers.
    database_url: SecretStr | None = Field(
        None, alias="DATABASE_URL", description="Postgres with pgvector; default: embedded"
    )
    dagster_database_url: SecretStr | None = Field(
        None,
        alias="AIBOX_DAGSTER_DATABASE_URL",
        description="Dagster's storage; default: DATABASE_URL, or embedded",
    )
    redis_url: SecretStr | None = Field(
        None, alias="REDIS_URL", description="Redis; wins over REDIS_HOST and the others"
    )
    redis_host: str | None = Field(None, alias="REDIS_HOST", description="Redis host; default: embedded")
    redis_port: int = Field(6379, alias="REDIS_PORT", ge=1, le=65535)
    redis_db: int = Field(0, alias="REDIS_DB", ge=0)
    redis_password: SecretStr | None = Field(
        None, alias="REDIS_PASSWORD", description="Needed beyond loopback; empty says that there is none"
    )
    redis_ssl: bool = Field(False, alias="REDIS_SSL", description="TLS, the server's certificate is checked")
    neo4j_uri: str | None = Field(
        None, alias="NEO4J_URI", description="Graph server over Bolt; default: embedded"
    )
    neo4j_user: str = Field("neo4j", alias="NEO4J_USER")
    neo4j_password: SecretStr = Field(SecretStr(""), alias="NEO4J_PASSWORD")
    neo4j_database: str | None = Field(
        None, alias="NEO4J_DATABASE", description="default: the server's default database"
    )

    # Models.
    embedding_model: str | None = Field(
        None,
        alias="AIBOX_EMBEDDING_MODEL",
        description="Hub name or folder; default: chosen at first start",
    )
    query_prefix: str | None = Field(
        None, alias="AIBOX_QUERY_PREFIX", description="Put before a query; default: the model's own"
    )
    passage_prefix: str | None = Field(
        None, alias="AIBOX_PASSAGE_PREFIX", description="Put before a passage; default: the model's own"
    )
    reranker: str | None = Field(
        None,
        alias="AIBOX_RERANKER",
        description="A cross-encoder (hub or folder) that reads the best of each search once more; default: none",
    )
    extractor: str | None = Field(
        None,
        alias="AIBOX_EXTRACTOR",
        description="'offline', 'offline:FOLDER', a GLiNER model (hub or folder), 'llm:NAME'; default: at first start",
    )
    ontology: Path | None = Field(
        None, alias="AIBOX_ONTOLOGY", description="YAML of types and relations; default: the built-in one"
    )

    # A language model.
    llm_url: str | None = Field(
        None,
        alias="AIBOX_LLM_URL",
        description="A language model's address, up to /v1, that speaks OpenAI's protocol: for answers, and 'llm:NAME'",
    )
    llm_model: str | None = Field(None, alias="AIBOX_LLM_MODEL", description="Its name on that server")
    llm_key: SecretStr | None = Field(None, alias="AIBOX_LLM_KEY", description="Its key, where it wants one")
    llm_seconds: int = Field(
        60, alias="AIBOX_LLM_SECONDS", ge=1, le=600, description="Seconds that it may take for an answer"
    )
    llm_calls: int = Field(
        4, alias="AIBOX_LLM_CALLS", ge=1, le=64, description="Passages that it extracts from at the same time"
    )
    llm_max_tokens: int = Field(
        2048, alias="AIBOX_LLM_MAX_TOKENS", ge=64, description="Tokens of what it extracts from one passage"
    )
    llm_calls_a_day: int = Field(
        20_000, alias="AIBOX_LLM_CALLS_A_DAY", ge=0, description="Calls for extraction in a day (UTC)"
    )
    llm_tokens_a_day: int = Field(
        50_000_000, alias="AIBOX_LLM_TOKENS_A_DAY", ge=0, description="Tokens that these may read and write"
    )
    llm_price_read: float = Field(
        0.0, alias="AIBOX_LLM_PRICE_READ", ge=0, description="Of a million tokens that it reads"
    )
    llm_price_written: float = Field(
        0.0, alias="AIBOX_LLM_PRICE_WRITTEN", ge=0, description="Of a million tokens that it writes"
    )
    llm_cost_a_day: float | None = Field(
        None,
        alias="AIBOX_LLM_COST_A_DAY",
        ge=0,
        description="What extraction may cost in a day, by these prices",
    )

    # How files are read, and how many at once.
    chunk_tokens: int = Field(256, alias="AIBOX_CHUNK_TOKENS", ge=16, le=8192)
    chunk_overlap: int = Field(
        32, alias="AIBOX_CHUNK_OVERLAP", ge=0, description="Tokens shared by neighbouring chunks"
    )
    max_file_mb: int = Field(
        200, alias="AIBOX_MAX_FILE_MB", ge=1, description="Larger files are refused (MiB)"
    )
    parse_timeout: int = Field(
        120, alias="AIBOX_PARSE_TIMEOUT", ge=1, description="Seconds a parser may take for one file"
    )
    parse_memory_mb: int = Field(
        2048, alias="AIBOX_PARSE_MEMORY_MB", ge=256, description="Memory of the parsing child (MiB)"
    )
    batch_files: int = Field(
        500, alias="AIBOX_BATCH_FILES", ge=1, le=1000, description="Most files that share one run"
    )
    scan_batch: int = Field(
        500,
        alias="AIBOX_SCAN_BATCH",
        ge=1,
        description="Most files taken in per look, or a twentieth of what waits",
    )
    max_runs: int = Field(
        64,
        alias="AIBOX_MAX_RUNS",
        ge=2,
        description="Most Dagster runs at once; there are half as many again as workers of a queue, and three",
    )
    settle_seconds: float = Field(
        1.0, alias="AIBOX_SETTLE_SECONDS", ge=0, description="A file counts as written after this long"
    )
    max_attempts: int = Field(3, alias="AIBOX_MAX_ATTEMPTS", ge=1, description="Tries of a transient failure")

    # Worker processes.
    threads: int | None = Field(
        None, alias="AIBOX_THREADS", ge=1, description="Threads per model process; default: cores shared out"
    )
    worker_max_memory_mb: int = Field(
        3072,
        alias="AIBOX_WORKER_MAX_MEMORY_MB",
        ge=256,
        description="A worker's child that grew beyond this (MiB) is replaced after its step",
    )
    worker_max_tasks: int = Field(
        500,
        alias="AIBOX_WORKER_MAX_TASKS",
        ge=1,
        description="Steps after which a worker's child is replaced",
    )
    part_seconds: int = Field(
        300,
        alias="AIBOX_PART_SECONDS",
        ge=1,
        description="Seconds that extraction or embedding may take for one part of a file",
    )
    task_seconds: int = Field(
        21_600,
        alias="AIBOX_TASK_SECONDS",
        ge=1,
        le=21_600,
        description="Seconds a step may take; at most 6 h, since the broker gives up on a worker at 7 h",
    )

    # What is kept, and for how long.
    keep_days: int = Field(
        30,
        alias="AIBOX_KEEP_DAYS",
        ge=1,
        description="Days that history, unused caches and runs that nothing stems from are kept",
    )
    keep_audit_days: int = Field(
        365, alias="AIBOX_KEEP_AUDIT_DAYS", ge=1, description="Days that it is kept who did what"
    )
    keep_upload_hours: int = Field(
        24, alias="AIBOX_KEEP_UPLOAD_HOURS", ge=1, description="Hours that parts of broken uploads are kept"
    )

    # What is told to people who operate it.
    log_format: Literal["text", "json"] = Field(
        "text",
        alias="AIBOX_LOG_FORMAT",
        description="'json' writes a JSON object per line, with run, step and file",
    )
    traces_endpoint: str | None = Field(
        None,
        alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Where a trace of each file is sent: OpenTelemetry over HTTP, like 'http://localhost:4318'",
    )

    # Web pages, API and who may reach them.
    webserver_port: int | None = Field(
        None, alias="AIBOX_WEBSERVER_PORT", ge=1, le=65535, description="Dagster UI; default: a free port"
    )
    dagster_url: str | None = Field(
        None, alias="AIBOX_DAGSTER_URL", description="Dagster UI, where 'aibox up' does not start it"
    )
    dagster_editors: bool = Field(
        False,
        alias="AIBOX_DAGSTER_EDITORS",
        description="Let editors into the Dagster UI, which shows the files of all",
    )
    metrics_open: bool = Field(
        False, alias="AIBOX_METRICS_OPEN", description="Give /metrics to everybody on the same machine"
    )
    webhooks_private: bool = Field(
        False,
        alias="AIBOX_WEBHOOKS_PRIVATE",
        description="Let webhooks lead to loopback and private addresses, and go without TLS",
    )
    url: str | None = Field(
        None,
        alias="AIBOX_URL",
        description="API of another installation, which the commands that search, see and steer then ask",
    )
    bind: str = Field("127.0.0.1", alias="AIBOX_BIND", description="Address that the API listens on")
    api_port: int | None = Field(
        None, alias="AIBOX_API_PORT", ge=1, le=65535, description="HTTP API; default: a free port"
    )
    secret_key: SecretStr | None = Field(
        None,
        alias="AIBOX_SECRET_KEY",
        min_length=32,
        description="Signs the API's tokens, the same on every machine; default: chosen at first start",
    )
    token: SecretStr | None = Field(
        None, alias="AIBOX_TOKEN", description="Key that 'aibox mcp' and remote commands sign in with"
    )
    tls_certificate: Path | None = Field(None, alias="AIBOX_TLS_CERTIFICATE", description="PEM, for the API")
    tls_key: Path | None = Field(None, alias="AIBOX_TLS_KEY", description="PEM, of that certificate")
    cors_origins: str = Field(
        "", alias="AIBOX_CORS_ORIGINS", description="Web pages that may call the API, separated by ','"
    )
    rate_limit: int = Field(
        1200, alias="AIBOX_RATE_LIMIT", ge=1, description="Requests a minute of one caller of the API"
    )
    max_uploads: int = Field(
        16, alias="AIBOX_MAX_UPLOADS", ge=1, description="Uploads that arrive at once; the others wait"
    )

    @field_validator("home", "inbox", "ontology")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @field_validator("storage")
    @classmethod
    def _reachable(cls, value: str) -> str:
        """:raises ConfigurationError: nothing that is installed speaks to a place of this kind."""
        kind = urlsplit(value).scheme
        if kind in ("", "file"):
            return value
        from fsspec.registry import known_implementations  # nobody else needs it at once

        known = known_implementations.get(kind)
        if known is None:
            raise ConfigurationError(
                f"AIBOX_STORAGE: {kind}:// is no place for tables.",
                "Name a folder, or an address as s3://BUCKET/FOLDER.",
            )
        package = known["class"].split(".")[0]
        if find_spec(package) is None:
            raise ConfigurationError(
                f"AIBOX_STORAGE: {kind}:// needs the package {package}, which is not installed.",
                f"pip install {package}",
            )
        return value
