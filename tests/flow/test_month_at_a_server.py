"""A month closed at a running server: real spans of last month, the commands of finance, a restart with other prices.

Three calls on last month's 9th: 1,200 input tokens (1,024 of them cached) and 80 of output, at the stated prices
of 2, 1 and 10 dollars a million: 176 x 2 + 1,024 x 1 + 80 x 10 = 2,176 millionths each.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from opentelemetry.trace import SpanKind, set_span_in_context

from tests.flow.conftest import Burnline
from tests.flow.sdk import CHAT, WHO, tracing

COMMAND = str(Path(sys.executable).with_name("burnline"))
FIRST = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
NOON = (FIRST - timedelta(days=1)).replace(day=9, hour=12)
LAST, THIS = f"{NOON:%Y-%m}", f"{FIRST:%Y-%m}"
CALL_USD = Decimal("0.002176")
DEARER_USD = Decimal("0.004352")  # everything at twice the price
RULES = [{"name": "teams pay", "when": {"team": ["?*"]}, "set": {"cost_center": "CC-{team}"}}]


def prices(factor: int) -> dict[str, Any]:
    figures = {"input_uncached": 2 * factor, "cache_read": factor, "output": 10 * factor}
    return {"prices": [{"model": "gpt-4o", "usd_per_million": figures}], "attribution_rules": RULES}


def call(server: Burnline, number: int, team: str = "support") -> None:
    """One request with one call, on last month's 9th at noon and some seconds."""
    began = int((NOON + timedelta(seconds=number)).timestamp()) * 10**9
    with tracing(server) as tracer:
        who = WHO | {"burnline.team": team}
        root = tracer.start_span("POST /answer", kind=SpanKind.SERVER, attributes=who, start_time=began)
        says = CHAT | {"gen_ai.response.id": f"response-{number}"}
        under = set_span_in_context(root)
        tracer.start_span("chat gpt-4o", under, SpanKind.CLIENT, says, start_time=began).end(began + 10**6)
        root.end(began + 2 * 10**6)


def run(server: Burnline, *words: object, status: int = 0) -> str:
    """A command of finance at the server."""
    command = [COMMAND, *(str(word) for word in words), "--url", server.api]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own command
    assert ran.returncode == status, ran.stdout + ran.stderr
    return ran.stdout if status == 0 else ran.stderr


def answer(server: Burnline, *words: object) -> Any:
    return json.loads(run(server, *words, "--json"))


def billed(server: Burnline, month: str) -> Mapping[str, Decimal]:
    """What each cost centre owes for a month, exactly."""
    rows = answer(server, "chargeback", "preview", month)["by_cost_center"]
    return {row["cost_center"]: Decimal(row["cost_usd"]) for row in rows}


