"""Names that people and machines give: long, turned around, made of markup; and amounts that are very small."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.analytics.derive.house import Sent, body, call
from tests.console.conftest import PHONE, WIDE, settled
from tests.console.workload import S, World
from tests.flow.conftest import Servers

LONG = "a" * 300
TURNED = "invoice\u202efdp.exe"
"""Shown as it is, it would read invoiceexe.pdf."""
NAMES = (LONG, TURNED, "مستأجر", "with space & <b>/?#%", "acme")
PATHS = ("/", "/requests", "/cost?by=tenant", "/changes", "/routing", "/budgets", f"/requests/{1:032x}")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A request of each name; the odd ones cost less than a cent together, one of the plain name has no price."""
    servers = Servers(tmp_path_factory.mktemp("names"))
    try:
        server = servers(config={"derive": {"settle": "1s"}})
        began_ns = time.time_ns() - 300 * S
        spans = [span for i, name in enumerate(NAMES) for span in _request(1 + i, began_ns + i * S, name)]
        spans += _request(1 + len(NAMES), began_ns, "acme", model="nobody-knows-this-model")
        assert server.send(body(spans)).status_code == 200
        server.until(lambda: server.get("/v1/cost")["totals"]["requests"] == 1 + len(NAMES), 20)
        yield World(server, began_ns)
    finally:
        servers.end()


def _request(number: int, at_ns: int, name: str, model: str = "gpt-4o") -> list[Sent]:
    who = {f"burnline.{word}": name for word in ("tenant", "team", "route", "feature")}
    root = Sent(trace=number, span=1, kind="request", name=name, start_at_ns=at_ns, duration_s=3.0, says=who)
    return [root, call(trace=number, span=2, parent=1, model=model, tokens=(100, 10), start_at_ns=at_ns, says=who)]


@pytest.mark.parametrize("path", PATHS)
def test_a_long_name_pushes_nothing_out_of_the_page(visit, path, shots):
    page = visit(path)
    shots(page, f"names{path.replace('/', '-').replace('?', '-')}")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE[0]
    wider = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.ariaLabel)"
    assert page.locator(".table:visible").evaluate_all(wider) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_name_that_is_cut_is_whole_in_its_title(visit):
    page = visit("/cost?by=tenant")
    expect(page.locator(f'tbody .word[title="{LONG}"]').first).to_be_visible()


def test_signs_that_turn_a_text_around_are_written_out(visit):
    page = visit("/requests")
    expect(page.locator("tbody", has_text="invoice\u2039U+202E\u203afdp.exe")).to_be_visible()
    expect(page.locator("tbody", has_text=TURNED)).to_have_count(0)


def ticks(page: Page, chart: str) -> list[str]:
    """What stands at the axis of a chart."""
    return page.get_by_role("img", name=chart).locator(".ytick text").all_text_contents()


def test_an_axis_of_money_is_in_dollars_and_one_of_requests_in_whole_ones(visit):
    page = visit("/cost?by=tenant")
    said = ticks(page, "Cost per step of time")
    assert said[-1].startswith("$0.00")
    assert len(set(said)) == len(said)
    assert not [one for one in said if one.endswith(("m", "µ", "e"))]
    page = visit("/")
    settled(page)
    assert all(one.isdigit() for one in ticks(page, "Requests over time"))
    assert all(one.endswith(" s") for one in ticks(page, "Latency over time"))


def test_a_legend_leaves_room_for_its_chart(visit):
    page = visit("/cost?by=tenant")
    chart = page.get_by_role("img", name="Cost per step of time")
    legend, whole = chart.locator(".legend").bounding_box(), chart.bounding_box()
    assert legend["height"] < whole["height"] / 3
    assert max(len(one) for one in chart.locator(".legendtext").all_text_contents()) <= 24


def test_amounts_stand_below_each_other_whatever_is_said_beside_them(visit):
    page = visit("/cost?by=tenant")
    amounts = page.locator("[aria-label='Cost by tenant'] tbody td:nth-child(3) .money")
    ends = amounts.evaluate_all("(all) => all.map((one) => Math.round(one.getBoundingClientRect().right))")
    assert len(ends) > 1
    assert len(set(ends)) == 1
