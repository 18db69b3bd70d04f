"""The asking commands: of a running server, of a data directory, and when nobody answers."""

import json
import subprocess
import sys

import httpx
import pytest

from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.commands import COMMANDS
from tests.analytics.stored import MINUTE, NOON, Line, Stored, put, store_with

NOW = NOON + 60 * MINUTE
WINDOW = ("--start", "2026-11-18T12:00:00Z", "--until", "2026-11-18T13:00:00Z")
TRACE = f"{1:032x}"
REQUESTS = (
    Stored(
        number=1,
        cost_center="CC-1",
        lines=(Line(), Line(usage_class="output", quantity=1, unit_price_usd="0.0000000001")),
    ),
    Stored(number=2, tenant=None, status="error", lines=(Line(unit_price_usd=None),)),
)


@pytest.fixture(scope="module")
def url(served):
    store = store_with(*REQUESTS)
    with served(build_app(Parts(store, lambda: NOW))) as address:
        yield address
    store.close()


@pytest.fixture
def directory(tmp_path):
    store = DuckDBStore(tmp_path)
    put(store, *REQUESTS)
    store.close()
    return tmp_path


def test_requests_are_listed_with_their_cost(burnline, url):
    ran = burnline("requests", "--url", url)
    assert ran.status == 0
    priced = next(line for line in ran.out.splitlines() if TRACE in line)
    assert "$0.00025" in priced
    assert "acme" in priced
    assert "2 requests." in ran.out


def test_a_cost_that_is_not_known_is_a_word_and_no_zero(burnline, url):
    line = next(line for line in burnline("requests", "--url", url).out.splitlines() if f"{2:032x}" in line)
    assert "unpriced" in line
    assert "$0" not in line
    assert "(unallocated)" in line


def test_a_tiny_cost_is_never_rounded_to_nothing(burnline, url):
    assert "$0.0000000001" in burnline("trace", TRACE, "--url", url).out


def test_a_trace_is_a_tree_with_bars_and_its_ledger_lines(burnline, url):
    out = burnline("trace", TRACE, "--url", url).out
    assert "└─ model" in out
    assert "━━━" in out
    assert "input_uncached" in out
    assert "gpt-4o-2024" in out


def test_cost_shows_groups_their_total_and_what_has_no_price(burnline, url):
    lines = burnline("cost", "--by", "tenant", "--url", url).out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["acme", "(unallocated)", "total"]
    assert "1 of 3 ledger lines have no price: the cost is a lower bound." in lines


def test_numbers_end_in_the_same_column(burnline, url):
    title, *rows = burnline("latency", "--by", "tenant", "--url", url).out.splitlines()[:3]
    end = title.index("p95") + 3
    assert all(row[end - 1] == "s" and row[end : end + 1] in {"", " "} for row in rows)


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (("requests", "--limit", "1"), "/v1/requests?limit=1"),
        (("trace", TRACE), f"/v1/requests/{TRACE}"),
        (("cost", "--by", "route"), "/v1/cost?by=route"),
        (("latency",), "/v1/latency?by=route"),
        (("slo",), "/v1/slos"),
        (("budgets",), "/v1/budgets"),
    ],
)
def test_json_is_the_answer_of_the_api_as_it_came(burnline, url, words, path):
    assert burnline(*words, "--json", "--url", url).out == httpx.get(url + path).text + "\n"


@pytest.mark.parametrize("name", ["requests", "cost", "latency", "slo", "budgets", "decisions"])
def test_every_parameter_of_a_question_is_an_option_of_its_command(url, name):
    command = COMMANDS[name].past or COMMANDS[name]
    described = httpx.get(f"{url}/openapi.json").json()["paths"][command.path]["get"]
    asked = {parameter["name"] for parameter in described.get("parameters", ())}
    assert {option.name for option in command.options} == asked


def test_requests_are_found_by_who_pays_and_by_who_was_called(burnline, url):
    found = burnline("requests", "--cost-center", "CC-1", "--provider", "openai", "--project", "", "--url", url).out
    assert [trace in found for trace in (TRACE, f"{2:032x}")] == [True, False]


