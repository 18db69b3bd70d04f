"""Requests one by one: the list of a window, and one request with its spans, usage and ledger lines."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from analytics.notation import LAST_NS, NS_PER_HOUR, NS_PER_MS, usd_text
from analytics.outcomes.keeping import QUERIES as OUTCOMES
from analytics.paging import page_of
from analytics.payloads import EXPIRED, UNREADABLE, SentSpan, sent_spans
from analytics.questions import BadParameter, NotFound, ScopeParams
from analytics.request_orders import ORDERS, Order
from analytics.request_shapes import (
    Cost,
    CostSummary,
    LedgerLine,
    Request,
    RequestOutcome,
    RequestPage,
    RequestSummary,
    ResourceShare,
    Span,
    Usage,
)
from collector.dialects.finishes import Finish
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_USAGE = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
TRACE_ID = re.compile(r"[0-9a-f]{32}")
"""How a trace id is written."""
Row = Mapping[str, Any]
_LOOKS_NS = (NS_PER_HOUR, 24 * NS_PER_HOUR)
_OF_CALLS = ("model", "provider")
"""Filters that the calls of a request answer to."""


_PLAIN = (
    *("tier", "environment", "cost_center", "project", "user_id", "error_type", "finish_reason"),
    *("provider", "model"),
    *("status", "degraded", "refused", "cost_status", "min_cost_usd"),
)
"""Filters that a query takes as they are asked."""


class RequestParams(ScopeParams):
    """Which requests of a window."""

    tier: str | None = Field(None, description="one tier that served; empty asks for those without")
    environment: str | None = Field(None, description="one deployment.environment.name; empty asks for those without")
    cost_center: str | None = Field(None, description="one cost centre; empty asks for those without")
    project: str | None = Field(None, description="one project of a provider; empty asks for those without")
    provider: str | None = Field(
        None, description="a call of it names this provider; with `model`, the same call names both; empty: names none"
    )
    user_id: str | None = Field(None, description="one user, as sent or as its pseudonym; empty asks for those without")
    trace: str | None = Field(None, pattern="^[0-9a-fA-F]{1,32}$", description="trace ids that begin with these digits")
    status: Literal["ok", "error"] | None = Field(None, description="how it ended")
    error_type: str | None = Field(None, description="what went wrong; empty asks for those that did not say")
    finish_reason: str | None = Field(
        None,
        pattern=f"^({'|'.join(Finish)})?$",
        description=f"how the answer ended: {', '.join(Finish)}; empty asks for those where nobody said",
    )
    refused: bool | None = Field(None, description="whether a model declined, or a filter or a guardrail stepped in")
    degraded: bool | None = Field(None, description="whether it was served below the tier it would have had")
    cost_status: Literal["priced", "partial", "unpriced", "none"] | None = Field(
        None, description="how much has a price"
    )
    min_cost_usd: Decimal | None = Field(
        None, ge=0, max_digits=30, decimal_places=15, description="this or more; requests without a cost are left out"
    )
    min_latency_ms: float | None = Field(None, ge=0, le=1e12, allow_inf_nan=False, description="this long or longer")
    sort: Literal["time", "cost", "duration"] = Field(
        "time", description="newest, dearest or longest first; by cost, requests without a cost are left out"
    )
    limit: int = Field(50, ge=1, le=500, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


def request_page(store: Store, params: RequestParams, now_ns: int) -> RequestPage:
    """List requests in the order asked for, newest first by default; rows that arrive meanwhile move no page."""
    page, order = page_of(params, params.cursor, now_ns), ORDERS[params.sort]
    after, after_trace = _key(page.after, order)
    newest_ns = page.window.until_ns
    if order is ORDERS["time"] and isinstance(after, int):
        newest_ns = min(newest_ns, after + 1)  # so that newer blocks are not read
    found = _first(
        store,
        order,
        start_ns=page.window.start_ns,
        until_ns=newest_ns,
        after=after,
        after_trace=after_trace,
        **params.scope(),
        **{name: getattr(params, name) for name in _PLAIN},
        **_traces(params.trace),
        min_duration_ns=None if params.min_latency_ms is None else round(params.min_latency_ms * NS_PER_MS),
        limit=params.limit + 1,
    )
    rows, more = found[: params.limit], len(found) > params.limit
    return RequestPage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        requests=tuple(RequestSummary(**_summary(row), cost=_cost(row)) for row in rows),
        next=page.next(order.key(rows[-1])) if more else None,
    )


def _first(store: Store, order: Order, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - parameters of a query
    """The first rows of a window, as many as are asked for.

    The newest are sought in the last hour first, then in the last day: all requests of a month are sorted, and their
    calls looked up, in 0.3 to 0.6 s, those of an hour in a hundredth of it.
    """
    start: int = asked["start_ns"]
    if order is ORDERS["time"]:
        for look_ns in _LOOKS_NS:
            start_ns = max(asked["until_ns"] - look_ns, start)
            found = _page(store, order, {**asked, "start_ns": start_ns})
            if len(found) >= asked["limit"] or start_ns == start:
                return found
    return _page(store, order, asked)


def _page(store: Store, order: Order, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first rows of a window; by what calls name, their keys are found first."""
    of_calls = {word: asked[word] for word in _OF_CALLS}
    told = {name: value for name, value in asked.items() if name not in of_calls}
    if not any(value is not None for value in of_calls.values()):
        return _requests(store, order.query, **told)
    keys = _requests(store, "request_keys", **told, **of_calls, by=order.column)
    return _requests(store, order.query, **told, among=[key["trace_id"] for key in keys]) if keys else []


