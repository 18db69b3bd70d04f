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
    assert odd["detail"].endswith("'formats.0' is 'exe'; it must be 'csv', 'parquet' or 'xlsx'")
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


RESERVATIONS = "/v1/budgets/reservations"


@pytest.mark.parametrize("amount", ["1_000", "\u0663", " 1", "+1", "1,000", "0x1", "NaN", "1e999", 0.1, True])
def test_money_is_digits_of_one_script(client, amount):
    assert refused(client.post(RESERVATIONS, json={"team": "a", "amount_usd": amount}))["parameter"] == "amount_usd"


@pytest.mark.parametrize("tokens", [True, "5", 1.0, -1])
def test_tokens_are_whole_numbers(client, tokens):
    ask = {"team": "a", "estimate": {"model": "gpt-4o", "input_tokens": tokens}}
    assert refused(client.post(RESERVATIONS, json=ask))["parameter"] == "estimate.input_tokens"


def test_a_trace_of_zeros_is_none(client):
    granted = client.post(RESERVATIONS, json={"team": "a", "amount_usd": "1"}).json()["reservation_id"]
    found = refused(client.post(f"{RESERVATIONS}/{granted}/settle", json={"trace_id": "0" * 32}))
    assert found["detail"].endswith("it must be 32 hex digits, not all of them 0")


@pytest.mark.parametrize("by", ["", " ", "\t", "Ada\nBob", "\x00", "\x1b[2J", "\u202eadA"])
def test_books_are_signed_by_a_name_that_people_can_read(client, by):
    assert refused(client.post(f"{MONTH}/close", json={"by": by}))["parameter"] == "by"
    assert client.get("/v1/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    "path",
    ["/v1/chargeback/periods", MONTH, f"{MONTH}/charges", "/v1/jobs", "/v1/prices/runs", "/v1/budgets", RESERVATIONS],
)
def test_a_parameter_that_a_path_does_not_know_is_refused(client, path):
    assert refused(client.get(path, params={"temant": "acme"}))["parameter"] == "temant"


def test_a_cursor_of_charges_is_one_that_was_given(client):
    assert refused(client.get(f"{MONTH}/charges", params={"cursor": "abc"}))["parameter"] == "cursor"


@pytest.mark.parametrize("body", ["null", "[]", "5", '"x"'])
def test_a_body_that_is_no_object_is_told_in_words_of_json(client, body):
    told = refused(client.post(f"{MONTH}/export", content=body, headers={"content-type": "application/json"}))
    assert told["expected"] == "be a JSON object"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_too_large_is_refused_before_it_is_held(client, chunked):
    piece = b"x" * 2**20
    content = (piece for _ in range(65)) if chunked else piece * 65
    told = client.post(BILLS, content=content, headers={"content-type": "application/json"})
    assert told.status_code == 413
    assert "67,108,864 bytes" in told.json()["detail"]


def test_a_path_with_a_slash_too_many_leads_nowhere(client):
    assert "found no /v1/chargeback/periods/ here" in refused(client.get("/v1/chargeback/periods/"))["detail"]


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body", [b'{"name": "\xff"}', b"[" * 100_000, b'{"at": ' + b"9" * 5_000 + b"}", b"null", b"[1]"]
)
def test_a_body_that_is_no_json_object_is_told_what_would_be_one(client, body):
    said = refused(client.post("/v1/changes", content=body, headers=JSON))["detail"]
    assert "JSON object" in said
    assert "None" not in said


@pytest.mark.parametrize("deep", range(100, 1_000, 60))
def test_what_is_nested_in_a_body_is_refused_at_any_depth(client, deep):
    nested = f'{{"kind": "release", "name": {"[" * deep}1{"]" * deep}}}'
    refused(client.post("/v1/changes", content=nested, headers=JSON))


def test_a_body_of_another_kind_or_a_packed_one_is_told_what_is_read(client):
    for headers, expected in (
        ({"content-type": "text/plain"}, "application/json"),
        ({}, "application/json"),
        (JSON | {"content-encoding": "gzip"}, "without Content-Encoding"),
    ):
        answer = client.post("/v1/changes", content=b'{"kind": "release", "name": "shop"}', headers=headers)
        assert answer.status_code == 415
        assert expected in answer.json()["detail"]


def test_a_method_that_a_path_does_not_take_is_told_those_it_takes(client):
    for method, path, takes in (("PUT", "/v1/changes", "GET, POST"), ("POST", "/requests/x", "GET, HEAD")):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, takes)
        assert takes.replace(", ", " and ") in answer.json()["detail"]


def test_no_page_of_the_framework_runs_what_it_fetches_from_elsewhere(client):
    assert [client.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


CHANGE = {"kind": "release", "name": "shop", "to": "2"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("at", value) for value in (1, 1.5, True, ["2026-11-21T00:00:00Z"], "1795310000", "2026-11-21")],
        *[("name", value) for value in ("", "  ", "\t", 5, None)],
        *[("url", value) for value in ("javascript:alert(1)", "http://", "http://a b", "https://x\n")],
        *[(word, "") for word in ("tenant", "team", "feature", "route", "environment")],
    ],
)
def test_a_change_with_a_word_that_is_none_is_not_kept(client, key, value):
    found = refused(client.post("/v1/changes", json={**CHANGE, key: value}))
    assert found["parameter"] == key
