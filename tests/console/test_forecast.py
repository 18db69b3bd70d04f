"""Where spend goes, and what came of a request, as the pages show it."""

import httpx
from playwright.sync_api import expect

from tests.console.conftest import settled
from tests.console.workload import EXPLAINING, World


def test_a_budget_without_history_says_why_it_has_no_forecast(visit):
    page = visit("/budgets")
    expect(page.get_by_role("region", name="Forecast")).to_contain_text("a forecast needs")


def test_the_month_of_a_filter_is_on_the_cost_page(visit):
    page = visit("/cost?tenant=acme")
    expect(page.get_by_role("region", name="This month")).to_contain_text("No forecast")


def test_what_came_of_a_request_is_on_its_page(visit, world):
    told = {"id": "ticket-1", "name": "ticket_solved", "trace_id": World.trace(EXPLAINING)}
    assert httpx.post(f"{world.url}/v1/outcomes", json=told).status_code in {200, 201}
    page = visit(f"/requests/{World.trace(EXPLAINING)}")
    settled(page)
    expect(page.get_by_role("region", name="Outcomes", exact=True)).to_contain_text("ticket_solved")


def test_cheaper_models_are_compared_when_somebody_asks(visit):
    page = visit("/cost")
    settled(page)
    cheaper = page.get_by_role("region", name="Cheaper models", exact=True)
    expect(cheaper).to_contain_text("Not compared yet")
    cheaper.get_by_role("link", name="Compare models").click()
    expect(cheaper).not_to_contain_text("Not compared yet")
    expect(cheaper).to_contain_text("cheaper model")
