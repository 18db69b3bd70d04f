"""``GET /v1/routing/deliveries``: what subscribers were told, what waits, and what was given up."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from alerts.delivery.deliveries import Deliveries
from alerts.delivery.documents import DocumentCourier
from alerts.delivery.outbox import Standing
from alerts.delivery.settings import Subscription
from analytics.answering import Clock, as_json, said_once
from analytics.notation import NS_PER_S, Instant
from analytics.questions import BadParameter
from analytics.request_shapes import Answer

Row = Mapping[str, Any]


class SubscriptionState(Answer):
    """One subscription, and how its messages stand; what was done with is counted for a week."""

    subscription: str
    """Its name."""
    url: str
    """Where its messages go."""
    events: tuple[str, ...]
    """What it is told."""
    waiting: int
    """Messages that were never tried."""
    failed: int
    """Messages that were tried in vain and are tried again."""
    delivered: int
    """Messages that arrived."""
    dead: int
    """Messages that were given up."""
    oldest_waiting_s: float | None
    """How long the oldest of those still to be delivered has waited; null when none has to."""
    last_delivered_at: Instant | None
    """When one arrived last; null when none did."""
    documents_delivered: int | None
    """Whole documents that arrived since the start; null when it is not told of them."""
    documents_failed: int | None
    """Tries to push the whole document that failed since the start."""


class Delivery(Answer):
    """One message to one subscription."""

    position: int
    """Its number; the messages of a subscription are delivered in this order."""
    message_id: str
    """The same at every try: webhook-id, and the id of the event."""
    subscription: str
    """Whom it is for."""
    event: str
    """changed, lifted or advised"""
    epoch: int
    """Of the document it is about; of advice, 0."""
    seq: int
    """Of the document it is about; of advice, its entry in the journal."""
    tenant: str | None
    """Of the scope; null: open."""
    route: str | None
    """Of the scope; null: open."""
    model: str | None
    """Of the scope; null: open."""
    queued_at: Instant
    """When there was something to tell."""
    standing: str
    """waiting, failed (it is tried again), delivered or dead (it was given up)"""
    tries: int
    """Tries so far."""
    tried_at: Instant | None
    """The last one; null before the first."""
    status: int | None
    """What the receiver answered; null when it did not."""
    reason: str | None
    """A word for what went wrong."""
    detail: str | None
    """The same in a sentence."""
    next_at: Instant | None
    """When it is tried again; null when it is not."""


class DeliveryPage(Answer):
    """Subscriptions, and their messages newest first."""

    subscriptions: tuple[SubscriptionState, ...]
    """In the order of the configuration."""
    deliveries: tuple[Delivery, ...]
    """Newest first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


_Limit = Annotated[int, Query(ge=1, le=500, description="messages on one page")]


def router(deliveries: Deliveries, subscriptions: Sequence[Subscription], now: Clock) -> APIRouter:
    """Build ``/v1/routing/deliveries``."""
    routes = APIRouter(prefix="/v1/routing", tags=["routing"], dependencies=[Depends(said_once)])

    @routes.get("/deliveries", response_model=DeliveryPage, summary="What subscribers were told")
    def list_deliveries(
        limit: _Limit = 50,
        cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
        subscription: Annotated[str | None, Query(description="Only messages to this one.")] = None,
        standing: Annotated[Standing | None, Query(description="Only messages that stand like this.")] = None,
    ) -> Response:
        """List how the messages of every subscription stand, and the messages themselves, newest first."""
        found = deliveries.outbox.page(limit + 1, before=_before(cursor), subscription=subscription, standing=standing)
        shown = found[:limit]
        page = DeliveryPage(
            subscriptions=tuple(_states(deliveries, subscriptions, now())),
            deliveries=tuple(_delivery(row) for row in shown),
            next=str(shown[-1]["position"]) if len(found) > limit else None,
        )
        return as_json(page)

    return routes


def _states(deliveries: Deliveries, subscriptions: Sequence[Subscription], now_ns: int) -> list[SubscriptionState]:
    totals: dict[str, dict[str, Row]] = {}
    for row in deliveries.outbox.totals():
        totals.setdefault(row["subscription"], {})[row["standing"]] = row
    pushing = {one.subscription.name: one for one in deliveries.documents}
    return [_state(one, totals.get(one.name, {}), pushing.get(one.name), now_ns) for one in subscriptions]


def _state(
    subscription: Subscription, totals: Mapping[str, Row], documents: DocumentCourier | None, now_ns: int
) -> SubscriptionState:
    undone = [totals[standing]["oldest_ns"] for standing in (Standing.WAITING, Standing.FAILED) if standing in totals]
    delivered = totals.get(Standing.DELIVERED)
    return SubscriptionState(
        subscription=subscription.name,
        url=subscription.url,
        events=tuple(subscription.events),
        **{standing.value: totals[standing]["messages"] if standing in totals else 0 for standing in Standing},
        oldest_waiting_s=max(0.0, (now_ns - min(undone)) / NS_PER_S) if undone else None,
        last_delivered_at=None if delivered is None else delivered["last_ns"],
        documents_delivered=None if documents is None else documents.delivered,
        documents_failed=None if documents is None else documents.failed,
    )


def _delivery(row: Row) -> Delivery:
    instants = {name: row[f"{name.removesuffix('_at')}_ns"] for name in ("queued_at", "tried_at", "next_at")}
    plain = {name: row[name] for name in Delivery.model_fields if name not in instants}
    return Delivery(**plain, **instants)


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):  # noqa: PLR2004 - what 63 bits can hold
        raise BadParameter("cursor", cursor, "be the `next` of an earlier page, unchanged")
    return int(cursor)
