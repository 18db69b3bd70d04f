"""The page Prometheus reads."""

import asyncio
from random import Random

import httpx
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus_text

from alerts.board import Board
from alerts.delivery.telling import Secrets, Telling
from alerts.delivery.vitals import samples as samples_told
from collector.accounts import Accounts
from collector.signals import Receipt, Signal
from dashboards.app import Parts, build_app
from dashboards.metrics import FAMILIES, Vitals, directory_bytes
from tests.analytics.stored import Stored, store_with
from tests.analytics.traffic import NOON

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


def scraped(app, accept: str = "*/*") -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://burnline") as client:
            return await client.get("/metrics", headers={"Accept": accept})

    return asyncio.run(ask())


def samples(app) -> dict[tuple[str, ...], float]:
    found = [sample for family in prometheus_text(scraped(app).text) for sample in family.samples]
    return {(s.name, *(s.labels[name] for name in _labels(s.name))): s.value for s in found}


def _labels(name: str) -> tuple[str, ...]:
    family = FAMILIES[name if name in FAMILIES else name.rpartition("_")[0]]
    return (*family.labels, *(["le"] if name.endswith("_bucket") else []))


def app_over(*requests: Stored, **parts):
    return build_app(Parts(store_with(*requests), lambda: 0, **parts))


def app_that_tells():
    """As :func:`app_over`, and there is a signal that readers follow."""
    store, board = store_with(Stored()), Board(epoch=1, opened_at=NOON)
    telling = Telling.of(store, board, Secrets.of([], [], {}), clock=lambda: NOON, chance=Random(7).random)
    return build_app(Parts(store, lambda: 0, told=lambda: samples_told(telling, NOON)))


def test_every_family_is_on_the_page():
    page = scraped(app_that_tells()).text
    assert [name for name in FAMILIES if f"# HELP {name}" not in page] == []
    assert {line.split()[2].removesuffix("_total") for line in page.splitlines() if line.startswith("# HELP")} == set(
        FAMILIES
    )


def test_the_format_follows_the_accept_header():
    app = app_that_tells()
    text, openmetrics = scraped(app), scraped(app, OPEN_METRICS)
    assert text.headers["content-type"].startswith("text/plain")
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text")
    assert {family.name for family in open_metrics(openmetrics.text)} == set(FAMILIES)


def test_records_are_counted_by_what_became_of_them():
    accounts = Accounts()
    accounts.add(Signal.TRACES, Receipt(received=5, stored=2, duplicate=1, rejected={"zero_trace_id": 2}))
    accounts.refuse(Signal.LOGS, "queue_full")
    found = samples(app_over(accounts=accounts))
    assert found["burnline_records_total", "traces", "stored", ""] == 2
    assert found["burnline_records_total", "traces", "rejected", "zero_trace_id"] == 2
    assert found["burnline_refused_requests_total", "logs", "queue_full"] == 1


def test_vitals_are_asked_at_every_scrape():
    depths = iter([3.0, 4.0])
    app = app_over(vitals=Vitals(ingest_queue_depth=lambda: next(depths), derivation_lag_s=lambda: 0.5))
    assert [samples(app)["burnline_ingest_queue_depth",] for _ in range(2)] == [3, 4]


def test_the_size_of_a_directory_is_the_sum_of_its_files(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "one").write_bytes(b"123")
    (tmp_path / "sub" / "two").write_bytes(b"4567")
    assert directory_bytes(tmp_path) == 7