def test_a_data_directory_gives_the_same_answer_as_a_server(burnline, url, directory):
    for words in (("requests", *WINDOW), ("trace", TRACE), ("cost", *WINDOW), ("latency", *WINDOW)):
        assert burnline(*words, "--data", directory).out == burnline(*words, "--url", url).out


@pytest.mark.parametrize("command", ["requests", "changes", "findings"])
def test_since_counts_back_from_until(burnline, url, command):
    asked = (command, "--json", "--url", url, "--until", "2026-11-18T14:00:00Z", "--since")
    assert json.loads(burnline(*asked, "90m").out)["start"] == "2026-11-18T12:30:00.000000Z"
    assert "15m" in burnline(*asked, "soon").err


def test_an_until_without_a_zone_is_called_by_the_name_one_gave_it(burnline, url):
    assert "--until 2026-11-18:" in burnline("requests", "--url", url, "--until", "2026-11-18", "--since", "1h").err


def test_an_empty_answer_is_a_sentence_with_a_remedy(burnline, url):
    out = burnline("requests", "--tenant", "nobody", "--url", url).out
    assert out.startswith("No request started from 2026-11-18 12:00:00 to 2026-11-18 13:00:00 UTC.")
    assert "No objective is configured" in burnline("slo", "--url", url).out
    assert "No route stepped" in burnline("decisions", "--history", "--url", url).out


def test_more_rows_than_a_page_say_how_to_go_on(burnline, url):
    first = burnline("requests", "--limit", "1", "--url", url).out
    cursor = first.split("--cursor ")[1].split()[0]
    second = burnline("requests", "--limit", "1", "--cursor", cursor, "--url", url).out
    assert (TRACE in first) != (TRACE in second)


def test_no_server_says_what_to_do(burnline):
    ran = burnline("cost", "--url", "http://127.0.0.1:1")
    assert (ran.status, ran.out) == (1, "")
    assert all(remedy in ran.err for remedy in ("burnline serve", "--url", "--data"))


def test_a_refused_question_says_which_parameter_and_what_would_do(burnline, url):
    ran = burnline("cost", "--by", "colour", "--url", url)
    assert ran.status == 1
    assert "'by' is 'colour'" in ran.err
    assert "tenant" in ran.err


def test_a_directory_without_data_is_not_turned_into_one(burnline, tmp_path):
    ran = burnline("requests", "--data", tmp_path)
    assert (ran.status, list(tmp_path.iterdir())) == (1, [])
    assert "--data" in ran.err


@pytest.mark.parametrize("name", ["", "/dev/null", "x" * 300])
def test_what_is_no_directory_of_data_is_said(burnline, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    ran = burnline("requests", "--data", name)
    assert (ran.status, list(tmp_path.iterdir())) == (1, [])
    assert "--data" in ran.err


def test_a_directory_that_a_server_holds_is_left_alone(burnline, directory):
    held = _hold(directory)
    try:
        ran = burnline("requests", "--data", directory)
    finally:
        held.kill()
        held.wait()
    assert ran.status == 1
    assert "--url" in ran.err


def _hold(directory):
    program = "import sys, pathlib; from collector.store import DuckDBStore as S; s = S(pathlib.Path(sys.argv[1]));"
    program += "print('open', flush=True); sys.stdin.read()"
    held = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    held.stdout.readline()
    return held


@pytest.mark.parametrize("url", ["", "x", "http://", "http://[", "http://x:99999", "ftp://x", "http://\u2603:8320:1"])
def test_an_address_that_is_none_says_what_would_be_one(burnline, url):
    ran = burnline("cost", "--url", url)
    assert (ran.status, ran.out) == (1, "")
    assert "http://" in ran.err


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (404, None, b"nothing here"),
        (200, b"text/html", b"<html>It works!</html>"),
        (200, b"application/json", b"{"),
        (200, b"application/json", b"[]"),
        (502, b"application/problem+json", b"<html>"),
        (500, b"application/problem+json", b"{}"),
    ],
)
def test_another_service_at_the_address_is_not_taken_for_burnline(burnline, served, status, kind, body):
    async def other(_scope, _receive, send):
        headers = [] if kind is None else [(b"content-type", kind)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    with served(other) as address:
        ran = burnline("cost", "--url", address)
        assert (ran.status, ran.out) == (1, "")
        assert "check --url" in ran.err
