"""The settings: typed, and the only reader of the environment.

Order: the environment, then ``.env`` in the working directory, then a file of the setting's name in :data:`SECRETS`,
then what the home wrote down when its embedded servers were first started (``AIBOX_HOME/home.json``), then the defaults
below.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.hub import without_pin

HOME_FILE = "home.json"
FIRST_LOGIN = "first-login.txt"
"""In the home: name and password of the first admin, until the password is changed."""
SECRETS = Path("/run/secrets/aibox")
"""Where containers get passwords and keys as files, which no list of processes or variables shows."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(BaseSettings):
    """Every setting, under the name a person sets in the environment (upper case).

    ``AIBOX_*`` are ours; ``DATABASE_URL``, ``REDIS_*``, ``NEO4J_*`` keep the names their fields are known by.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

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
        500, alias="AIBOX_SCAN_BATCH", ge=1, description="Most files taken in per sensor tick"
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            *_secrets(settings_cls),
            _HomeSource(settings_cls),
        )

    @model_validator(mode="before")
    @classmethod
    def _at_their_commits(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A model that was set by its name alone is the commit that was written down when it was chosen."""
        written = _written_down(values.get("AIBOX_HOME"))
        for name in ("AIBOX_EMBEDDING_MODEL", "AIBOX_EXTRACTOR"):
            if (known := written.get(name)) and values.get(name) == without_pin(known):
                values[name] = known
        return values

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

    @property
    def inbox_path(self) -> Path:
        """The watched folder."""
        return self.inbox or self.home / "inbox"

    @property
    def storage_url(self) -> str:
        """Where Parquet goes: a folder or an fsspec URL."""
        return self.storage or str(self.home / "storage")

    @property
    def watched_folders(self) -> tuple[Path, ...]:
        """The inbox, then the folders of ``AIBOX_FOLDERS``."""
        extra = (Path(part).expanduser().absolute() for part in self.extra_folders.split(":") if part)
        return (self.inbox_path, *extra)

    def require_database_url(self) -> str:
        """SQLAlchemy URL (psycopg 3) of our database.

        :raises ConfigurationError: neither ``DATABASE_URL`` is set nor the embedded server was ever started.
        """
        if self.database_url is None:
            raise _not_started("DATABASE_URL")
        return with_driver(self.database_url.get_secret_value(), "psycopg")

    def require_dagster_database_url(self) -> str:
        """SQLAlchemy URL (psycopg 2, which dagster-postgres needs) of Dagster's storage.

        In the database that has our schema its tables are in ``public``: by Postgres' default they would come into
        the schema that is called as the user, and for a user ``aibox`` among ours, which has a table ``jobs``, too.
        """
        url = self.dagster_database_url or self.database_url
        if url is None:
            raise _not_started("DATABASE_URL")
        address = with_driver(url.get_secret_value(), "psycopg2")
        ours = self.database_url
        if ours is None or _database(address) != _database(ours.get_secret_value()) or "options=" in address:
            return address
        return f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3Dpublic"

    def require_redis_url(self) -> str:
        """URL of Redis, with its password; ``REDIS_URL`` first, then ``REDIS_HOST`` and the others.

        :raises ConfigurationError: none is set, or ``REDIS_HOST`` is another machine and nothing is said of a
            password: tasks and people's texts go there, and a forgotten line must not open them to everybody.
        """
        if self.redis_url is not None:
            return _checked_tls(self.redis_url.get_secret_value())
        if self.redis_host is None:
            raise _not_started("REDIS_URL")
        if self.redis_password is None and self.redis_host not in _LOOPBACK:
            raise ConfigurationError(
                f"REDIS_HOST is {self.redis_host}, and REDIS_PASSWORD is not set.",
                "Set REDIS_PASSWORD. Set it to nothing (REDIS_PASSWORD=) if that Redis has none on purpose.",
            )
        secret = self.redis_password.get_secret_value() if self.redis_password else ""
        password = f":{quote(secret, safe='')}@" if secret else ""
        host = f"[{self.redis_host}]" if ":" in self.redis_host else self.redis_host
        scheme = "rediss" if self.redis_ssl else "redis"
        return _checked_tls(f"{scheme}://{password}{host}:{self.redis_port}/{self.redis_db}")

    def require_secret_key(self) -> bytes:
        """What the API's tokens are signed with.

        :raises ConfigurationError: none is set, and the home was never started.
        """
        if self.secret_key is None:
            raise ConfigurationError(
                "AIBOX_SECRET_KEY is not set, and this home has none yet.",
                "Run 'aibox up' first, or set it to 32 random characters or more, the same for every API process.",
            )
        return self.secret_key.get_secret_value().encode()

    def require_neo4j_uri(self) -> str:
        """Bolt address of the graph server."""
        if self.neo4j_uri is None:
            raise _not_started("NEO4J_URI")
        return self.neo4j_uri


