"""What was spent, by whom, on what: exact sums over ledger lines, beside the requests they paid for.

Ledger lines count when their span started, requests when they ended. So ``cost_usd`` is the sum of the ledger lines of
the window, and the costs per request divide the cost of the requests that ended in the window, numerator and
denominator being about the same requests.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal, localcontext
from typing import Any, NamedTuple

from pydantic import Field

from analytics.grouping import GroupKey, Row, flags, key_of, ordered, slice_of
from analytics.notation import usd_text
from analytics.paging import Page, page_of
from analytics.questions import COST_DIMENSIONS, Dimension, ScopeParams, Window, dimensions, of_whole_requests
from analytics.sum_shapes import CostAnswer, CostRow, CostSums, Coverage
from collector.dialects.usage_classes import UsageClass
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_LINE_SPLITS = tuple(d for d in COST_DIMENSIONS if d is not Dimension.USAGE_CLASS)
_REQUEST_SPLITS = tuple(d for d in _LINE_SPLITS if of_whole_requests((d,)))
_PIECES = {UsageClass.IMAGES, UsageClass.SEARCH_UNITS, UsageClass.REQUESTS}
_TOKEN_CLASSES = frozenset(str(name) for name in UsageClass if name not in _PIECES)
_ATTRIBUTION = ("tier", "environment", "cost_center", "project")
_OF_LINES = ("provider", "model", "usage_class", "purpose", "price_id")
_PLACES = Decimal("1e-15")
_WIDE = Context(prec=60)
"""A cost of the store has up to 38 digits; the usual 28 would cut sums from ten trillion on."""
_NO_REQUESTS: Row = dict.fromkeys(("requests", "errors", "refusals", "degraded_requests", "unpriced_requests"), 0) | {
    "cost_usd": Decimal(0)
}


class CostScope(ScopeParams):
    """Whose cost, at what and for what: a filter for every dimension but time."""

    tier: str | None = Field(None, description="one tier; empty (`tier=`) asks for what has none")
    environment: str | None = Field(None, description="one environment; empty asks for what has none")
    cost_center: str | None = Field(None, description="one cost centre; empty asks for what has none")
    project: str | None = Field(None, description="one project of a provider; empty asks for what has none")
    provider: str | None = Field(None, description="one provider; empty (`provider=`) asks for lines without one")
    usage_class: str | None = Field(None, description="one kind of billed quantity, such as output")
    purpose: str | None = Field(None, description="what it was for: answer, retry, fallback ...")
    price_id: str | None = Field(None, description="one price; empty asks for lines without one")

    def attribution(self) -> dict[str, object]:
        """The filters that a whole request answers to, as parameters of a query."""
        return {**self.scope(), **{word: getattr(self, word) for word in _ATTRIBUTION}}

    def lines(self) -> dict[str, object]:
        """The filters that single ledger lines answer to, as parameters of a query."""
        return {word: getattr(self, word) for word in _OF_LINES}

    def counts_requests(self, by: tuple[Dimension, ...]) -> bool:
        """Whether every request is wholly in or out, and in one group."""
        return of_whole_requests(by) and all(value is None for value in self.lines().values())


class CostParams(CostScope):
    """Which cost, and split by what."""

    by: str = Field("", description=f"any of {', '.join(COST_DIMENSIONS)}, separated by commas; nothing: one row")
    limit: int = Field(500, ge=1, le=10_000, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


class SpendTotal(NamedTuple):
    """What was spent."""

    cost_usd: Decimal | None
    """None: no line has a price."""
    unpriced_lines: int


def cost(store: Store, params: CostParams, now_ns: int) -> CostAnswer:
    """Sum the cost of a window by group; raises BadParameter for an unknown dimension or cursor."""
    by = dimensions(params.by, COST_DIMENSIONS)
    page = page_of(params, params.cursor, now_ns)
    with localcontext(_WIDE):
        return _answer(store, params, by, page)


def spend_total(store: Store, window: Window, tenant: str | None = None, route: str | None = None) -> SpendTotal:
    """Sum the cost of a window and nothing else, a third of the work; '' asks for what has no tenant or route."""
    asked = {**bounds(window), "tenant": tenant, "route": route}
    (row,) = store.run(_QUERIES["spend_total"], asked).to_pylist()
    return SpendTotal(**row)


def _answer(store: Store, params: CostParams, by: tuple[Dimension, ...], page: Page) -> CostAnswer:
    lines = _by_group(_lines(store, params, page.window, by), by)
    requests = _requests(store, params, page.window, by)
    groups = {key: _sums(lines.get(key, ()), _of(requests, key)) for key in {**lines, **(requests or {})}}
    rows = ordered([_row(key, sums, by) for key, sums in groups.items()], by, _weight)
    wanted, following = slice_of(rows, page, params.limit)
    return CostAnswer(
        start=page.window.start_ns,
        until=page.window.until_ns,
        by=tuple(by),
        rows=tuple(CostRow(**row) for row in wanted),
        totals=_sums([line for group in lines.values() for line in group], _total(requests)),
        next=following,
    )


def _lines(store: Store, params: CostParams, window: Window, by: Sequence[Dimension]) -> list[Row]:
    asked = {**_asked(params, window), **params.lines(), **flags(by, _LINE_SPLITS)}
    rows: list[Row] = store.run(_QUERIES["cost_groups"], asked).to_pylist()
    return rows


def _requests(
    store: Store, params: CostParams, window: Window, by: tuple[Dimension, ...]
) -> Mapping[GroupKey, Row] | None:
    """Count requests by group; None where a request has no single value of the grouping or the filters."""
    if not params.counts_requests(by):
        return None
    asked = {**_asked(params, window), **flags(by, _REQUEST_SPLITS)}
    rows = store.run(_QUERIES["cost_requests"], asked).to_pylist()
    return {key_of(row, by): row for row in rows}


def _asked(params: CostParams, window: Window) -> dict[str, object]:
    return {**params.attribution(), **bounds(window)}


def bounds(window: Window) -> dict[str, object]:
    """A window and the whole minutes inside it, as parameters of a query."""
    minutes = window.whole_minutes()
    return {
        "start_ns": window.start_ns,
        "until_ns": window.until_ns,
        "minutes_start_ns": minutes.start_ns,
        "minutes_until_ns": minutes.until_ns,
    }


def _by_group(lines: Sequence[Row], by: Sequence[Dimension]) -> Mapping[GroupKey, list[Row]]:
    groups: dict[GroupKey, list[Row]] = defaultdict(list)
    for line in lines:
        groups[key_of(line, by)].append(line)
    return dict(groups)


def _of(requests: Mapping[GroupKey, Row] | None, key: GroupKey) -> Row | None:
    return None if requests is None else requests.get(key, _NO_REQUESTS)


def _total(requests: Mapping[GroupKey, Row] | None) -> Row | None:
    if requests is None:
        return None
    return {name: sum((row[name] for row in requests.values()), zero) for name, zero in _NO_REQUESTS.items()}


def _sums(lines: Sequence[Row], requests: Row | None) -> CostSums:
    counted = requests or dict.fromkeys(_NO_REQUESTS)
    return CostSums(
        cost_usd=_sum(lines, "cost_usd"),
        list_cost_usd=_sum(lines, "list_cost_usd"),
        coverage=_coverage(lines, requests),
        quantities=_quantities(lines),
        requests=counted["requests"],
        errors=counted["errors"],
        refusals=counted["refusals"],
        degraded_requests=counted["degraded_requests"],
        unpriced_requests=counted["unpriced_requests"],
        cost_per_1000_requests_usd=_per_request(requests, failed=True, times=1_000),
        cost_per_ok_request_usd=_per_request(requests, failed=False, times=1),
    )


def _sum(lines: Sequence[Row], name: str) -> Decimal | None:
    """Add up what is known; None when nothing is."""
    known = [line[name] for line in lines if line[name] is not None]
    return sum(known, Decimal(0)) if known else None


def _coverage(lines: Sequence[Row], requests: Row | None) -> Coverage:
    total = sum(line["lines"] for line in lines)
    unpriced = sum(line["unpriced_lines"] for line in lines)
    of_tokens = [line for line in lines if line["usage_class"] in _TOKEN_CLASSES]
    tokens = sum((line["quantity"] for line in of_tokens), Decimal(0))
    unpriced_tokens = sum((line["unpriced_quantity"] for line in of_tokens), Decimal(0))
    counted = requests or _NO_REQUESTS
    return Coverage(
        lines=total,
        unpriced_lines=unpriced,
        priced_ratio=_ratio(unpriced, total),
        tokens=usd_text(tokens),
        unpriced_tokens=usd_text(unpriced_tokens),
        priced_token_ratio=_ratio(unpriced_tokens, tokens),
        priced_request_ratio=_ratio(counted["unpriced_requests"], counted["requests"]),
    )


def _ratio(missing: Decimal | int, whole: Decimal | int) -> float | None:
    """Say which part is not missing."""
    return float((whole - missing) / whole) if whole else None


def _quantities(lines: Sequence[Row]) -> dict[str, str]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line["usage_class"]] += line["quantity"]
    return {usage_class: usd_text(quantity) for usage_class, quantity in sorted(sums.items())}


def _per_request(requests: Row | None, *, failed: bool, times: int) -> Decimal | None:
    """Divide the cost of requests by their number, failed ones included or not."""
    if requests is None or requests["unpriced_requests"] >= requests["requests"]:
        return None
    count: int = requests["requests"] - (0 if failed else requests["errors"])
    if count <= 0:
        return None
    return (Decimal(requests["cost_usd"]) * times / count).quantize(_PLACES)


def _row(key: GroupKey, sums: CostSums, by: Sequence[Dimension]) -> dict[str, Any]:
    return {**dict(zip(by, key, strict=True)), **{name: getattr(sums, name) for name in CostSums.model_fields}}


def _weight(row: Row) -> Decimal:
    return Decimal(row["cost_usd"] or 0)
