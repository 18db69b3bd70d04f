"""Billing months of one data directory: who answers, who remembers, and the routes to both."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter

from alerts.journal import Journal, Note
from analytics.api import Clock
from analytics.chargeback import api, job_api, kpi_api
from analytics.chargeback.api import Offices
from analytics.chargeback.bills import Bills
from analytics.chargeback.books import Books
from analytics.chargeback.exports import Exports
from analytics.chargeback.finance import Finance
from analytics.chargeback.jobs import Jobs
from analytics.questions import Unanswerable
from analytics.spending.spending import Spending
from collector.store import Store, StoreUnavailable
from dashboards.problems import REFUSALS


def offices(store: Store, finance: Finance, data: Path, now: Clock, journal: Journal) -> Offices:
    """Open the offices; their jobs are to be closed before the store is."""

    def noted(kind: str, body: Mapping[str, object]) -> None:
        journal.append([Note(kind, body)], datetime.now(UTC))

    books = Books(store, finance, now, noted)
    jobs = Jobs((*REFUSALS, Unanswerable, StoreUnavailable))
    return Offices(books, Exports(books, data), Bills(books, noted), jobs)


def routes(open_offices: Offices, spending: Spending | None = None) -> tuple[APIRouter, ...]:
    """Their routes, those of their jobs, and key figures."""
    return (
        api.router(open_offices),
        job_api.router(open_offices.jobs),
        kpi_api.router(open_offices.books, spending),
    )
