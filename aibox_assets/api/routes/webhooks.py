"""Webhooks of the caller: where it is told that a file was finished, failed or was removed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer
from aibox_assets.api.bodies import Body
from aibox_assets.api.identity import PlatformOf, limit_rate, needs
from aibox_assets.api.problems import not_found
from aibox_assets.resources.platform import Platform
from aibox_assets.services.outbound import NotDeliveredError, check_receiver
from aibox_assets.services.signing_in import Caller
from aibox_assets.services.webhooks import add_webhook, check_events, send_test
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.webhooks import EVENTS, Webhook, WebhookStore

router = APIRouter(prefix="/webhooks", tags=["Webhooks"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "webhooks"))]
Editor = Annotated[Caller, Depends(needs(Role.EDITOR, "webhooks"))]
TESTS_A_MINUTE = 10


class NewWebhook(Body):
    """A webhook to make."""

    url: str = Field(min_length=1, max_length=2000, description="`https`, of a public address.")
    events: list[str] = Field(
        list(EVENTS), min_length=1, max_length=10, description=f"Of {', '.join(EVENTS)}."
    )


class WebhookChange(Body):
    """What to change."""

    url: str | None = Field(None, min_length=1, max_length=2000)
    events: list[str] | None = Field(None, min_length=1, max_length=10)
    active: bool | None = None


class WebhookView(BaseModel):
    """A webhook."""

    id: str
    url: str
    events: tuple[str, ...]
    active: bool = Field(description="It is stopped after 20 deliveries in a row that failed for good.")
    created_at: datetime


class MadeWebhook(BaseModel):
    """A new webhook; its secret is shown this once."""

    secret: str = Field(description="Signs what is sent: see `X-AIBox-Signature`.")
    about: WebhookView


class DeliveryView(BaseModel):
    """Something that a webhook is told."""

    id: int
    event: str
    state: str = Field(description="`waiting`, `delivered` or `failed`.")
    attempts: int
    next_at: datetime
    status: int | None
    error: str | None
    created_at: datetime
    ended_at: datetime | None


class TestResult(BaseModel):
    """How a receiver took a test."""

    delivered: bool
    status: int | None
    error: str | None


@router.get("")
def list_webhooks(caller: Reader, platform: PlatformOf) -> Answer[list[WebhookView]]:
    """The caller's webhooks."""
    return Answer(data=[_view(webhook) for webhook in WebhookStore(platform.engine).select(caller.account)])


@router.post("", status_code=201)
def make_webhook(
    body: NewWebhook, request: Request, caller: Editor, platform: PlatformOf
) -> Answer[MadeWebhook]:
    """Be told of the caller's own files.

    Each event is a POST of JSON with `X-AIBox-Event`, `X-AIBox-Delivery` and `X-AIBox-Signature: t=SECONDS,v1=HEX`; HEX
    is the HMAC-SHA256 of `SECONDS.BODY` under the secret. Any answer 2xx takes it; else it comes again, up to seven
    times within five hours.
    """
    webhook = add_webhook(platform, caller.account, body.url, body.events)
    _record(request, caller, platform, "webhook.add", webhook.id)
    made = MadeWebhook(secret=webhook.secret, about=_view(webhook))
    return Answer(data=made, message="The secret is shown this once.")


@router.get("/{webhook_id}")
def read_webhook(webhook_id: str, caller: Reader, platform: PlatformOf) -> Answer[WebhookView]:
    """One webhook."""
    return Answer(data=_view(_own(platform, webhook_id, caller)))


@router.patch("/{webhook_id}")
def change_webhook(
    webhook_id: str, body: WebhookChange, request: Request, caller: Editor, platform: PlatformOf
) -> Answer[WebhookView]:
    """Change its address or events, or stop it and let it go on."""
    _own(platform, webhook_id, caller)
    values: dict[str, object] = {}
    if body.url is not None:
        check_receiver(body.url, private=platform.settings.webhooks_private)
        values["url"] = body.url
    if body.events is not None:
        check_events(body.events)
        values["events"] = sorted(set(body.events))
    if body.active is not None:
        values |= {"stopped_at": None if body.active else datetime.now().astimezone(), "given_up": 0}
    if values:
        WebhookStore(platform.engine).change(webhook_id, caller.account, **values)
        _record(request, caller, platform, "webhook.change", webhook_id, changed=sorted(values))
    return Answer(data=_view(_own(platform, webhook_id, caller)))


@router.delete("/{webhook_id}")
def remove_webhook(webhook_id: str, request: Request, caller: Editor, platform: PlatformOf) -> Answer[None]:
    """Remove it, with what still waits to be delivered."""
    if not WebhookStore(platform.engine).remove(webhook_id, caller.account):
        raise not_found("webhook")
    _record(request, caller, platform, "webhook.remove", webhook_id)
    return Answer(data=None, message="Removed.")


@router.post("/{webhook_id}/test")
def test_webhook(webhook_id: str, caller: Editor, platform: PlatformOf) -> Answer[TestResult]:
    """Send the event `test`, now and once."""
    webhook = _own(platform, webhook_id, caller)
    limit_rate(platform, f"webhook-test:{caller.account}", TESTS_A_MINUTE)
    try:
        status = send_test(platform, webhook)
    except NotDeliveredError as error:
        result = TestResult(delivered=False, status=None, error=f"{error.reason} {error.remedy}".strip())
    else:
        taken = 200 <= status < 300
        said = None if taken else f"It answered {status}."
        result = TestResult(delivered=taken, status=status, error=said)
    return Answer(data=result)


@router.get("/{webhook_id}/deliveries")
def list_deliveries(
    webhook_id: str, caller: Reader, platform: PlatformOf, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> Answer[list[DeliveryView]]:
    """The last deliveries, the newest first; they are kept for a week."""
    _own(platform, webhook_id, caller)
    found = WebhookStore(platform.engine).deliveries(webhook_id, limit)
    return Answer(
        data=[
            DeliveryView(**{name: getattr(each, name) for name in DeliveryView.model_fields})
            for each in found
        ]
    )


def _own(platform: Platform, webhook_id: str, caller: Caller) -> Webhook:
    webhook = WebhookStore(platform.engine).get(webhook_id, caller.account)
    if webhook is None:
        raise not_found("webhook")
    return webhook


def _view(webhook: Webhook) -> WebhookView:
    return WebhookView(
        id=webhook.id,
        url=webhook.url,
        events=webhook.events,
        active=webhook.stopped_at is None,
        created_at=webhook.created_at,
    )


def _record(
    request: Request, caller: Caller, platform: Platform, action: str, subject: str, **data: object
) -> None:
    platform.accounts.record(
        caller.account, action, subject, key_id=caller.key_id, request_id=request.state.request_id, data=data
    )
