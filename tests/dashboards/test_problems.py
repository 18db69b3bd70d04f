"""Bodies and paths that nobody should send: each is answered with problem details that a person can read."""

import base64

import httpx
import pytest

from alerts.journal import Journal
from analytics.chargeback.finance import Finance
from analytics.spending.spending import Spending
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.offices import offices, routes

MONTH = "/v1/chargeback/periods/2026-10"
BILLS = "/v1/chargeback/bills"
NOW_NS = 1_796_169_600 * 1_000_000_000  # 2026-12-02


@pytest.fixture(scope="module")
def client(tmp_path_factory, served):
    data = tmp_path_factory.mktemp("data")
    store = DuckDBStore(data)
    months = offices(store, Finance(), data, lambda: NOW_NS, Journal(store))
    parts = Parts(store, lambda: NOW_NS, routers=routes(months, Spending(store, ())))
    with served(build_app(parts)) as url, httpx.Client(base_url=url) as client:
        yield client
        months.jobs.close()
    store.close()


def refused(answer: httpx.Response) -> dict:
    assert answer.status_code in {400, 404}, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 4_000
    return answer.json()


def bill(*files: tuple[str, str]) -> dict:
    return {"kind": "openai_costs", "files": [{"name": name, "content": content} for name, content in files]}


@pytest.mark.parametrize("body", ['{"by": "\\ud800"}', '{"by": "Ada", "\\ud800": 1}', f'{{"by": "{"x" * 100_000}"}}'])
def test_what_cannot_be_written_or_read_back_is_shown_as_far_as_it_can(client, body):
    refused(client.post(f"{MONTH}/close", content=body, headers={"content-type": "application/json"}))


def test_a_key_that_is_missing_unknown_or_deep_is_called_by_its_name(client):
    assert refused(client.post(f"{MONTH}/close", json={}))["parameter"] == "by"
    assert "/openapi.json" in refused(client.post(f"{MONTH}/close", json={"by": "Ada", "zz": 1}))["expected"]
    odd = refused(client.post(f"{MONTH}/export", json={"formats": ["exe"]}))
    assert odd["detail"].endswith("'formats.0' is 'exe'; it has to be 'csv', 'parquet' or 'xlsx'")
    torn = client.post(f"{MONTH}/close", content="{", headers={"content-type": "application/json"})
    assert refused(torn)["detail"].startswith("the body is no JSON: ")


@pytest.mark.parametrize("month", ["9999-12", "1969-12", "2026-13", "2026-10%0a", "\uff12\uff10\uff12\uff16-10"])
@pytest.mark.parametrize("work", ["close", "verify", "export"])
def test_a_month_that_is_none_begins_no_work(client, month, work):
    refused(client.post(f"/v1/chargeback/periods/{month}/{work}", json={"by": "Ada"} if work == "close" else {}))
    assert client.get("/v1/jobs").json()["jobs"] == []


@pytest.mark.parametrize("body", [{"profile": "../.."}, {"formats": []}, {"formats": ["csv"] * 9}, {"form": "x"}])
def test_an_export_that_cannot_be_made_begins_no_work(client, body):
    refused(client.post(f"{MONTH}/export", json=body))
    assert client.get("/v1/jobs").json()["jobs"] == []


@pytest.mark.parametrize("name", ["..", ".", "a/b", "a\\b", "a\0b", "é" * 200])
def test_a_bill_file_has_a_name_without_folders(client, name):
    found = refused(client.post(BILLS, json=bill((name, "e30="))))
    assert found["parameter"] == "files.name"


def test_two_files_of_a_bill_with_one_name_are_not_taken_for_one(client):
    first, second = (base64.b64encode(content).decode() for content in (b"{}", b"[]"))
    assert "one file only" in refused(client.post(BILLS, json=bill(("a.json", first), ("a.json", second))))["detail"]


@pytest.mark.parametrize("content", ["???", "é", "e30"])
def test_what_is_no_base64_is_named(client, content):
    assert refused(client.post(BILLS, json=bill(("a.json", content))))["parameter"] == "files.content"
