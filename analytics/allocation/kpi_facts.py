"""The sums that key figures are made of, read from the store for one window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from analytics.allocation.utilisation import ResourceFigures
from analytics.ledger.charge import ATTRIBUTION
from collector.store import Query, Store, queries_of

_QUERIES = queries_of("analytics.allocation")


@dataclass(frozen=True, slots=True)
class LineSum:
    """Ledger lines of one usage class, purpose and status with the same attribution words present."""

    usage_class: str
    purpose: str
    status: str
    words: int
    quantity: Decimal
    lines: int
    cost_usd: Decimal | None
    compared_cost_usd: Decimal
    compared_list_usd: Decimal

    def has(self, word: str) -> bool:
        """Whether these lines say a word."""
        return bool(self.words & 1 << ATTRIBUTION.index(word))


@dataclass(frozen=True, slots=True)
class RequestSum:
    """Requests of one status, degraded or not, of one cost status."""

    status: str
    degraded: bool
    cost_status: str
    requests: int
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class OutcomeSum:
    """Requests that one evaluation gave one label."""

    evaluation_name: str
    label: str | None
    requests: int
    cost_usd: Decimal | None
    unpriced: int


@dataclass(frozen=True, slots=True)
class CachedSum:
    """Tokens of the provider's cache at one pair of prices."""

    usage_class: str
    unit_price_usd: Decimal
    plain_unit_price_usd: Decimal | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class RouteSum:
    """What a route used of one usage class, degraded or not."""

    tenant: str | None
    route: str | None
    degraded: bool
    usage_class: str
    quantity: Decimal
    unpriced_quantity: Decimal
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class HitSum:
    """Answers from the application's own cache on one route, and answers with calls to compare them with."""

    tenant: str | None
    route: str | None
    hits: int
    answered: int
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    """What a spend budget meant to spend in a period, and what was spent."""

    name: str
    planned_usd: Decimal
    spent_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class KpiFacts:
    """Everything key figures are made of."""

    lines: tuple[LineSum, ...] = ()
    requests: tuple[RequestSum, ...] = ()
    outcomes: tuple[OutcomeSum, ...] = ()
    cached: tuple[CachedSum, ...] = ()
    routes: tuple[RouteSum, ...] = ()
    hits: tuple[HitSum, ...] = ()
    resources: tuple[ResourceFigures, ...] = ()
    budgets: tuple[BudgetSpent, ...] = ()
    tags: frozenset[str] = frozenset()


def read_facts(
    store: Store,
    asked: Mapping[str, object],
    *,
    tags: Iterable[str] = (),
    resources: Iterable[ResourceFigures] = (),
    budgets: Iterable[BudgetSpent] = (),
) -> KpiFacts:
    """Ask the store; ``asked`` holds the window and the filters."""
    return KpiFacts(
        lines=_rows(store, _QUERIES["kpi_lines"], asked, LineSum),
        requests=_rows(store, _QUERIES["kpi_requests"], asked, RequestSum),
        outcomes=_rows(store, _QUERIES["kpi_outcomes"], asked, OutcomeSum),
        cached=_rows(store, _QUERIES["kpi_cached"], asked, CachedSum),
        routes=_rows(store, _QUERIES["kpi_degraded"], asked, RouteSum),
        hits=_rows(store, _QUERIES["kpi_cache_hits"], asked, HitSum),
        resources=tuple(resources),
        budgets=tuple(budgets),
        tags=frozenset(tags),
    )


T = TypeVar("T")


def _rows(store: Store, query: Query, asked: Mapping[str, object], kind: type[T]) -> tuple[T, ...]:
    found: list[dict[str, Any]] = store.run(query, asked).to_pylist()
    return tuple(kind(**row) for row in found)
