"""Requests to addresses that a user named: never into our own network, and bounded in time.

A name is resolved for each request, every address that it has is looked at, and the connection goes to the one that was
looked at; so a name that changes its address in between leads nowhere else. Redirects are not followed.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore

from aibox_assets.domain.errors import AIBoxError, ConfigurationError
from aibox_assets.domain.paths import printable

CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 10.0
_MOST_URL: Final = 2000
_GLOBAL_UNICAST: Final = ip_network("2000::/3")
"""All that is given out of IPv6 (IANA); Python also takes for global what was, like ``::127.0.0.1`` and ``fec0::1``."""
_NOT_PUBLIC: Final = "Its address is not a public one."
_MAY_BE_ALLOWED: Final = "An operator may allow that with AIBOX_WEBHOOKS_PRIVATE."


class NotDeliveredError(AIBoxError):
    """The receiver was not reached, or may not be; the reason is in words for its owner."""


def check_url(url: str, *, private: bool) -> None:
    """Refuse what cannot be a receiver, as far as the text tells.

    :param private: whether our own network and requests without TLS are allowed.
    :raises ConfigurationError: with the reason.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    schemes = ("https", "http") if private else ("https",)
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _MOST_URL and port != 0
    if not plain or parts.scheme not in schemes or not parts.hostname or parts.username is not None:
        raise ConfigurationError(
            f"'{printable(url[:100])}' cannot be a receiver.",
            f"Write {schemes[0]}://HOST/PATH, without a user name; other characters than ASCII are encoded.",
        )


def check_receiver(url: str, *, private: bool) -> None:
    """As :func:`check_url`, for one who names a receiver; an address in the text must be one that may be asked.

    :raises ConfigurationError: with the reason.
    """
    check_url(url, private=private)
    try:
        address = ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return  # a name: each request finds out of which address
    if not (private or is_public(address)):
        raise ConfigurationError(_NOT_PUBLIC, _MAY_BE_ALLOWED)


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> int:
    """Send *body*; the status of the answer, of which no more is read.

    :raises NotDeliveredError: no answer came, or the address may not be asked.
    """
    check_url(url, private=private)
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), CONNECT_SECONDS)
    network = _Guarded(time.monotonic() + TOTAL_SECONDS, private=private)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(), network_backend=network, retries=0
            ) as pool,
            pool.stream(
                "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": timeout}
            ) as answer,
        ):
            return answer.status
    except NotDeliveredError:
        raise
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise NotDeliveredError("It did not answer in time.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        raise NotDeliveredError(_said(error)) from error


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it belongs to the internet, also where IPv6 wraps an IPv4 address."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if wrapped is not None:
            return is_public(wrapped)
        if address.teredo is not None:
            return False
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast


def _nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if int(address) >> 32 == 0x0064_FF9B << 64 else None


class _Guarded(httpcore.NetworkBackend):
    """Connects to addresses that were looked at, until a moment."""

    def __init__(self, deadline: float, *, private: bool) -> None:
        self._network = httpcore.SyncBackend()
        self._deadline, self._private = deadline, private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NotDeliveredError("Its name is not known.") from error
        addresses = [str(each[4][0]) for each in found]
        if not self._private and not all(is_public(ip_address(each.partition("%")[0])) for each in addresses):
            raise NotDeliveredError(_NOT_PUBLIC, _MAY_BE_ALLOWED)
        stream = self._network.connect_tcp(
            addresses[0], port, min(timeout or CONNECT_SECONDS, self._left()), local_address, socket_options
        )
        return _Bounded(stream, self._left)

    def _left(self) -> float:
        """Seconds until it must be over, however slowly the other side sends."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("It took too long.")
        return left


class _Bounded(httpcore.NetworkStream):
    """A connection of which every wait ends at the same moment."""

    def __init__(self, stream: httpcore.NetworkStream, left: Any) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, min(timeout or CONNECT_SECONDS, self._left()))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, min(timeout or CONNECT_SECONDS, self._left()))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(
            ssl_context, server_hostname, min(timeout or CONNECT_SECONDS, self._left())
        )
        return _Bounded(stream, self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _said(error: Exception) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "Its certificate is not valid."
    if "refused" in text:
        return "It refused the connection."
    return "The connection failed."
