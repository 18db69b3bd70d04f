"""Billing months of one data directory: who answers, who remembers, and the routes to both."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from alerts.journal import Journal, Note
from analytics.allocation.policy import policy_of
from analytics.answering import Clock
from analytics.chargeback import api, job_api, kpi_api
from analytics.chargeback.api import Offices
from analytics.chargeback.bills import Bills
from analytics.chargeback.books import Books
from analytics.chargeback.exports import Exports
from analytics.chargeback.finance import Finance
from analytics.chargeback.jobs import Jobs, Work
from analytics.questions import Unanswerable
from analytics.runs import api as runs_api
from analytics.spending import api as spending_api
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


def routes(open_offices: Offices, spending: Spending) -> tuple[APIRouter, ...]:
    """Their routes, those of their jobs, of runs of prices, of key figures and of asking before spending."""
    books, jobs = open_offices.books, open_offices.jobs

    def begin(kind: str, about: str, work: Work) -> Response:
        return job_api.begun(jobs.start(kind, about, work))

    return (
        api.router(open_offices),
        job_api.router(jobs),
        kpi_api.router(books, spending),
        runs_api.router(
            books.store, books.now, policy_of=policy_of, begin=begin, begun=job_api.BEGUN, noted=books.noted
        ),
        spending_api.router(spending, books.now),
    )
