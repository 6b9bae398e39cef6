"""Webhooks over real HTTP: a receiver of the test's own, signatures, retries, and addresses that are never asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, MalformedDocumentError
from aibox_assets.resources.platform import Platform
from aibox_assets.services import outbound, webhooks
from aibox_assets.services.outbound import NotDeliveredError, check_url, is_public, post
from aibox_assets.services.webhooks import deliver_due, sign
from aibox_assets.settings import Settings
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.stores.webhooks import GIVE_UP_AFTER, WebhookStore
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.stores.work_files import finish, new_lifecycle

Received = tuple[dict[str, str], bytes]


class Receiver:
    """Notes what comes, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[Received] = []
        self.status = 204
        self.location: str | None = None
        self.came = threading.Semaphore(0)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
                receiver.came.release()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhooks_private": True})


@pytest.fixture
def owned(engine: Engine, people: dict[str, Any]) -> Callable[..., None]:
    """Files of eve and bob in given states."""

    def make(*done: str, bad: tuple[str, ...] = (), owner: str = "eve") -> None:
        lifecycle = new_lifecycle(engine, *done, *bad)
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE aibox.files SET owner_id = :owner"), {"owner": owner})
        for id_ in done:
            finish(lifecycle, id_)
        if bad:
            lifecycle.request(list(bad), ASSETS, "bad")
            lifecycle.fail(
                CHUNKS, {id_: MalformedDocumentError("No pages.", "Save it again.") for id_ in bad}, "bad"
            )

    return make


