"""Line 19, the part without the REST API: no server of a home listens beyond loopback."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

import psutil
import pytest

from aibox_assets_tests.chaos.processes import family_of, find_supervisor
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(300)]


def test_no_server_listens_beyond_loopback(fresh_home: RealHome) -> None:
    addresses = set()
    for process in family_of(find_supervisor(fresh_home).pid):
        with suppress(psutil.NoSuchProcess):  # a connection's process of Postgres, say
            addresses |= {
                (process.name(), *connection.laddr)
                for connection in process.net_connections("inet")
                if connection.status == psutil.CONN_LISTEN
            }
    outside = [each for each in addresses if not _is_loopback(each[1])]
    print(f"\nline 19, loopback: {len(addresses)} addresses, beyond loopback {len(outside)}")
    assert len(addresses) >= 5, "Postgres, Redis, graph, code server, web server"
    assert not outside


def _is_loopback(text: str) -> bool:
    address = ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
