"""Webhooks and what is delivered to them: the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import distinct_on

from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind
from aibox_assets.stores.tables import webhook_deliveries, webhooks

EVENTS: Final = {
    "file.finished": EventKind.FINISHED,
    "file.failed": EventKind.FAILED,
    "file.removed": EventKind.REMOVED,
}
OVERLAP_SECONDS: Final = 120
"""An event becomes visible when its transaction ends, and bears the moment of its begin: so long is looked back."""
GIVE_UP_AFTER: Final = 20
"""Deliveries in a row that failed for good, after which a webhook is stopped."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where an account is told what became of its files.

    :ivar events: of :data:`EVENTS`. :ivar stopped_at: since when nothing is delivered any more.
    """

    id: str
    account: str
    url: str
    secret: str
    events: tuple[str, ...]
    created_at: datetime
    given_up: int
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that a webhook is told.

    :ivar event_seq: of the event. :ivar body: JSON as it is sent.
    :ivar state: ``waiting``, ``delivered`` or ``failed``. :ivar status: of the last answer.
    """

    id: int
    webhook_id: str
    event_seq: int
    event: str
    body: str
    state: str
    attempts: int
    next_at: datetime
    status: int | None
    error: str | None
    created_at: datetime
    ended_at: datetime | None


class WebhookStore:
    """Reads and writes them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def select(self, account: str) -> list[Webhook]:
        """The webhooks of an account, the oldest first."""
        query = sa.select(webhooks).where(webhooks.c.account == account)
        with transaction(self._engine) as connection:
            return [
                _webhook(row)
                for row in connection.execute(query.order_by(webhooks.c.created_at, webhooks.c.id))
            ]

    def get(self, id_: str, account: str) -> Webhook | None:
        """One of an account."""
        query = sa.select(webhooks).where(webhooks.c.id == id_, webhooks.c.account == account)
        with transaction(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _webhook(row)

    def add(self, id_: str, account: str, url: str, secret: str, events: Sequence[str], most: int) -> bool:
        """Make one; False where the account has *most* already."""
        with transaction(self._engine) as connection:
            lock = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("webhooks:" + account)))
            connection.execute(lock)
            count = sa.select(sa.func.count()).where(webhooks.c.account == account)
            if (connection.scalar(count) or 0) >= most:
                return False
            values = {"id": id_, "account": account, "url": url, "secret": secret, "events": list(events)}
            connection.execute(webhooks.insert().values(**values))
            return True

    def change(self, id_: str, account: str, **values: Any) -> bool:
        """Change columns of one; whether there is such a one."""
        update = webhooks.update().where(webhooks.c.id == id_, webhooks.c.account == account)
        with transaction(self._engine) as connection:
            return connection.execute(update.values(**values)).rowcount == 1

    def remove(self, id_: str, account: str) -> bool:
        """Remove one with its deliveries; whether there was such a one."""
        delete = webhooks.delete().where(webhooks.c.id == id_, webhooks.c.account == account)
        with transaction(self._engine) as connection:
            return connection.execute(delete).rowcount == 1

    def deliveries(self, webhook_id: str, limit: int = 50) -> list[Delivery]:
        """The last deliveries, the newest first."""
        query = sa.select(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id)
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(webhook_deliveries.c.id.desc()).limit(limit))
            return [Delivery(**row._mapping) for row in rows]

    # For whoever delivers

    def take_up(self, most: int) -> int:
        """Make a delivery of each event that a webhook waits for, once; how many are new.

        Where *most* of a webhook wait already, its newer events are left out.
        """
        with transaction(self._engine) as connection:
            if not connection.scalar(sa.select(sa.exists(sa.select(webhooks.c.id)))):
                connection.execute(_FORGET_POSITION)
                return 0
            connection.execute(_BEGIN_POSITION)
            values = {"overlap": OVERLAP_SECONDS, "most": most}
            made = connection.execute(_TAKE_UP, values).rowcount
            connection.execute(_MOVE_POSITION)
            return made

    def due(self, most: int) -> list[tuple[Webhook, Delivery]]:
        """What is to be delivered now, the oldest one of each webhook that has some."""
        first = (
            sa.select(webhook_deliveries.c.id, webhook_deliveries.c.next_at)
            .join(webhooks, webhooks.c.id == webhook_deliveries.c.webhook_id)
            .where(
                webhook_deliveries.c.state == "waiting",
                webhook_deliveries.c.next_at <= sa.func.now(),
                webhooks.c.stopped_at.is_(None),
            )
            .ext(distinct_on(webhook_deliveries.c.webhook_id))
            .order_by(webhook_deliveries.c.webhook_id, webhook_deliveries.c.next_at, webhook_deliveries.c.id)
            .subquery()
        )
        columns = [column.label(f"w_{column.name}") for column in webhooks.c]
        query = (
            sa.select(webhook_deliveries, *columns)
            .join(first, first.c.id == webhook_deliveries.c.id)
            .join(webhooks, webhooks.c.id == webhook_deliveries.c.webhook_id)
            .order_by(webhook_deliveries.c.next_at)
            .limit(most)
        )
        with transaction(self._engine) as connection:
            return [
                (
                    Webhook(**_values(row, Webhook, "w_") | {"events": tuple(row.w_events)}),
                    Delivery(**_values(row, Delivery)),
                )
                for row in connection.execute(query)
            ]

    def delivered(self, delivery: Delivery, status: int) -> None:
        """It was taken."""
        end = {"state": "delivered", "status": status, "error": None, "ended_at": sa.func.now()}
        self._end(delivery, end, {"given_up": 0})

    def failed(self, delivery: Delivery, status: int | None, error: str, retry_in: float | None) -> None:
        """It was not taken: it is tried again in *retry_in* seconds, or given up."""
        end: dict[str, Any] = {"status": status, "error": error}
        if retry_in is not None:
            end["next_at"] = sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, retry_in)
            self._end(delivery, end, {})
            return
        given_up = webhooks.c.given_up + 1
        stopped = sa.case((given_up >= GIVE_UP_AFTER, sa.func.now()), else_=webhooks.c.stopped_at)
        end |= {"state": "failed", "ended_at": sa.func.now()}
        self._end(delivery, end, {"given_up": given_up, "stopped_at": stopped})

    def forget(self, days: int) -> int:
        """Delete deliveries that ended more than *days* ago; how many went."""
        old = sa.func.now() - sa.func.make_interval(0, 0, 0, days)
        with transaction(self._engine) as connection:
            return connection.execute(
                webhook_deliveries.delete().where(webhook_deliveries.c.ended_at < old)
            ).rowcount

    def _end(self, delivery: Delivery, values: dict[str, Any], of_webhook: dict[str, Any]) -> None:
        update = webhook_deliveries.update().where(webhook_deliveries.c.id == delivery.id)
        with transaction(self._engine) as connection:
            connection.execute(update.values(attempts=webhook_deliveries.c.attempts + 1, **values))
            if of_webhook:
                connection.execute(
                    webhooks.update().where(webhooks.c.id == delivery.webhook_id).values(**of_webhook)
                )


_FORGET_POSITION: Final = sa.text("DELETE FROM aibox.webhook_position")
_BEGIN_POSITION: Final = sa.text(
    "INSERT INTO aibox.webhook_position (name, at) VALUES ('events', now()) ON CONFLICT DO NOTHING"
)
_MOVE_POSITION: Final = sa.text("UPDATE aibox.webhook_position SET at = now()")
_NAMES: Final = ", ".join(f"('{kind.value}', '{name}')" for name, kind in EVENTS.items())
# A removed file has no row any more, so its path is not told.
_TAKE_UP: Final = sa.text(f"""
INSERT INTO aibox.webhook_deliveries (webhook_id, event_seq, event, body)
SELECT w.id, e.seq, n.name, jsonb_build_object(
    'id', e.seq::text, 'event', n.name, 'at', e.at, 'file_id', e.file_id, 'path', f.path, 'asset', e.asset,
    'error', e.data ->> 'error')::text
FROM aibox.webhook_position p
JOIN aibox.file_events e ON e.at >= p.at - make_interval(secs => :overlap)
JOIN (VALUES {_NAMES}) AS n (kind, name) ON n.kind = e.kind
JOIN aibox.webhooks w ON w.account = e.owner_id AND n.name = ANY(w.events) AND w.stopped_at IS NULL
    AND e.at >= w.created_at
LEFT JOIN aibox.files f ON f.id = e.file_id
WHERE (SELECT count(*) FROM aibox.webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'waiting') < :most
ORDER BY e.seq
ON CONFLICT (webhook_id, event_seq) DO NOTHING""")  # noqa: S608  # names of our own


def _webhook(row: sa.Row[Any]) -> Webhook:
    return Webhook(**{**row._mapping, "events": tuple(row.events)})


def _values(row: sa.Row[Any], kind: type[Webhook] | type[Delivery], prefix: str = "") -> dict[str, Any]:
    return {name: row._mapping[prefix + name] for name in kind.__slots__}
