"""The panel of findings on the page of changes: what moved, since when, what explains it."""

import re
import time

import pytest
from playwright.sync_api import expect

from analytics.findings.course import Ended
from analytics.findings.finding import Finding, Kind
from analytics.findings.kept import keep_findings
from analytics.findings.reading import Key
from collector.store import DuckDBStore
from tests.console.conftest import PHONE
from tests.console.test_pages import serious
from tests.console.workload import HOSTILE, S, World
from tests.flow.conftest import Servers

NOW_S = int(time.time()) // 300 * 300
LONGER, DEARER, BACK, DRIFTED, SWAPPED, ROLLED_BACK = (sign * 32 for sign in "abcdef")
DAY_S = 86_400
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

WHO = {"text": f"who answers of model gpt-4o is another one: {HOSTILE} is 98.0 % instead of 0.0 %", "unit": "ratio"}


def finding(name, key, since_s, **more):
    """An hour that is still going on, of a hundred that became 250."""
    told = {"until_s": None, "ended": None, "explanation": {}, "group_id": name, "step_s": 300, **more}
    return Finding(
        finding_id=name, key=Key(*key), start_s=NOW_S - since_s, alarmed_s=NOW_S - since_s + 600,
        expected=100.0, observed=250.0, p_value=1e-9, **told,
    )  # fmt: skip


def swap(name, since_s, before, after, **more):
    """A model that was swapped, as drift tells it."""
    said = (
        f"{after} answers for gpt-4o instead of {before}, and no marker says so: 249 tokens an answer instead of 104, "
    )
    explanation = {"text": f"{said}12.50 USD more a day", "unit": "tokens", "to": after, "traces": [TRACE]}
    key = ("output_tokens", "model", "gpt-4o")
    return finding(name, key, since_s, kind=Kind.MODEL_SWAP, step_s=DAY_S, explanation=explanation, **more)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A server whose store knows three events: figures with a swap and a drift, a swap taken back, a figure."""
    folder = tmp_path_factory.mktemp("findings")
    store = DuckDBStore(folder / "data")
    keep_findings(
        store,
        [
            finding(LONGER, ("output_tokens", "all", ""), 3_600, explanation=WHY),
            finding(DEARER, ("cost", "tenant", "acme"), 3_600, group_id=LONGER),
            swap(SWAPPED, 3_700, "may", HOSTILE),
            finding(
                DRIFTED,
                ("model_version", "model", "gpt-4o"),
                3_600,
                group_id=SWAPPED,
                kind=Kind.DRIFT,
                step_s=DAY_S,
                explanation=WHO,
            ),
            swap(ROLLED_BACK, 100_000, "may", "august", until_s=NOW_S - 95_000, ended=Ended.RETURNED),
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
    return page.get_by_role("region", name="Not as usual").locator("ol.events > li")


def test_what_figures_models_and_distributions_tell_of_one_thing_is_one_row(visit, shots):
    page = visit("/changes")
    shots(page, "findings")
    expect(rows(page)).to_have_count(3)
    first = rows(page).first
    expect(first).to_contain_text(f"{HOSTILE} answers for gpt-4o instead of may, and no marker says so")
    expect(first.locator(".evident li")).to_have_text(
        [
            re.compile("^length of an answer is 2.5 times what is usual"),
            re.compile("^who answers of model gpt-4o is another"),
        ]
    )
    expect(first).to_contain_text("goes on")
    expect(first).to_contain_text(f"model version {HOSTILE}: 93.0 % of it, new")
    expect(first).to_contain_text("also cost")
    assert page.locator("main img").count() == 0


def test_what_has_ended_says_how(visit):
    page = visit("/changes")
    expect(rows(page).last).to_contain_text("august answers for gpt-4o instead of may")
    expect(rows(page).last).to_contain_text("returned")
    expect(rows(page).nth(1)).to_contain_text("returned")


def test_a_finding_leads_to_a_request_that_shows_it(visit):
    link = rows(visit("/changes")).first.get_by_role("link", name="a trace")
    expect(link).to_have_attribute("href", f"/requests/{TRACE}")


def test_filters_of_the_page_hold_for_findings_too(visit):
    expect(rows(visit("/changes?route=answer"))).to_have_count(1)


def test_where_nothing_moved_it_says_so(visit):
    page = visit("/changes?tenant=nobody")
    region = page.get_by_role("region", name="Not as usual")
    expect(region).to_contain_text("Every figure that is watched was as usual in this window.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone_and_a_wide_screen_and_keeps_nobody_out(visit, shots, theme):
    page = visit("/changes", PHONE, theme)
    shots(page, f"findings-{PHONE[0]}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []
    page.set_viewport_size({"width": 1920, "height": 1080})
    shots(page, f"findings-1920-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
