"""Finance: from the total to the price row in four clicks; a month previewed, exported, closed and verified."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import PHONE, settled
from tests.console.finance_world import CONFIG, DEAREST, FIRST, LAST, TODAY_USD, fill
from tests.console.test_pages import serious
from tests.console.workload import World
from tests.flow.conftest import Servers


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server of its own, in place of the one for all pages: a month that is closed stays closed."""
    servers = Servers(tmp_path_factory.mktemp("finance"))
    try:
        server = servers(config=CONFIG)
        fill(server)
        yield World(server, time.time_ns())
    finally:
        servers.end()


def panel(page: Page, name: str):
    return page.get_by_role("region", name=name, exact=True).first


def test_the_total_leads_to_the_price_row_in_four_clicks(visit):
    page = visit("/?window=24h")
    tile = page.locator(".tile", has_text="Spend")
    assert tile.locator("[title]").first.get_attribute("title") == f"{TODAY_USD} USD"
    tile.get_by_role("link").click()
    panel(page, "By group").get_by_role("link", name="support", exact=True).click()
    panel(page, "By group").get_by_role("link", name="gpt-4o", exact=True).click()
    panel(page, "By group").get_by_role("link", name=re.compile("gpt-4o.output")).click()
    row = panel(page, "The row behind the figure")
    expect(row).to_contain_text("0.00001 USD")
    expect(row).to_contain_text("$10.00")
    expect(row).to_contain_text("burnline.yaml")
    page.go_back()
    expect(page.locator(".trail")).to_contain_text("support")
    settled(page)


def costs(page: Page, caption: str) -> dict[str, str | None]:
    """The exact cost of every group."""
    rows = panel(page, caption).locator("tbody tr").all()
    return {
        row.get_by_role("link").first.inner_text(): row.locator(".money").first.get_attribute("title") for row in rows
    }


def test_every_level_of_the_way_down_adds_up_to_the_figure_that_led_there(visit):
    assert costs(visit("/cost"), "Cost by team") == {"support": "0.0074 USD", "docs": "0.0014 USD"}
    page = visit("/cost?team=support&by=model")
    assert costs(page, "Cost by model") == {"gpt-4o": "0.006 USD", "gpt-4o-mini": "0.0014 USD"}
    expect(page.locator(".tile", has_text="Cost").first).to_contain_text("$0.0074")


def test_a_group_leads_to_its_requests_and_the_dearest_ones_stand_on_the_page(visit):
    page = visit("/cost?team=support&model=gpt-4o")
    panel(page, "Dearest requests").locator("tbody").get_by_role("link").first.click()
    page.wait_for_url(re.compile(f"/requests/{DEAREST:032x}"[:-1] + "[01]"))
    settled(page)


def test_a_choice_of_the_split_is_in_the_address_and_a_reload_shows_the_same(visit):
    page = visit("/cost")
    page.get_by_label("Split by").select_option("model")
    page.wait_for_url("**by=model**")
    settled(page)
    page.reload()
    settled(page)
    expect(panel(page, "By group").get_by_role("link", name="gpt-4o-mini", exact=True)).to_be_visible()


def test_what_has_no_price_is_said_and_is_not_zero(visit):
    page = visit(f"/cost?start={LAST}-09T00:00:00Z&until={LAST}-10T00:00:00Z&by=model")
    row = panel(page, "Cost by model").locator("tr", has_text="nobody-knows-this-model")
    expect(row).to_contain_text("unpriced")
    expect(row).not_to_contain_text("$0")
    expect(page.locator(".tile", has=page.get_by_text("Priced", exact=True))).to_contain_text(
        "2 of 8 lines have no price"
    )


def test_spend_is_held_against_its_plan(visit):
    page = visit("/budgets?budget=docs")
    row = page.locator("tr", has_text="team docs")
    expect(row).to_contain_text("exhausted")
    expect(row).to_contain_text("$0.0014")
    page.get_by_role("region", name="Spend against plan").get_by_text("Show as table").click()
    expect(panel(page, "Spend of docs against its plan")).to_contain_text("$0.0014")


def test_a_month_is_previewed_explained_exported_closed_and_verified(visit, tmp_path):
    page = visit("/chargeback")
    expect(page.locator("tr", has_text=LAST)).to_contain_text("can be closed")
    page.get_by_role("link", name=LAST).click()
    expect(page.locator(".tile", has_text="Unallocated")).to_contain_text("platform")
    expect(page.locator(".tile", has_text="Unpriced")).to_contain_text("2")

    # a charge is explained down to its request
    panel(page, "By cost centre").get_by_role("link", name="CC-support").click()
    panel(page, "Dearest charges").get_by_role("link").nth(1).click()
    expect(panel(page, "Behind the charge")).to_be_in_viewport()
    expect(panel(page, "Behind the charge")).to_contain_text("burnline.yaml/*/gpt-4o/input_uncached/standard")
    expect(panel(page, "Behind the charge").get_by_role("link", name=f"{0x2000:032x}"[:12])).to_be_visible()

    # it is closed by who types its name, and accepts what has no price
    page.get_by_role("button", name="Close month").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("cannot be undone")
    box.get_by_label("Who signs it off").fill("Ada")
    box.get_by_label("Close although").check()
    box.get_by_label(f"Type {LAST} to confirm").fill("2020-01")
    box.get_by_role("button", name=f"Close {LAST}").click()
    expect(box).to_contain_text("expected " + LAST)
    box.get_by_label(f"Type {LAST} to confirm").fill(LAST)
    box.get_by_role("button", name=f"Close {LAST}").click()
    expect(page.locator(".month")).to_contain_text("Signed by Ada")

    page.get_by_role("button", name="Verify").click()
    expect(page.locator(".work")).to_contain_text("sound")

    page.get_by_role("button", name="Export").click()
    page.get_by_role("dialog").get_by_role("button", name="Export").click()
    expect(page.locator(".work")).to_contain_text("all kept")
    with page.expect_download() as download:
        page.get_by_role("link", name="cost_and_usage.csv").click()
    download.value.save_as(tmp_path / "month.csv")
    assert "BilledCost" in (tmp_path / "month.csv").read_text().partition("\n")[0]
    settled(page)


def test_the_pages_of_a_month_and_of_a_price_keep_nobody_out(visit, shots):
    page = visit(f"/chargeback/{LAST}?team=docs")
    panel(page, "Dearest charges").locator("tbody").get_by_role("link").first.click()
    expect(panel(page, "Behind the charge").locator(".facts")).to_be_visible()
    shots(page, "period")
    assert serious(page) == []
    panel(page, "Behind the charge").get_by_role("link", name="burnline.yaml").first.click()
    expect(panel(page, "The row behind the figure").locator(".facts")).to_be_visible()
    shots(page, "price")
    assert serious(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.go_back()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_month_that_is_not_over_cannot_be_closed(visit):
    page = visit(f"/chargeback/{FIRST:%Y-%m}")
    expect(page.get_by_role("button", name="Close month")).to_be_disabled()
