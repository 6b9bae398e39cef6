"""How the API is served over HTTP or HTTPS."""

from __future__ import annotations

import resource

import uvicorn
from fastapi import FastAPI

from aibox_assets.settings import Settings


def allow_connections() -> None:
    """Let this process have as many open files as the system grants; 1,024 are too few for 1,000 streams."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def configure(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How *app* is served: on which address, and with which certificate."""
    return uvicorn.Config(
        app,
        host=settings.bind,
        port=settings.api_port or 0,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        access_log=False,  # the middleware writes a line of its own
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
