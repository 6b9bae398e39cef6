"""Where settings come from besides the environment and ``.env``: files of containers, and what the home wrote down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource

from aibox_assets.domain.errors import ConfigurationError

HOME_FILE = "home.json"
SECRETS = Path("/run/secrets/aibox")
"""Where containers get passwords and keys as files, which no list of processes or variables shows."""


def secret_files(kind: type[BaseSettings]) -> tuple[PydanticBaseSettingsSource, ...]:
    """The files in :data:`SECRETS`; no source where there is no such folder."""
    return (SecretsSettingsSource(kind, secrets_dir=SECRETS),) if SECRETS.is_dir() else ()


class HomeSource(PydanticBaseSettingsSource):
    """What the home wrote down: addresses and passwords of its own servers, and the models."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        values = written_down(self.current_state.get("AIBOX_HOME"))
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


def written_down(home: object) -> dict[str, Any]:
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