def request(store: Store, trace_id: str, shares: Sequence[ResourceShare] = ()) -> Request:
    """Answer one request, whole, with its shares of resources; raises :class:`NotFound` when none of it is stored."""
    asked = {"trace_id": trace_id}
    rows = _requests(store, ORDERS["time"].query, **_traces(trace_id))
    if not rows:
        raise NotFound(f"no request with trace id {trace_id} is stored: it may be older than retention, or not sent")
    lines = store.run(_QUERIES["trace_lines"], asked).to_pylist()
    spans = store.run(_QUERIES["trace_spans"], asked).to_pylist()
    payloads = store.run(_QUERIES["trace_payloads"], asked).to_pylist()
    sent = {payload["batch_seq"]: sent_spans(payload, trace_id) for payload in payloads}
    cost = _cost(rows[0])
    outcomes = store.run(OUTCOMES["outcomes_of_trace"], asked).to_pylist()
    return Request(
        **_summary(rows[0]),
        cost=Cost(usd=cost.usd, status=cost.status, lines=tuple(_line(line) for line in lines), shares=tuple(shares)),
        outcomes=tuple(RequestOutcome(**one) for one in outcomes),
        spans=tuple(_span(span, _sent_span(span, sent)) for span in spans),
    )


def _key(after: tuple[int | str, ...], order: Order) -> tuple[int | Decimal, str] | tuple[None, None]:
    """Read the key of the row a page goes on after."""
    match after:
        case ():
            return None, None
        case (value, str(trace_id)) if TRACE_ID.fullmatch(trace_id) and (found := order.read(value)) is not None:
            return found, trace_id
        case _:
            raise BadParameter("cursor", after, "be the `next` of an earlier page of this question, unchanged")


def _traces(beginning: str | None) -> dict[str, str | None]:
    """Name the first and the last trace whose id begins so.

    >>> _traces("4bf")["trace_until"]
    '4bffffffffffffffffffffffffffffff'
    """
    if beginning is None:
        return dict.fromkeys(("trace_id", "trace_until"))
    return {"trace_id": beginning.lower().ljust(32, "0"), "trace_until": beginning.lower().ljust(32, "f")}


def _requests(store: Store, query: str, **asked: object) -> list[dict[str, Any]]:
    params = {**_EVERYTHING, **asked}
    rows: list[dict[str, Any]] = store.run(_QUERIES[query], params).to_pylist()
    return rows


_EVERYTHING: Mapping[str, object] = {
    "start_ns": 0,
    "until_ns": LAST_NS,
    **dict.fromkeys(("trace_id", "trace_until", "among", "after", "after_trace", "tenant", "team", "feature", "route")),
    **dict.fromkeys(({*_PLAIN} - {*_OF_CALLS}) | {"min_duration_ns"}),
    "limit": 1,
}


def _summary(row: Row) -> dict[str, Any]:
    """Fields that are columns under the same name, and the few that are made of them."""
    plain = {name: row[name] for name in RequestSummary.model_fields if name in row}
    return {
        **plain,
        "started_at": row["started_at_ns"],
        "duration_ms": row["duration_ns"] / NS_PER_MS,
        "usage": _usage(row),
    }


def _usage(row: Row) -> Usage:
    return Usage(status=row["usage_status"], **{name: row[name] for name in _USAGE})


def _cost(row: Row) -> CostSummary:
    return CostSummary(usd=row["cost_usd"], status=row["cost_status"])


def _line(row: Row) -> LedgerLine:
    return LedgerLine(**{**row, "quantity": usd_text(Decimal(row["quantity"]))})


def _sent_span(row: Row, sent: Mapping[int, dict[str, SentSpan] | None]) -> SentSpan:
    if row["batch_seq"] not in sent:
        return EXPIRED
    of_batch = sent[row["batch_seq"]]
    return UNREADABLE if of_batch is None else of_batch.get(row["span_id"], UNREADABLE)


def _span(row: Row, sent: SentSpan) -> Span:
    plain = {name: row[name] for name in Span.model_fields if name in row}
    return Span(
        **plain,
        started_at=row["started_at_ns"],
        duration_ms=row["duration_ns"] / NS_PER_MS,
        usage=None if row["usage_status"] is None else _usage(row),
        status_message=sent.status_message,
        attributes=sent.attributes,
        attributes_status=sent.status,
        resource=sent.resource,
        events=sent.events,
    )
