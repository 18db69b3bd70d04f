"""What people come for, walked as they walk it: an alert, its trace, a link they were sent, a page without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import settled
from tests.console.workload import EXPLAINING, HOSTILE, ORPHAN, UNPRICED, World

TRACE = f"/requests/{World.trace(EXPLAINING)}"


def rows(page: Page):
    return page.locator("main tbody tr")


def test_from_a_firing_alert_to_the_trace_that_explains_it_is_two_clicks(visit):
    page = visit("/")
    alert = page.locator(".alerts li", has_text="answers").first
    expect(alert).to_contain_text("page")
    expect(alert).to_contain_text("burns")
    expect(alert.get_by_role("link", name="What to do")).to_have_attribute("href", re.compile("^/runbooks#"))
    alert.get_by_role("link", name="Requests behind it").click()
    settled(page)
    page.get_by_role("rowheader").first.get_by_role("link").click()
    settled(page)
    assert page.url.endswith(TRACE)
    expect(page.get_by_role("row", name="check answer")).to_contain_text("block")
    expect(page.locator(".span-name")).to_have_text("check answer")  # what failed is shown without another click
    expect(page.get_by_role("row", name="route")).to_contain_text("standard, degraded")


def test_every_figure_of_the_overview_leads_on(visit):
    page = visit("/")
    tiles = page.locator(".tile")
    assert tiles.count() >= 7
    assert all("/" in (link.get_attribute("href") or "") for link in tiles.get_by_role("link").all())
    assert tiles.get_by_role("link").count() == tiles.count()


def test_a_link_shows_what_its_sender_saw(visit):
    page = visit("/requests?status=error&route=answer&sort=duration")
    assert page.get_by_label("Status").input_value() == "error"
    assert page.get_by_label("Route").input_value() == "answer"
    assert rows(page).count() == 7  # two in each of three minutes, and the one that explains them
    expect(page.get_by_role("columnheader", name="Took")).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first).to_contain_text("6.00 s")


def test_filters_live_in_the_address_and_back_goes_back(visit):
    page = visit("/requests")
    page.get_by_label("Tenant").fill("globex")
    page.get_by_label("Tenant").press("Enter")
    page.wait_for_url("**/requests?tenant=globex")
    settled(page)
    assert set(page.locator("tbody td:nth-child(4)").all_inner_texts()) == {"globex"}
    page.get_by_role("button", name="Cost").click()
    page.wait_for_url("**/requests?tenant=globex&sort=cost")
    page.go_back()
    page.go_back()
    page.wait_for_url("**/requests")
    expect(page.get_by_label("Tenant")).to_have_value("")


def test_who_comes_back_stands_on_the_row_they_took(visit):
    page = visit("/requests")
    link = page.locator("tbody a.row").nth(40)
    taken = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{taken}")
    page.go_back()
    row = page.locator(f"tbody a.row[href='{taken}']")
    expect(row).to_be_focused()
    expect(row).to_be_in_viewport()


def test_what_went_wrong_leads_to_all_that_went_wrong_so(visit):
    page = visit("/requests?status=error")
    page.get_by_role("link", name="blocked").first.click()
    page.wait_for_url("**/requests?status=error&error_type=blocked")
    settled(page)
    assert rows(page).count() == 1


def test_a_trace_id_leads_to_its_trace_whatever_the_window(visit):
    page = visit("/requests?window=15m&tenant=nobody")
    page.get_by_label("Trace id").fill(World.trace(EXPLAINING).upper())
    page.get_by_label("Trace id").press("Enter")
    page.wait_for_url(f"**{TRACE}")


def test_pages_go_on_where_the_last_one_ended(visit):
    page = visit("/requests?route=search")
    seen = page.locator("tbody a").evaluate_all("links => links.map((link) => link.href)")
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**cursor=**")
    settled(page)
    following = page.locator("tbody a").evaluate_all("links => links.map((link) => link.href)")
    assert len(seen) == len(following) == 50
    assert not set(seen) & set(following)


def test_without_a_mouse_one_gets_from_the_top_to_a_span(visit):
    page = visit("/requests?sort=cost")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{TRACE}")
    settled(page)
    grid = page.get_by_role("treegrid")
    grid.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".span-name")).to_have_text("route")
    page.keyboard.press("End")
    expect(page.locator(".span-name")).to_have_text("check answer")
    page.wait_for_url(re.compile(r"span=0000000000000007"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(grid.get_by_role("row")).to_have_count(2)  # the head and the root, which is folded
    expect(grid).to_have_attribute("aria-activedescendant", "span-0000000000000001")


def test_a_link_to_a_span_shows_the_span(visit):
    page = visit(f"{TRACE}?span=0000000000000006")
    expect(page.locator(".span-name")).to_have_text("chat answer")
    expect(page.locator(".detail")).to_contain_text("First chunk")
    expect(page.locator(".detail")).to_contain_text("gen_ai.request.model")


def test_a_price_leads_to_the_row_it_comes_from(visit):
    page = visit(TRACE)
    page.get_by_role("link", name="genai-prices/openai/gpt-4o/output/standard").click()
    page.wait_for_url("**/prices/**")
    settled(page)
    expect(page.locator("main")).to_contain_text("0.00001 USD")
    expect(page.locator("main")).to_contain_text("genai-prices 0.2.3")


def test_a_request_without_its_root_and_one_without_a_price_say_so(visit):
    page = visit(f"/requests/{World.trace(ORPHAN)}")
    expect(page.get_by_role("treegrid")).to_contain_text("parent missing")
    page = visit(f"/requests/{World.trace(UNPRICED)}")
    expect(page.get_by_label("Summary")).to_contain_text("unpriced")
    expect(page.get_by_label("Cost lines")).to_contain_text("unpriced")
    assert "$0.00" not in page.locator("main").inner_text()


def test_a_hostile_name_is_shown_as_the_text_it_is(visit):
    page = visit("/requests?route=search")
    expect(rows(page).filter(has_text=HOSTILE).first).to_be_visible()
    page = visit(f"{TRACE}?span=0000000000000005")
    expect(page.locator(".span-name")).to_have_text("look up <order>")
    assert page.locator("main img").count() == 0
    assert page.title().endswith("Burnline")


def test_nothing_found_and_a_question_that_cannot_be_asked_are_said(visit, complaints):
    page = visit("/requests?tenant=nobody")
    expect(page.locator("main")).to_contain_text("No request in this window passes these filters.")
    complaints.forgive("400")
    page = visit("/requests?min_cost_usd=dear")
    expect(page.get_by_role("alert")).to_contain_text("min_cost_usd")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    complaints.forgive("404")
    page = visit(f"/requests/{'9' * 32}", settles=False)
    expect(page.get_by_role("alert")).to_contain_text("retention")


@pytest.mark.parametrize("path", ["/nothing", "/requests/", "/requests/%E0%A4", "/budgets/%ff"])
def test_an_address_that_nobody_has_says_so_and_leads_back(visit, complaints, path):
    complaints.forgive("404")
    page = visit(path)
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.get_by_role("link", name="To the overview", exact=True).click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_the_colours_one_chooses_stay(visit, chosen):
    page = visit("/changes", theme="dark" if chosen == "light" else "light")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_label("Colours").select_option(chosen)
    page.reload()
    settled(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    expect(page.get_by_label("Colours")).to_have_value(chosen)