def add(client: httpx.Client, url: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/webhooks", json={"url": url, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


@pytest.mark.integration
def test_an_owner_is_told_of_its_files_once_and_signed(
    signed_in: Client, receiver: Receiver, owned: Callable[..., None]
) -> None:
    eve = signed_in("eve")
    made = add(eve, receiver.url)
    bobs = add(signed_in("bob"), receiver.url)
    owned("good", bad=("broken",))
    for _ in range(2):
        assert receiver.came.acquire(timeout=30)
    time.sleep(3)  # nothing more comes: each was told once, and bob is told nothing
    events = {json.loads(body)["event"]: (headers, body) for headers, body in receiver.got}
    assert len(receiver.got) == 2
    assert set(events) == {"file.finished", "file.failed"}
    headers, body = events["file.failed"]
    told = json.loads(body)
    assert (told["file_id"], told["asset"], told["error"]) == ("broken", "chunks", "No pages.")
    seconds = int(headers["x-aibox-signature"].split(",")[0].removeprefix("t="))
    assert headers["x-aibox-signature"] == sign(made["secret"], seconds, body)
    assert headers["x-aibox-signature"] != sign(bobs["secret"], seconds, body)
    assert abs(seconds - time.time()) < 60
    listed = eve.get(f"/webhooks/{made['about']['id']}/deliveries").json()["data"]
    assert [(each["state"], each["status"], each["attempts"]) for each in listed] == [
        ("delivered", 204, 1)
    ] * 2


@pytest.mark.integration
def test_an_owner_is_told_that_its_file_is_gone_for_good(
    signed_in: Client, platform: Platform, receiver: Receiver, owned: Callable[..., None]
) -> None:
    add(signed_in("eve"), receiver.url, events=["file.removed"])
    owned("good")
    platform.lifecycle.mark_gone(["good"])
    platform.lifecycle.forget(["good"])
    assert receiver.came.acquire(timeout=30)
    told = [json.loads(body) for _, body in receiver.got]
    assert [(each["event"], each["file_id"]) for each in told] == [("file.removed", "good")]


@pytest.mark.integration
def test_what_is_not_taken_comes_again_later_and_is_given_up_in_the_end(
    platform: Platform, people: dict[str, Any], receiver: Receiver, owned: Callable[..., None]
) -> None:
    webhook = webhooks.add_webhook(platform, "eve", receiver.url, ["file.finished"])
    store = WebhookStore(platform.engine)
    assert deliver_due(platform) == 0
    owned("good")
    receiver.status = 503
    assert deliver_due(platform) == 1
    assert deliver_due(platform) == 0  # not before its time
    tries = 1
    while store.deliveries(webhook.id)[0].state == "waiting":
        with platform.engine.begin() as connection:
            connection.execute(sa.text("UPDATE aibox.webhook_deliveries SET next_at = now()"))
        tries += deliver_due(platform)
    (ended,) = store.deliveries(webhook.id)
    assert (ended.state, ended.status, ended.attempts) == ("failed", 503, len(webhooks.RETRY_SECONDS) + 1)
    assert tries == ended.attempts == len(receiver.got)
    assert store.forget(0) == 1
    for _ in range(GIVE_UP_AFTER):
        with platform.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM aibox.webhook_deliveries"))
            connection.execute(sa.text("UPDATE aibox.webhook_position SET at = now() - interval '1 s'"))
        receiver.status = 410
        deliver_due(platform)
    stopped = store.get(webhook.id, "eve")
    assert stopped is not None
    assert stopped.stopped_at is not None


@pytest.mark.integration
def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, receiver.url
    assert post(receiver.url, b"{}", {}, private=True) == 302
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "ftp://example.com/", "https://", "https:///x", "https://u:p@example.com/"),
        *("https://example.com:0/", "https://example.com:x/", "https://exa mple.com/", "https://例.com/"),
        *("https://example.com/\r\nX: y", "javascript:1", "https://example.com/" + "x" * 3000),
    ],
)
def test_what_is_no_receiver_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        check_url(url, private=False)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("127.0.0.1", False),
        ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("::", False), ("fe80::1", False), ("fc00::1", False), ("ff02::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False), ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False), ("2001:0:1::1", False), ("::127.0.0.1", False), ("fec0::1", False),
        ("64:ff9b:1::7f00:1", False), ("64:ff9b::5db8:d80e", True),
    ],
)  # fmt: skip
def test_our_own_network_is_not_the_internet(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1", "0", "[::ffff:127.0.0.1]"]
)
def test_no_way_of_writing_leads_home(host: str, receiver: Receiver) -> None:
    port = receiver.server.server_port
    with pytest.raises(NotDeliveredError):
        post(f"https://{host}:{port}/in", b"{}", {}, private=False)
    assert not receiver.got


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """A name whose second look-up leads home is looked up once; one of whose addresses is ours is not asked at all."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        public, home = ("93.184.215.14", port), ("127.0.0.1", port)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return (
            [(*kind, public)]
            if host == "turns.example" and len(asked) == 1
            else [(*kind, public), (*kind, home)]
        )

    connected: list[str] = []

    def connect(self: object, host: str, *args: Any) -> Any:
        connected.append(host)
        raise OSError("refused")

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(outbound.httpcore.SyncBackend, "connect_tcp", connect)
    for host in ("turns.example", "both.example"):
        with pytest.raises(NotDeliveredError):
            post(f"https://{host}/", b"", {}, private=False)
    assert connected == ["93.184.215.14"]
    assert asked == ["turns.example", "both.example"]


def test_a_receiver_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    while True:
                        connection.sendall(b"H")
                        time.sleep(0.1)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        started = time.monotonic()
        with pytest.raises(NotDeliveredError):
            post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {}, private=True)
    assert time.monotonic() - started < 4


@pytest.mark.integration
def test_without_the_setting_an_own_address_is_not_tested(
    signed_in: Client, platform: Platform, receiver: Receiver
) -> None:
    eve = signed_in("eve")
    made = add(eve, receiver.url)
    assert eve.post(f"/webhooks/{made['about']['id']}/test").json()["data"]["delivered"] is True
    assert json.loads(receiver.got[0][1])["event"] == "test"
    platform.settings = platform.settings.model_copy(update={"webhooks_private": False})
    assert eve.post("/webhooks", json={"url": receiver.url}).json()["code"] == "not_possible"
    literal = eve.post("/webhooks", json={"url": f"https://127.0.0.1:{receiver.server.server_port}/"})
    assert (literal.status_code, "not a public one" in literal.json()["detail"]) == (400, True)
    eve.post("/webhooks", json={"url": f"https://localhost:{receiver.server.server_port}/"})
    other = eve.get("/webhooks").json()["data"][-1]["id"]
    refused = eve.post(f"/webhooks/{other}/test").json()["data"]
    assert (refused["delivered"], refused["status"]) == (False, None)
    assert "not a public one" in refused["error"]
    assert len(receiver.got) == 1


@pytest.mark.integration
def test_webhooks_are_their_owners_alone(signed_in: Client, receiver: Receiver) -> None:
    eve, bob, rae, ada = (signed_in(name) for name in ("eve", "bob", "rae", "ada"))
    id_ = add(eve, receiver.url)["about"]["id"]
    for other in (bob, ada):
        assert other.get("/webhooks").json()["data"] == []
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")):
            assert other.request(method, f"/webhooks/{id_}{path}").status_code == 404
        assert other.patch(f"/webhooks/{id_}", json={"active": False}).status_code == 404
    assert rae.post("/webhooks", json={"url": receiver.url}).status_code == 403
    assert "secret" not in eve.get("/webhooks").text
    assert eve.patch(f"/webhooks/{id_}", json={"active": False}).json()["data"]["active"] is False
    assert eve.patch(f"/webhooks/{id_}", json={"events": ["nothing"]}).status_code == 400
    assert eve.delete(f"/webhooks/{id_}").status_code == 200
    assert eve.get(f"/webhooks/{id_}").status_code == 404


@pytest.mark.integration
def test_an_account_has_a_bounded_number(signed_in: Client, receiver: Receiver) -> None:
    eve = signed_in("eve")
    statuses = [eve.post("/webhooks", json={"url": receiver.url}).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [400]
