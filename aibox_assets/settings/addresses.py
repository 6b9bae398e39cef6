"""Addresses of servers as people write them: what they must be, and what each driver wants to read.

An address that nobody can read is refused by the setting's name, without its password.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

from aibox_assets.domain.errors import ConfigurationError

_REDIS: Final = "redis://:PASSWORD@HOST:PORT/DB"
_POSTGRES: Final = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
_ESCAPES: Final = "In a password write @ : / ? # % as %40 %3A %2F %3F %23 %25."


def with_driver(url: str, driver: str) -> str:
    """*url* with the SQLAlchemy driver named, whatever its scheme said: ``postgresql+psycopg://…``.

    :raises ConfigurationError: it is no address of Postgres.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise ConfigurationError("DATABASE_URL must be a Postgres address.", f"Write it as {_POSTGRES}.")
    _split(url, "DATABASE_URL", _POSTGRES)
    return f"postgresql+{driver}://{rest}"


def database_of(url: str) -> tuple[str | None, int, str]:
    """Which database *url* names: host, port and name."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or 5432, parts.path


def checked_redis(url: str) -> str:
    """*url*; with TLS it says that the certificate is checked, without which Celery refuses it.

    :raises ConfigurationError: it is no address of Redis.
    """
    parts = _split(url, "REDIS_URL", _REDIS)
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ConfigurationError("REDIS_URL must be a Redis address.", f"Write it as {_REDIS}.")
    if parts.scheme != "rediss" or "ssl_cert_reqs=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"


def _split(url: str, name: str, form: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is read only now
    except ValueError:
        parts = None
    # A password's own '@', '/', '?' or '#' moves what stands behind it: the port is none, or there are two hosts.
    if parts is None or parts.fragment or parts.netloc.count("@") > 1:
        raise ConfigurationError(f"{name} cannot be read as an address.", f"Write it as {form}. {_ESCAPES}")
    return parts
