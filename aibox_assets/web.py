"""``python -m aibox_assets.web``: the process that serves API and console at one address."""

from __future__ import annotations

import logging

import uvicorn

from aibox_assets.api.app import create_app
from aibox_assets.api.serving import configure
from aibox_assets.console.mount import mount_console
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.execution.logs import write_json
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import load_settings

CONNECTIONS = 40
"""As many as there are threads that answer requests."""
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def main() -> None:
    """Serve until a signal to stop."""
    logging.basicConfig(level=logging.INFO, format=_FORMAT)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if load_settings().log_format == "json":
        write_json(logging.getLogger())
    platform = Platform(load_settings(), connections=CONNECTIONS)
    settings = platform.settings
    settings.require_secret_key()
    if settings.api_port is None:
        raise ConfigurationError("AIBOX_API_PORT is not set.", "Set it, or start the API with 'aibox up'.")
    app = create_app(platform)
    mount_console(app, platform)
    uvicorn.Server(configure(app, settings)).run()


if __name__ == "__main__":
    main()