class GivenSettings(Settings):
    """What the person set, in the environment or ``.env``; the home's own servers are left out."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, *_secrets(settings_cls)


def _secrets(kind: type[BaseSettings]) -> tuple[PydanticBaseSettingsSource, ...]:
    return (SecretsSettingsSource(kind, secrets_dir=SECRETS),) if SECRETS.is_dir() else ()


class _HomeSource(PydanticBaseSettingsSource):
    """What the home wrote down: addresses and passwords of its own servers, and the models."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        values = _written_down(self.current_state.get("AIBOX_HOME"))
        # A server named by REDIS_HOST must not be overruled by the embedded one's URL.
        if self.current_state.get("REDIS_HOST"):
            values.pop("REDIS_URL", None)
        if self.current_state.get("DATABASE_URL"):
            values.pop("AIBOX_DAGSTER_DATABASE_URL", None)
        # Nor must the embedded graph's account be tried on the person's own server.
        if self.current_state.get("NEO4J_URI"):
            for name in ("NEO4J_URI", "NEO4J_USER", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
                values.pop(name, None)
        return values


def _written_down(home: object) -> dict[str, Any]:
    """What the home wrote down, by environment name; nothing before its first start."""
    path = Path(str(home or ".aibox")).expanduser() / HOME_FILE
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))["settings"]
        return {name: value for name, value in values.items() if isinstance(name, str)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error}.",
            "Restore it from a backup, or start a new home with AIBOX_HOME.",
        ) from error


def with_driver(url: str, driver: str) -> str:
    """*url* with the SQLAlchemy driver named, whatever its scheme said: ``postgresql+psycopg://…``."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise ConfigurationError(
            "DATABASE_URL must be a Postgres address.",
            "Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
        )
    return f"postgresql+{driver}://{rest}"


def _database(url: str) -> tuple[str | None, int, str]:
    """Which database *url* names: host, port and name."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or 5432, parts.path


def _checked_tls(url: str) -> str:
    """*url*; with TLS it says that the certificate is checked, without which Celery refuses it."""
    if not url.startswith("rediss://") or "ssl_cert_reqs=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"


def _not_started(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"No address for {name}: it is not set, and this home has no embedded server yet.",
        f"Run 'aibox up' first, or set {name}.",
    )


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process, read once.

    :raises ConfigurationError: a setting is malformed, or an ``AIBOX_*`` name unknown; it is named.
    """
    known = {field.alias for field in Settings.model_fields.values()}
    internal = {
        "AIBOX_TEST_NEO4J",
        "AIBOX_TEST_MODELS",
        "AIBOX_TEST_DATA",
        "AIBOX_SUPERVISED",
        "AIBOX_CODE_SERVER_PORT",
    }
    for name in os.environ:
        if name.startswith("AIBOX_") and name not in known | internal:
            raise ConfigurationError(
                f"Unknown setting {name}.", "docs/settings.md lists every name; unset this one."
            )
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(
            f"Setting {first['loc'][0]}: {first['msg']} (got {first.get('input')!r}).",
            "docs/settings.md says what it takes.",
        ) from error
