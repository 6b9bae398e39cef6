"""The settings of a process: the fields with their values, and the folders and addresses that follow from them."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import quote

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.hub import without_pin
from aibox_assets.settings.addresses import checked_redis, database_of, with_driver
from aibox_assets.settings.fields import Fields
from aibox_assets.settings.sources import HomeSource, secret_files, written_down

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_INTERNAL = frozenset(
    {
        "AIBOX_TEST_NEO4J",
        "AIBOX_TEST_MODELS",
        "AIBOX_TEST_DATA",
        "AIBOX_SUPERVISED",
        "AIBOX_CODE_SERVER_PORT",
    }
)
"""Variables of our own processes and tests, which nobody sets by hand."""


class Settings(Fields):
    """Every setting, from all of its sources."""

    reads_home: ClassVar[bool] = True

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources, the strongest first."""
        home = (HomeSource(settings_cls),) if cls.reads_home else ()
        return init_settings, env_settings, dotenv_settings, *secret_files(settings_cls), *home

    @classmethod
    def of_home(cls, home: Path) -> Self:
        """Those of the home in this folder, whatever ``AIBOX_HOME`` says."""
        return cls(**{"AIBOX_HOME": home})  # type: ignore[arg-type]  # by alias

    @model_validator(mode="before")
    @classmethod
    def _at_their_commits(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A model that was set by its name alone is the commit that was written down when it was chosen."""
        written = written_down(values.get("AIBOX_HOME"))
        for name in ("AIBOX_EMBEDDING_MODEL", "AIBOX_EXTRACTOR"):
            if (known := written.get(name)) and values.get(name) == without_pin(known):
                values[name] = known
        return values

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
            raise self._not_started("DATABASE_URL")
        return with_driver(self.database_url.get_secret_value(), "psycopg")

    def require_dagster_database_url(self) -> str:
        """SQLAlchemy URL (psycopg 2, which dagster-postgres needs) of Dagster's storage.

        In the database that has our schema its tables are in ``public``: by Postgres' default they would come into
        the schema that is called as the user, and for a user ``aibox`` among ours, which has a table ``jobs``, too.
        """
        url = self.dagster_database_url or self.database_url
        if url is None:
            raise self._not_started("DATABASE_URL")
        address = with_driver(url.get_secret_value(), "psycopg2")
        ours = self.database_url
        if (
            ours is None
            or database_of(address) != database_of(ours.get_secret_value())
            or "options=" in address
        ):
            return address
        return f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3Dpublic"

    def require_redis_url(self) -> str:
        """URL of Redis, with its password; ``REDIS_URL`` first, then ``REDIS_HOST`` and the others.

        :raises ConfigurationError: none is set, or ``REDIS_HOST`` is another machine and nothing is said of a
            password: tasks and people's texts go there, and a forgotten line must not open them to everybody.
        """
        if self.redis_url is not None:
            return checked_redis(self.redis_url.get_secret_value())
        if self.redis_host is None:
            raise self._not_started("REDIS_URL")
        if self.redis_password is None and self.redis_host not in _LOOPBACK:
            raise ConfigurationError(
                f"REDIS_HOST is {self.redis_host}, and REDIS_PASSWORD is not set.",
                "Set REDIS_PASSWORD. Set it to nothing (REDIS_PASSWORD=) if that Redis has none on purpose.",
            )
        secret = self.redis_password.get_secret_value() if self.redis_password else ""
        password = f":{quote(secret, safe='')}@" if secret else ""
        host = f"[{self.redis_host}]" if ":" in self.redis_host else self.redis_host
        scheme = "rediss" if self.redis_ssl else "redis"
        return checked_redis(f"{scheme}://{password}{host}:{self.redis_port}/{self.redis_db}")

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
            raise self._not_started("NEO4J_URI")
        return self.neo4j_uri

    def _not_started(self, name: str) -> ConfigurationError:
        return ConfigurationError(
            f"Nothing was started yet in the home {self.home}, and {name} is not set.",
            f"Run 'aibox up' first, or name the right home by AIBOX_HOME, or set {name}.",
        )


class GivenSettings(Settings):
    """What the person set, in the environment, ``.env`` or :data:`SECRETS`; the home's own servers are left out."""

    reads_home = False


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process, read once.

    :raises ConfigurationError: a setting is malformed, or an ``AIBOX_*`` name unknown; it is named.
    """
    known = {field.alias for field in Settings.model_fields.values()}
    for name in os.environ:
        if name.startswith("AIBOX_") and name not in known | _INTERNAL:
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
