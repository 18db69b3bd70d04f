"""Finance with a bill in hand: imported, compared by cause down to a request, booked; and an export delivered."""

import json
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.analytics.reconciliation.books import Billed, openai_page
from tests.console.conftest import PHONE, settled
from tests.console.finance_world import CONFIG, FIRST, LAST, fill
from tests.console.test_pages import serious
from tests.console.workload import World
from tests.flow.conftest import Servers

NINTH = date.fromisoformat(f"{LAST}-09")
DAYS = [date.fromisoformat(f"{LAST}-01") + timedelta(days=i) for i in range((FIRST.date() - NINTH).days + 8)]
BILL = openai_page(
    Billed("0.006", "gpt-4o, input", None, 3_000, NINTH),  # the ledger has 2,000 for 0.004: a span never came
    Billed("0.002", "gpt-4o, output", None, 200, NINTH),
    days=DAYS,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A server of its own: what is booked stays booked."""
    folder = tmp_path_factory.mktemp("bills")
    servers = Servers(folder)
    deliveries = [{"name": "share", "folder": str(folder / "share")}]
    try:
        server = servers(config=CONFIG | {"chargeback": {**CONFIG["chargeback"], "deliveries": deliveries}})
        fill(server)
        yield World(server, 0)
    finally:
        servers.end()


def panel(page: Page, name: str):
    return page.get_by_role("region", name=name, exact=True).first


def test_a_bill_is_imported_compared_explained_and_booked(visit, world, complaints, shots):
    complaints.forgive("404")  # no bill tells of the month yet
    page = visit(f"/chargeback/{LAST}")
    page.get_by_role("link", name="Against the bill").click()
    expect(page.locator("main")).to_contain_text("No bill of openai tells of this month")
    expect(panel(page, "Differences")).to_be_hidden()

    page.get_by_role("button", name="Import a bill").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Files").set_input_files(
        {"name": "costs.json", "mimeType": "application/json", "buffer": BILL[:-9].encode()}
    )
    complaints.forgive("422|400")
    box.get_by_role("button", name="Import").click()
    expect(box.get_by_role("alert")).to_contain_text("costs.json")  # half a file is refused, and nothing is kept
    box.get_by_label("Files").set_input_files(
        {"name": "costs.json", "mimeType": "application/json", "buffer": BILL.encode()}
    )
    box.get_by_role("button", name="Import").click()
    expect(page.locator(".tile", has_text="On the bill")).to_contain_text("$0.008")
    expect(panel(page, "The gap by cause").locator("tr", has_text="quantity difference")).to_contain_text("$0.002")

    row = panel(page, "Differences").locator("tr", has_text="quantity difference")
    row.get_by_role("link").click()
    expect(panel(page, "Behind the difference").locator("tbody a[href*=requests]")).to_have_count(2)
    settled(page)
    shots(page, "bills")
    assert serious(page) == []

    page.get_by_role("button", name="Book the difference").click()
    box.get_by_role("button", name="Book", exact=True).click()
    box.get_by_label("Who books it").fill("Ada")
    box.get_by_role("button", name="Book", exact=True).click()
    expect(box.get_by_role("alert")).to_contain_text("at least one cause")
    box.get_by_label("quantity difference").check()
    box.get_by_role("button", name="Book", exact=True).click()
    expect(page.locator(".tile", has_text="Booked before")).to_contain_text("$0.002")
    (entry,) = world.server.get("/v1/journal", kind="adjustment_booked")["entries"]
    assert (entry["body"]["by"], entry["body"]["usd"]) == ("Ada", "0.002")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_an_export_is_delivered_by_somebody_and_not_sent_twice(visit, world, tmp_path_factory):
    page = visit(f"/chargeback/{LAST}")
    page.get_by_role("button", name="Export").click()
    page.get_by_role("dialog").get_by_role("button", name="Export").click()
    for said in ("files sent", "were there already"):
        page.get_by_role("button", name="Deliver it").click()
        box = page.get_by_role("dialog")
        expect(box).to_contain_text("the figures are not final")
        box.get_by_label("Who delivers it").fill("Ada")
        box.get_by_role("button", name="Deliver").click()
        expect(page.locator(".work .done")).to_contain_text(said)
    (entry,) = world.server.get("/v1/journal", kind="export_delivered")["entries"]
    assert (entry["body"]["by"], entry["body"]["target"]) == ("Ada", "share")
    expect(page.locator(".work")).to_contain_text("cost_and_usage.csv")
    share = next(tmp_path_factory.getbasetemp().glob("bills*")) / "share"
    assert json.loads(next(share.rglob("latest.json")).read_text())
