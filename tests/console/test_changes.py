"""The page of changes: what is told stands with its figures, leads to both sides, and a hostile name stays text."""

import re
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import expect

from tests.analytics.derive.house import Sent
from tests.analytics.derive.house import body as exported
from tests.console.conftest import PHONE
from tests.console.test_pages import COLOURS, serious
from tests.console.workload import CONFIG, HOSTILE, S, fill
from tests.flow.conftest import Servers

PAID_MINUTES = 15
"""How long a release of the till fails every other payment, and how long before it none failed."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A server of one's own, as changes stay; told is a deploy twelve minutes before it was filled."""
    servers = Servers(tmp_path_factory.mktemp("changes"))
    try:
        world = fill(servers(config=CONFIG))
        at = _text(world, 12)
        change = {"kind": "release", "name": HOSTILE, "from": "v1", "to": "v2", "at": at, "route": "answer", "by": "ci"}
        broken = {"kind": "release", "name": "till", "to": "v9", "at": _text(world, PAID_MINUTES), "route": "pay"}
        for one in (change, broken):
            assert httpx.post(f"{world.url}/v1/changes", json=one).status_code == 201
        _pay(world)
        yield world
    finally:
        servers.end()


def _text(world, minutes_before):
    at = datetime.fromtimestamp(world.filled_at_ns / S - 60 * minutes_before, UTC)
    return at.isoformat().replace("+00:00", "Z")


def _pay(world):
    """Four payments a minute, before and after the release of the till."""
    spans = [
        Sent(
            trace=0x9A1000 + i,
            span=1,
            kind="request",
            name="pay",
            start_at_ns=world.filled_at_ns + (15 * i - 120 * PAID_MINUTES) * S,
            duration_s=0.5,
            failed=i >= 4 * PAID_MINUTES and i % 2 == 0,
            says={"burnline.route": "pay"},
        )
        for i in range(2 * 4 * PAID_MINUTES)
    ]
    assert world.server.send(exported(spans)).status_code == 200
    paid = len(spans)
    world.server.until(lambda: world.server.get("/v1/cost", route="pay")["totals"]["requests"] == paid, 20)


def test_a_change_stands_with_the_figures_of_both_sides(visit, world):
    page = visit("/changes?compare_s=900")
    row = page.locator("tbody tr", has_text="v1 → v2")
    (change,) = world.server.get("/v1/changes", compare_s="900", source="posted", route="answer")["changes"]
    cell = row.locator("td").nth(1)
    assert cell.inner_text().split() == [
        str(change["figures_after"]["requests"]),
        "was",
        str(change["figures_before"]["requests"]),
    ]


def test_a_release_that_broke_something_is_to_be_rolled_back_with_its_reasons(visit):
    page = visit("/changes?compare_s=900&route=pay")
    row = page.locator("tbody tr", has_text="v9")
    expect(row).to_contain_text("rollback recommended")
    expect(row).to_contain_text("errors rose from 0 % to")


def test_the_overview_says_what_differs_since_a_change(visit):
    page = visit("/")
    changes = page.get_by_role("region", name="Changes", exact=True)
    expect(changes.get_by_role("listitem").filter(has_text="v1 → v2")).to_contain_text("no clear change")
    row = changes.get_by_role("listitem").filter(has_text="v9")
    expect(row).to_contain_text("errors 0.0 % → 50.0 %")
    expect(row).not_to_contain_text("p95")
    row.get_by_role("link", name="till").click()
    page.wait_for_url("**/changes?kind=release&name=till")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_hostile_name_is_shown_as_text(visit):
    page = visit("/changes")
    assert page.locator("tbody tr strong", has_text=HOSTILE).count() == 1
    assert page.locator("main img").count() == 0


def test_both_sides_lead_to_their_requests(visit):
    page = visit("/changes?compare_s=900")
    page.locator("tbody tr", has_text="v1 → v2").get_by_role("link", name=re.compile(r"^\d+$")).first.click()
    page.wait_for_url("**/requests?route=answer&start=*")
    page.get_by_role("heading", level=1, name="Requests").wait_for()


def test_a_person_tells_a_change_and_sees_it(visit, world):
    page = visit("/changes?kind=prompt")
    page.get_by_role("button", name="Tell a change").click()
    page.get_by_label("Kind").last.select_option("prompt")
    page.get_by_label("Name", exact=True).last.fill("greeting")
    page.get_by_label("To version").fill("v7")
    page.get_by_role("button", name="Keep it").click()
    page.locator("tbody tr strong", has_text="greeting").first.wait_for()
    kept = world.server.get("/v1/changes", kind="prompt")["changes"]
    assert [one["name"] for one in kept] == ["greeting"]


def test_what_the_server_refuses_is_said_in_the_dialog(visit, complaints):
    complaints.forgive("400")
    page = visit("/changes")
    page.get_by_role("button", name="Tell a change").click()
    page.get_by_label("Name", exact=True).last.fill(" ")
    page.get_by_role("button", name="Keep it").click()
    page.locator("dialog .failed").wait_for()
    assert "name" in page.locator("dialog .failed").inner_text()


def test_filters_stay_in_the_address(visit):
    page = visit("/changes")
    page.get_by_label("Kind").first.select_option("prompt")
    page.wait_for_url("**/changes?kind=prompt")
    page.get_by_text("No change in this window passes these filters.").or_(page.locator("tbody tr")).first.wait_for()


def test_a_page_with_changes_keeps_nobody_out_and_fits_a_phone(visit):
    page = visit("/changes?compare_s=900")
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, COLOURS) == []
    page.get_by_role("button", name="Tell a change").click()
    assert serious(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
