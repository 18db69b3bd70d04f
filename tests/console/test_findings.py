"""The panel of findings on the page of changes: what moved, since when, what explains it."""

import time

import pytest
from playwright.sync_api import expect

from analytics.findings.course import Ended
from analytics.findings.finding import Finding
from analytics.findings.kept import keep_findings
from analytics.findings.reading import Key
from collector.store import DuckDBStore
from tests.console.conftest import PHONE
from tests.console.test_pages import serious
from tests.console.workload import HOSTILE, S, World
from tests.flow.conftest import Servers

NOW_S = int(time.time()) // 300 * 300
LONGER, DEARER, BACK = ("a" * 32, "b" * 32, "c" * 32)
TRACE = f"{0xA11:032x}"
WHY = {
    "moved": [
        {
            "dimension": "model_version",
            "value": HOSTILE,
            "how": "new",
            "share": 0.93,
            "before": None,
            "since": 250.0,
            "traffic_before": 0.0,
            "traffic_since": 0.6,
        }
    ],
    "changes": [],
    "traces": [TRACE],
}


def finding(name, key, since_s, **more):
    """An hour that is still going on, of a hundred that became 250."""
    told = {"until_s": None, "ended": None, "explanation": {}, "group_id": name, **more}
    return Finding(
        finding_id=name, key=Key(*key), step_s=300, start_s=NOW_S - since_s, alarmed_s=NOW_S - since_s + 600,
        expected=100.0, observed=250.0, p_value=1e-9, **told,
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A server whose store knows three findings of two groups."""
    folder = tmp_path_factory.mktemp("findings")
    store = DuckDBStore(folder / "data")
    keep_findings(
        store,
        [
            finding(LONGER, ("output_tokens", "all", ""), 3_600, explanation=WHY),
            finding(DEARER, ("cost", "tenant", "acme"), 3_600, group_id=LONGER),
            finding(BACK, ("p95_ms", "route", "answer"), 18_000, until_s=NOW_S - 15_000, ended=Ended.RETURNED),
        ],
    )
    store.close()
    servers = Servers(folder)
    try:
        yield World(servers(folder / "data", {"findings": {"enabled": False}}), time.time_ns() // S * S)
    finally:
        servers.end()


def rows(page):
    return page.get_by_role("region", name="Not as usual").get_by_role("listitem")


def test_what_moved_together_is_one_row_that_says_what_explains_it(visit):
    page = visit("/changes")
    expect(rows(page)).to_have_count(2)
    first = rows(page).first
    expect(first).to_contain_text("goes on")
    expect(first).to_contain_text(f"model version {HOSTILE}: 93.0 % of it, new")
    expect(first).to_contain_text("also cost")
    assert page.locator("main img").count() == 0


def test_what_has_ended_says_how(visit):
    expect(rows(visit("/changes")).last).to_contain_text("returned")


def test_a_finding_leads_to_a_request_that_shows_it(visit):
    link = rows(visit("/changes")).first.get_by_role("link", name="a trace")
    expect(link).to_have_attribute("href", f"/requests/{TRACE}")


def test_filters_of_the_page_hold_for_findings_too(visit):
    expect(rows(visit("/changes?route=answer"))).to_have_count(1)


def test_where_nothing_moved_it_says_so(visit):
    page = visit("/changes?tenant=nobody")
    region = page.get_by_role("region", name="Not as usual")
    expect(region).to_contain_text("Every figure that is watched was as usual in this window.")


def test_it_fits_a_phone_and_has_no_serious_defect_of_accessibility(visit):
    page = visit("/changes", PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []
