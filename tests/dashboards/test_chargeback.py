"""A month from preview to close, export and reconciliation: the commands of finance against a served application."""

import argparse
import io
import json
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from alerts.journal import Journal
from analytics.chargeback.finance import Finance
from analytics.focus.settings import Chargeback, DeliveryTarget
from analytics.spending.spending import Spending
from collector.store import DuckDBStore
from dashboards import chargeback_commands
from dashboards.app import Parts, build_app
from dashboards.offices import offices, routes
from tests.analytics.stored import Line, S, Stored, put

NINTH = int(datetime(2026, 10, 9, 12, tzinfo=UTC).timestamp()) * S
TENTH = NINTH + 24 * 3600 * S
DECEMBER = int(datetime(2026, 12, 2, tzinfo=UTC).timestamp()) * S
INPUT = Line("input_uncached", 1_000_000, "0.0000025")  # 2.50
OUTPUT = Line("output", 30_000, "0.00001")  # 0.30
UNPRICED = Line("output", 7, None, model="gpt-97")


@dataclass(frozen=True, slots=True)
class House:
    """A served data directory, and its command."""

    url: str
    store: DuckDBStore
    data: Path
    journal: Journal

    def run(self, *words: object) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser("burnline")
        chargeback_commands.register(parser.add_subparsers(required=True))
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            args = parser.parse_args(["chargeback", *(str(word) for word in words), "--url", self.url])
            status = args.run(args)
        return status, out.getvalue(), err.getvalue()

    def answer(self, *words: object) -> dict:
        status, out, err = self.run(*words, "--json")
        assert status == 0, err
        return json.loads(out)


@pytest.fixture
def house(served, tmp_path):
    store = DuckDBStore(tmp_path)
    journal = Journal(store)
    share = DeliveryTarget("share", folder=str(tmp_path / "share"))
    finance = Finance(chargeback=Chargeback(company="Acme", unallocated_owner="ada", deliveries=(share,)))
    months = offices(store, finance, tmp_path, lambda: DECEMBER, journal)
    with served(build_app(Parts(store, lambda: DECEMBER, routers=routes(months, Spending(store, ()))))) as url:
        put(
            store,
            Stored(1, NINTH, lines=(INPUT, OUTPUT), project="proj_a"),
            Stored(2, NINTH, lines=(OUTPUT,), team="docs", project="proj_a"),
            Stored(3, TENTH, lines=(OUTPUT,), team="docs", project="proj_a"),
        )
        yield House(url, store, tmp_path, journal)
        months.jobs.close()
    store.close()


def test_a_preview_shows_the_month_by_team_exactly(house):
    answer = house.answer("preview", "2026-10")
    assert answer["total"]["cost_usd"] == "3.4"  # 2.50 + 3 x 0.30
    assert {row["team"]: row["cost_usd"] for row in answer["by_team"]} == {"support": "2.8", "docs": "0.6"}
    _, out, _ = house.run("preview", "2026-10")
    assert "support" in out
    assert "$2.80" in out
    assert answer["unallocated_owner"] == "ada"
    assert "ada answers for what is" in out


def test_a_month_is_closed_once_and_verified(house):
    closed = house.answer("close", "2026-10", "--by", "Ada", "--note", "checked")
    assert (closed["closed_by"], closed["manifest"]["total"]["cost_usd"]) == ("Ada", "3.4")
    assert house.answer("close", "2026-10", "--by", "Bob") == closed  # a closed month answers with what was signed
    assert house.answer("verify", "2026-10")["sound"]
    states = {row["period"]: row["state"] for row in house.answer("periods")["periods"]}
    assert states == {"2026-10": "closed", "2026-11": "ended", "2026-12": "open"}


def test_closing_is_written_in_the_journal(house):
    sha256 = house.answer("close", "2026-10", "--by", "Ada")["sha256"]
    house.answer("close", "2026-10", "--by", "Bob")  # which changes nothing
    entries = [entry.content for entry in house.journal.entries("period_closed")]
    assert entries == [{"period": "2026-10", "by": "Ada", "sha256": sha256}]


def test_a_month_that_goes_on_is_not_closed(house):
    status, out, err = house.run("close", "2026-12", "--by", "Ada")
    assert (status, out) == (1, "")
    assert "2026-12 ends at 2027-01-01" in err


def test_unpriced_usage_needs_a_word_and_is_in_no_invoice(house):
    put(house.store, Stored(4, NINTH, lines=(UNPRICED,)))
    status, _, err = house.run("close", "2026-10", "--by", "Ada")
    assert status == 1
    assert "gpt-97" in err
    assert house.answer("close", "2026-10", "--by", "Ada", "--accept-unpriced")["manifest"]["unpriced"]["lines"] == 1
    found = house.answer("export", "2026-10", "--to", house.data / "out")
    assert found["unpriced_lines"] == 1
    assert "gpt-97" not in (house.data / "out" / "cost_and_usage.csv").read_text()
    assert "gpt-97" in (house.data / "out" / "unpriced.csv").read_text()


@pytest.mark.parametrize("profile", ["focus-1.4", "focus-1.2"])
def test_an_export_holds_every_rule_and_comes_out_the_same_again(house, profile):
    house.answer("close", "2026-10", "--by", "Ada")
    words = ("export", "2026-10", "--profile", profile, "--formats", "csv,parquet,xlsx")
    first, again = (house.answer(*words, "--to", house.data / name) for name in ("a", "b"))
    assert first["broken"] == []
    assert (first["status"], first["billed_usd"]) == ("closed", "3.4")
    assert first == again
    names = [file["name"] for file in first["files"]]
    assert "statements/index.html" in names
    for name in names:
        assert (house.data / "a" / name).read_bytes() == (house.data / "b" / name).read_bytes(), name


def test_what_a_killed_process_left_beside_its_export_goes_with_the_next(house):
    left = house.data / "exports" / "export-k4hc6xe"
    left.mkdir(parents=True)
    (left / "charges.arrow").write_bytes(b"half of it")
    house.answer("export", "2026-10")
    assert [path.name for path in (house.data / "exports").iterdir()] == ["2026-10"]


@pytest.mark.parametrize("month", ["2026-10?rounded=true", "../jobs", "2026-10/charges", "2026-10#", "", " "])
def test_what_is_typed_as_a_month_is_no_other_question(house, month):
    status, out, err = house.run("preview", month)
    assert (status, out) == (1, "")
    assert any(
        told in err for told in ("there is no month", "found no /v1/chargeback/periods/", "it must not be there")
    )


def test_a_folder_takes_one_export_and_keeps_nothing_of_an_earlier_copy(house):
    out = house.data / "out"
    house.answer("export", "2026-10", "--formats", "csv,xlsx", "--to", out)
    house.answer("export", "2026-10", "--formats", "csv", "--to", out)
    assert not (out / "rounded_view.xlsx").exists()
    assert house.run("export", "2026-10", "--profile", "focus-1.2", "--to", out)[0] == 1


def test_an_export_is_delivered_once(house):
    house.answer("close", "2026-10", "--by", "Ada")
    names = {file["name"] for file in house.answer("export", "2026-10")["files"]}
    first, again = (house.answer("deliver", "2026-10", "share") for _ in range(2))
    assert set(first["sent"]) == names
    assert (again["sent"], set(again["present"])) == ([], set(first["sent"]))
    status, _, err = house.run("deliver", "2026-10", "vault")
    assert status == 1
    assert "share" in err


def test_what_was_not_exported_is_not_delivered(house):
    status, _, err = house.run("deliver", "2026-10", "share")
    assert status == 1
    assert "export" in err


def test_a_charge_is_explained_by_the_requests_behind_it(house):
    charges = httpx.get(f"{house.url}/v1/chargeback/periods/2026-10/charges").json()["charges"]
    ninth = next(row for row in charges if row["team"] == "docs" and row["starts_at"].startswith("2026-10-09"))
    found = house.answer("explain", "2026-10", ninth["charge_id"])
    assert [line["trace_id"] for line in found["ledger_lines"]] == [f"{2:032x}"]
    assert found["ledger_lines"][0]["cost_usd"] == ninth["cost_usd"] == "0.3"


def test_charges_page_by_their_ids(house):
    path = f"{house.url}/v1/chargeback/periods/2026-10/charges"
    whole = httpx.get(path).json()["charges"]
    ids, cursor = [], None
    while True:
        answer = httpx.get(path, params={"limit": 1} | ({"cursor": cursor} if cursor else {})).json()
        ids += [row["charge_id"] for row in answer["charges"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert ids == [row["charge_id"] for row in whole]
    assert len(ids) == 4


def bill(*days: tuple[int, Decimal]) -> dict:
    """An OpenAI costs report: of each day the output of project proj_a."""
    return {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": start,
                "end_time": start + 86_400,
                "results": [
                    {
                        "object": "organization.costs.result",
                        "amount": {"value": str(amount), "currency": "usd"},
                        "line_item": "gpt-4o, output",
                        "project_id": "proj_a",
                    }
                ],
            }
            for start, amount in days
        ],
        "has_more": False,
        "next_page": None,
    }


def day(number: int) -> int:
    return int(datetime(2026, 10, number, tzinfo=UTC).timestamp())


def test_a_planted_cent_is_found_on_its_day_and_booked_on_request(house, tmp_path):
    put(house.store, *(Stored(10 + n, TENTH, lines=(OUTPUT,), project="proj_a") for n in range(3)))
    report = tmp_path / "costs.json"
    report.write_text(json.dumps(bill((day(9), Decimal("0.60")), (day(10), Decimal("1.21")))))  # 4 x 0.30 and a cent
    asked = ("reconcile", "2026-10", "openai", "--bill", report, "--kind", "openai_costs")
    found = house.answer(*asked)
    located = [row for row in found["differences"] if row["usage_class"] == "output"]
    assert [(row["day"], row["project"], row["model"], row["gap_usd"]) for row in located] == [
        ("2026-10-10", "proj_a", "gpt-4o", "0.01")
    ]
    cause = located[0]["parts"][0]["cause"]
    booked = house.answer("reconcile", "2026-10", "openai", "--book", cause, "--into", "2026-12")
    assert (booked["booked_now"], booked["usd"]) == (1, "0.01")
    assert house.answer("preview", "2026-12")["by_entry"][0]["entry"] == "adjustment"


def test_a_missing_day_is_named_and_nothing_is_kept(house, tmp_path):
    report = tmp_path / "costs.json"
    report.write_text(json.dumps(bill((day(9), Decimal("0.60")), (day(11), Decimal("0.30")))))
    status, _, err = house.run("reconcile", "2026-10", "openai", "--bill", report, "--kind", "openai_costs")
    assert status == 1
    assert "2026-10-10" in err
    status, _, err = house.run("reconcile", "2026-10", "openai")
    assert status == 1
    assert "nothing was imported" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("preview", "2026-13"), "2026-13"),
        (("preview", "october"), "october"),
        (("export", "2026-10", "--profile", "focus-0.9"), "focus-1.4"),
        (("export", "2026-10", "--form", "paper"), "machine"),
        (("verify", "2026-10"), "2026-10 is not closed"),
        (("explain", "2026-10", "0" * 32), "no charge"),
        (("reconcile", "2026-10", "openai", "--book", "rounding"), "--into"),
        (("reconcile", "2026-10", "openai", "--bill", "nowhere.json", "--kind", "openai_costs"), "nowhere.json"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_reason(house, words, said):
    status, out, err = house.run(*words)
    assert (status, out) == (1, "")
    assert said in err


def test_only_files_of_the_export_are_served(house):
    house.answer("export", "2026-10")
    base = f"{house.url}/v1/chargeback/exports/2026-10/focus-1.4/machine"
    assert httpx.get(f"{base}/manifest.json").status_code == 200
    for name in ("burnline.duckdb", "..%2F..%2F..%2Fburnline.duckdb", "statements/..%2Fmanifest.json"):
        assert httpx.get(f"{base}/{name}").status_code == 404


def test_key_figures_are_answered(house):
    window = {"start": "2026-10-09T00:00:00Z", "until": "2026-10-10T00:00:00Z"}
    found = httpx.get(f"{house.url}/v1/kpis", params=window).json()["kpis"]
    per_request = next(row for row in found if row["name"] == "cost_per_request")
    assert per_request["value"] == "1.55"  # (2.80 + 0.30) / 2


def test_work_is_begun_once_and_can_be_looked_at(house):
    begun = httpx.post(f"{house.url}/v1/chargeback/periods/2026-10/verify")
    assert begun.status_code == 202
    deadline = time.monotonic() + 10
    while (job := httpx.get(house.url + begun.headers["location"]).json())["state"] in {"waiting", "running"}:
        assert time.monotonic() < deadline
    assert job["state"] == "refused"
    assert "not closed" in job["reason"]
