"""Budgets of the shared world: what burns, by how much, and which requests made it; hostile names stay names."""

import re

from playwright.sync_api import expect

from tests.console.conftest import settled
from tests.console.workload import HOSTILE


def region(page, name: str):
    return page.get_by_role("region", name=name, exact=True).first


def test_an_objective_that_fires_leads_to_its_windows_history_and_worst_trace(visit):
    page = visit("/budgets")
    row = region(page, "Objectives").locator("tbody tr", has_text="answers")
    expect(row).to_contain_text("firing")
    row.get_by_role("link").click()
    page.wait_for_url("**/budgets/answers")
    settled(page)
    expect(region(page, "Alert windows")).to_contain_text("30 min and 15 min")
    expect(region(page, "Alert windows")).to_contain_text("burns over the factor in both windows")
    expect(page.get_by_role("img", name=re.compile("^Burn of answers against"))).to_be_visible()
    region(page, "What made it burn").locator("tbody").last.get_by_role("link").first.click()
    page.wait_for_url("**/requests/*")
    settled(page)


def test_the_history_says_in_a_table_what_its_charts_show(visit):
    page = visit("/budgets/answers?window=1h")
    page.get_by_text("Show as table").first.click()
    left = region(page, "Error budget left of answers, in percent").locator("tbody tr")
    expect(left).to_have_count(60)  # an hour in minutes
    expect(left.last).to_contain_text("%")


def test_a_budget_that_is_not_there_says_which_are(visit, complaints):
    complaints.forgive("404")
    page = visit("/budgets/nothing")
    expect(page.get_by_role("alert").first).to_contain_text("answers, searches")


def test_a_hostile_name_is_a_name_on_every_level_of_cost(visit):
    page = visit("/cost?by=tenant")
    groups = region(page, "By group")
    groups.get_by_role("link", name=HOSTILE, exact=True).click()
    settled(page)
    expect(page.locator(".trail")).to_contain_text(HOSTILE)
    assert page.locator("main img").count() == 0
    assert page.title() == "Cost · Burnline"
    page.get_by_role("link", name=f"Remove Tenant {HOSTILE}").click()
    expect(page.locator(".trail")).not_to_contain_text(HOSTILE)