def lines(server: Burnline, month: str) -> int:
    found = server.get(f"/v1/chargeback/periods/{month}")
    return int(found["lines"])


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_month_is_closed_restated_and_repriced_while_spans_come_in(serve, tmp_path):
    server = serve(config=prices(1))
    for number in range(3):
        call(server, number)
    server.until(lambda: lines(server, LAST) == 9, within_s=10)  # input, cached, output of each
    assert billed(server, LAST) == {"CC-support": 3 * CALL_USD}

    # It is closed and exported, to the cent for the cost centre: 0.6528 cents are one.
    signed = answer(server, "chargeback", "close", LAST, "--by", "Ada")
    assert billed(server, LAST) == {"CC-support": Decimal("0.01")}
    run(server, "chargeback", "export", LAST, "--formats", "csv,parquet,xlsx", "--to", tmp_path / "first")

    # A span of that month comes late: the books stay, this month will state it.
    call(server, 7, team="docs")
    server.until(lambda: billed(server, THIS) == {"CC-docs": CALL_USD}, within_s=10)
    assert billed(server, LAST) == {"CC-support": Decimal("0.01")}

    # The contract turns out to be twice as dear. New prices alone change nothing that is rated already.
    assert server.stop() == 0
    server = serve(config=prices(2))
    assert billed(server, THIS) == {"CC-docs": CALL_USD}
    proposed = answer(server, "prices", "reprice")
    assert Decimal(proposed["totals"]["booked_cost_usd"]) == 4 * CALL_USD
    assert Decimal(proposed["totals"]["cost_usd"]) == 4 * DEARER_USD
    assert billed(server, THIS) == {"CC-docs": CALL_USD}

    # Once somebody puts them in force, this month corrects the closed one, by cost centre.
    run(server, "prices", "reprice", "--run", proposed["run"]["run_id"], "--apply")
    assert billed(server, THIS) == {"CC-docs": DEARER_USD, "CC-support": 3 * DEARER_USD - 3 * CALL_USD}

    # The closed month is what was signed, and its export is the same again, byte for byte.
    assert answer(server, "chargeback", "verify", LAST)["sound"]
    assert answer(server, "chargeback", "close", LAST, "--by", "Bob")["sha256"] == signed["sha256"]
    run(server, "chargeback", "export", LAST, "--formats", "csv,parquet,xlsx", "--to", tmp_path / "again")
    assert files(tmp_path / "first") == files(tmp_path / "again")
    assert f"{THIS} ends at" in run(server, "chargeback", "close", THIS, "--by", "Ada", status=1)
    assert server.stop() == 0


def test_a_call_to_an_own_machine_takes_its_share_of_the_hours(serve):
    pool = {
        "name": "llama pool",
        "kind": "gpu",
        "owner": {"name": "platform"},
        "rates": [{"usd_per_hour": "2.40"}],
        "used_by": {"provider": ["vllm"]},
    }
    server = serve(config={"infrastructure": [pool]})
    with tracing(server) as tracer:
        root = tracer.start_span("POST /answer", kind=SpanKind.SERVER, attributes=WHO)
        own = CHAT | {"gen_ai.provider.name": "vllm", "gen_ai.request.model": "llama-4", "gen_ai.response.id": "own-1"}
        tracer.start_span("chat llama-4", set_span_in_context(root), SpanKind.CLIENT, own).end()
        root.end()
    trace = f"{root.get_span_context().trace_id:032x}"
    server.until(lambda: server.ask(f"/v1/requests/{trace}").status_code == 200, within_s=10)
    cost = server.get(f"/v1/requests/{trace}")["cost"]
    assert (cost["usd"], cost["status"]) == (None, "priced")  # nothing by the token; the hours are shared
    assert {line["price_id"] for line in cost["lines"]} == {"infrastructure/llama pool"}
    [share] = cost["shares"]
    assert share["provisional"]
    spent = answer(server, "chargeback", "preview", THIS)
    by_entry = {row["entry"]: Decimal(row["cost_usd"] or 0) for row in spent["by_entry"]}
    hours = (datetime.now(UTC) - FIRST) / timedelta(hours=1)
    whole = by_entry["shared"] + by_entry["unused"]  # idle days are somebody's
    assert abs(whole - Decimal(2.4 * hours)) < Decimal("0.2")
    assert abs(by_entry["shared"] - Decimal(share["share_usd"])) < Decimal("0.2")  # it was alone today


def test_callers_together_pass_no_budget_of_a_running_server(serve):
    budgets = [{"name": "support", "amount_usd": 1, "team": "support"}]
    server = serve(config={"budgets": budgets})
    asked = {"team": "support", "amount_usd": "0.30"}
    granted = [reserve(server, asked) for _ in range(5)]
    assert [one["granted"] for one in granted] == [True, True, True, False, False]
    assert server.get("/v1/budgets")["budgets"][0]["reserved_usd"] == "0.9"
    assert server.stop() == 0
    server = serve(config={"budgets": budgets})  # what was reserved outlives the process
    assert not reserve(server, asked)["granted"]


def reserve(server: Burnline, asked: Mapping[str, object]) -> Any:
    return httpx.post(f"{server.api}/v1/budgets/reservations", json=dict(asked)).raise_for_status().json()
