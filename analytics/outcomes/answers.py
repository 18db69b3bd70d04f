"""What came of requests, by group: how often, what one cost, how long those requests took.

    ratio             requests it came of / requests         interval: Wilson, JASA 22, 1927, at 95 %
    cost per outcome  cost of all requests of the group / outcomes

A request counts when it ended, and what comes of it counts there too, however late: the row of a day grows until
everything is told. Tries that led to nothing are part of what an outcome costs.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

from pydantic import Field

from analytics.cost import bounds
from analytics.grouping import GroupKey, Row, flags, key_of, ordered, slice_of
from analytics.notation import NS_PER_MS
from analytics.outcomes.keeping import QUERIES
from analytics.outcomes.shapes import OutcomePage, OutcomeRow
from analytics.paging import Page, page_of
from analytics.questions import COST_DIMENSIONS, Dimension, OwnerParams, dimensions, of_whole_requests
from analytics.ratios import wilson
from collector.store import Store, queries_of

_COST = queries_of("analytics")
OUTCOME_DIMENSIONS = tuple(one for one in COST_DIMENSIONS if of_whole_requests((one,)))
_PLACES = Decimal("1e-15")
_WIDE = Context(prec=60)


class OutcomeParams(OwnerParams):
    """Whose outcomes, split by what; a filter left out lets everything through."""

    name: str | None = Field(None, description="one name of an outcome, such as ticket_solved")
    by: str = Field(
        "", description=f"any of {', '.join(OUTCOME_DIMENSIONS)}, separated by commas; nothing: by name alone"
    )
    limit: int = Field(500, ge=1, le=10_000, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


def outcome_page(store: Store, params: OutcomeParams, now_ns: int) -> OutcomePage:
    """Sum what came of the requests of a window; raises BadParameter for an unknown dimension or cursor."""
    by = dimensions(params.by, OUTCOME_DIMENSIONS)
    page = page_of(params, params.cursor, now_ns)
    told = store.run(QUERIES["outcome_groups"], _asked(params, page, by)).to_pylist()
    requests = _requests(store, params, page, by)
    rows = ordered([_row(row, requests.get(key_of(row, by)), by) for row in told], by, lambda row: row["outcomes"])
    wanted, following = slice_of(rows, page, params.limit)
    window = {"start_ns": page.window.start_ns, "until_ns": page.window.until_ns, "name": params.name}
    return OutcomePage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        by=tuple(by),
        waiting=store.run(QUERIES["outcomes_waiting"], window).to_pylist()[0]["waiting"],
        rows=tuple(OutcomeRow(**row) for row in wanted),
        next=following,
    )


def _asked(params: OutcomeParams, page: Page, by: Sequence[Dimension]) -> dict[str, object]:
    window = {"start_ns": page.window.start_ns, "until_ns": page.window.until_ns}
    return {**params.owner(), **window, **flags(by, OUTCOME_DIMENSIONS), "name": params.name}


def _requests(store: Store, params: OutcomeParams, page: Page, by: Sequence[Dimension]) -> Mapping[GroupKey, Row]:
    """Every request of the groups, whatever came of it."""
    asked = {**params.owner(), **bounds(page.window), **flags(by, OUTCOME_DIMENSIONS)}
    return {key_of(row, by): row for row in store.run(_COST["cost_requests"], asked).to_pylist()}


def _row(told: Row, group: Row | None, by: Sequence[Dimension]) -> dict[str, Any]:
    counted = group or {"requests": told["requests"], "unpriced_requests": 0, "cost_usd": told["cost_usd"]}
    unknown = counted["unpriced_requests"] >= counted["requests"]
    cost_usd = None if unknown or counted["cost_usd"] is None else Decimal(counted["cost_usd"])
    low, high = wilson(told["requests"], counted["requests"])
    return {
        **{str(dimension): told[dimension] for dimension in by},
        **{name: told[name] for name in ("name", "outcomes", "late_outcomes", "value")},
        "requests": counted["requests"],
        "outcome_requests": told["requests"],
        "unpriced_requests": counted["unpriced_requests"],
        "outcome_ratio": told["requests"] / counted["requests"],
        "outcome_ratio_low": low,
        "outcome_ratio_high": high,
        "cost_usd": cost_usd,
        **_costs(cost_usd, told, counted["requests"], (low, high)),
        "p50_ms": told["p50_ns"] / NS_PER_MS,
        "p95_ms": told["p95_ns"] / NS_PER_MS,
    }


def _costs(
    cost_usd: Decimal | None, told: Row, requests: int, ratio: tuple[float | None, float | None]
) -> dict[str, Decimal | None]:
    """What one outcome costs; its interval is that of how many requests lead to one, as many outcomes each as now."""
    each = Decimal(told["outcomes"]) / told["requests"]
    low, high = (None if end is None else Decimal(repr(end)) * requests * each for end in ratio)
    return {
        "cost_per_outcome_usd": _over(cost_usd, Decimal(told["outcomes"])),
        "cost_per_outcome_low_usd": _over(cost_usd, high),
        "cost_per_outcome_high_usd": _over(cost_usd, low),
        "cost_per_value_usd": _over(cost_usd, told["value"]),
    }


def _over(cost_usd: Decimal | None, count: Decimal | None) -> Decimal | None:
    if cost_usd is None or count is None or count <= 0:
        return None
    return _WIDE.divide(cost_usd, count).quantize(_PLACES, context=_WIDE)
