"""How the API is served over HTTP or HTTPS."""

from __future__ import annotations

import uvicorn

from aibox_assets.api.app import create_app
from aibox_assets.resources.platform import Platform


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
