"""``python -m aibox_assets.api``: the API's process."""

from __future__ import annotations

import logging

import uvicorn

from aibox_assets.api.app import create_app
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import load_settings

CONNECTIONS = 40
"""As many as there are threads that answer requests."""
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def main() -> None:
    """Serve until a signal to stop."""
    logging.basicConfig(level=logging.INFO, format=_FORMAT)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    platform = Platform(load_settings(), connections=CONNECTIONS)
    settings = platform.settings
    settings.require_secret_key()
    if settings.api_port is None:
        raise ConfigurationError("AIBOX_API_PORT is not set.", "Set it, or start the API with 'aibox up'.")
    uvicorn.Server(configure(platform)).run()


def configure(platform: Platform) -> uvicorn.Config:
    """How the API of *platform* is served."""
    settings = platform.settings
    return uvicorn.Config(
        create_app(platform),
        host=settings.bind,
        port=settings.api_port or 0,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        access_log=False,  # the middleware writes a line of its own
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
