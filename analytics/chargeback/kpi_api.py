"""``/v1/kpis``: the key figures of finance."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from analytics.allocation.kpi_facts import BudgetSpent
from analytics.allocation.kpi_shapes import KpiAnswer, KpiParams
from analytics.allocation.kpis import kpis
from analytics.answering import as_json, said_once
from analytics.chargeback.books import Books
from analytics.spending.spending import Spending


def router(books: Books, spending: Spending | None = None) -> APIRouter:
    """Build ``/v1/kpis``."""
    routes = APIRouter(prefix="/v1", dependencies=[Depends(said_once)], tags=["chargeback"])

    @routes.get("/kpis", response_model=KpiAnswer, summary="Key figures of finance")
    def show_kpis(params: Annotated[KpiParams, Query()]) -> Response:
        """Answer ratios of sums with what they are made of; unknown is null, never zero."""
        now_ns = books.now()
        resources = tuple(books.finance.infrastructure)
        return as_json(kpis(books.store, params, now_ns, resources=resources, budgets=_spent(spending, now_ns)))

    return routes


def _spent(spending: Spending | None, now_ns: int) -> tuple[BudgetSpent, ...]:
    """Every spend budget against its plan now."""
    if spending is None:
        return ()
    return tuple(BudgetSpent(one.budget.name, one.planned_usd, one.spent_usd) for one in spending.positions(now_ns))
