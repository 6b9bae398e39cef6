"""Servers of one's own, asked before anything else starts: workers would wait in vain for one that refuses us."""

from __future__ import annotations

import contextlib
import re
from typing import Final
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    ResponseError,
    TimeoutError,
)

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError
from aibox_assets.local.health import ping_graph
from aibox_assets.settings import GivenSettings, Settings

_BARE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SECONDS: Final = 3


def require_own_servers(given: GivenSettings, settings: Settings) -> None:
    """Each server that the person named can be asked, and lets us in; an embedded one is not looked at.

    A graph server that is away may come later: its queue waits for it.

    :raises ConfigurationError: an address is none, or its server refuses us.
    :raises StoreUnavailableError: Redis does not answer.
    """
    named = {
        "DATABASE_URL": given.database_url,
        "AIBOX_DAGSTER_DATABASE_URL": given.dagster_database_url,
        "REDIS_URL": given.redis_url,
    }
    for name, url in named.items():
        if url is not None:
            require_encoded(name, url.get_secret_value())
    if given.redis_url is not None or given.redis_host is not None:
        _require_redis(settings.require_redis_url())
    if given.neo4j_uri is not None:
        with contextlib.suppress(StoreUnavailableError):
            ping_graph(settings)


def require_encoded(name: str, url: str) -> None:
    """A password's characters do not cut the address in pieces, which would then be shown as host or database.

    :raises ConfigurationError: they do.
    """
    netloc = urlsplit(url).netloc
    behind = url.partition("://")[2].removeprefix(netloc)
    if netloc.count("@") > 1 or "@" in behind or _BARE_PERCENT.search(netloc):
        raise ConfigurationError(
            f"{name} cannot be read: user or password hold a character that means something else in an address.",
            "Write @ : / ? # % [ ] in them as %40 %3A %2F %3F %23 %25 %5B %5D.",
        )


def _require_redis(url: str) -> None:
    place = urlsplit(url).netloc.rpartition("@")[2]
    try:
        with Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS) as client:
            client.ping()
    except BusyLoadingError:
        pass  # it answers soon, and the workers wait
    except (AuthenticationError, ResponseError, ValueError) as error:
        raise ConfigurationError(
            f"Redis at {place} refuses us: {str(error).rstrip('.')}.",
            "Correct REDIS_URL, or REDIS_PASSWORD and REDIS_DB.",
        ) from error
    except (ConnectionError, TimeoutError) as error:
        raise StoreUnavailableError(
            f"Redis at {place} does not answer: {str(error).rstrip('.')}.",
            "Start that Redis, or correct REDIS_URL or REDIS_HOST.",
        ) from error
