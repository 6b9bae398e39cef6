"""Webhooks: where an owner is told that a file was finished, failed or was removed.

What is sent is signed: ``X-AIBox-Signature: t=SECONDS,v1=HEX``, where HEX is the HMAC-SHA256 of ``SECONDS.BODY`` under
the webhook's secret. A receiver may get an event twice, after an answer that was lost; ``X-AIBox-Delivery`` tells.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.outbound import NotDeliveredError, check_receiver, post
from aibox_assets.stores.webhooks import EVENTS, Delivery, Webhook, WebhookStore

MOST_WEBHOOKS: Final = 20
MOST_WAITING: Final = 10_000
AT_ONCE: Final = 8
RETRY_SECONDS: Final = (10, 30, 90, 300, 900, 3600, 10_800)
"""Waits before the second, third, … try; after the last one it is given up."""
KEEP_DAYS: Final = 7
TEST: Final = "test"


def add_webhook(platform: Platform, account: str, url: str, events: Sequence[str]) -> Webhook:
    """A new one with its secret.

    :raises ConfigurationError: the address or an event cannot be, or the account has too many.
    """
    check_receiver(url, private=platform.settings.webhooks_private)
    check_events(events)
    id_, secret = secrets.token_hex(6), f"whsec_{secrets.token_urlsafe(32)}"
    store = WebhookStore(platform.engine)
    if not store.add(id_, account, url, secret, sorted(set(events)), MOST_WEBHOOKS):
        raise ConfigurationError(f"There are {MOST_WEBHOOKS} webhooks already.", "Remove one of them.")
    webhook = store.get(id_, account)
    assert webhook is not None
    return webhook


def check_events(events: Sequence[str]) -> None:
    """Refuse what is no event.

    :raises ConfigurationError: with those that there are.
    """
    if not events or not set(events) <= set(EVENTS):
        raise ConfigurationError("That is no event to wait for.", f"There are: {', '.join(EVENTS)}.")


def sign(secret: str, seconds: int, body: bytes) -> str:
    """The value of ``X-AIBox-Signature``."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def send_test(platform: Platform, webhook: Webhook) -> int:
    """Send what is no event, now; the status of the answer.

    :raises NotDeliveredError: there was none.
    """
    body = {"id": TEST, "event": TEST, "at": datetime.now(UTC).isoformat(), "file_id": None}
    return _send(platform, webhook, TEST, f"{TEST}-{secrets.token_hex(6)}", json.dumps(body))


def deliver_due(platform: Platform) -> int:
    """Take up new events and send what is due, each webhook's one after the other; how many were tried."""
    store = WebhookStore(platform.engine)
    store.take_up(MOST_WAITING)
    due = store.due(AT_ONCE)
    if due:
        with ThreadPoolExecutor(len(due), thread_name_prefix="webhook") as pool:
            list(pool.map(lambda pair: _try(platform, store, *pair), due))
    return len(due)


def _try(platform: Platform, store: WebhookStore, webhook: Webhook, delivery: Delivery) -> None:
    at = delivery.attempts
    retry_in = RETRY_SECONDS[at] if at < len(RETRY_SECONDS) else None
    try:
        status = _send(platform, webhook, delivery.event, str(delivery.id), delivery.body)
    except (NotDeliveredError, ConfigurationError) as error:
        store.failed(delivery, None, error.reason, retry_in)
        return
    if 200 <= status < 300:
        store.delivered(delivery, status)
    else:
        gone = status == 410  # the receiver says that it will never take it
        store.failed(delivery, status, f"It answered {status}.", None if gone else retry_in)


def _send(platform: Platform, webhook: Webhook, event: str, id_: str, text: str) -> int:
    body, seconds = text.encode(), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "aibox",
        "X-AIBox-Event": event,
        "X-AIBox-Delivery": id_,
        "X-AIBox-Signature": sign(webhook.secret, seconds, body),
    }
    return post(webhook.url, body, headers, private=platform.settings.webhooks_private)
