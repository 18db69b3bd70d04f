"""Answers that are none: from a proxy, cut off, of another shape; paper; and colours a person needs."""

import pytest
from playwright.sync_api import expect

from tests.console.conftest import settled

PAGE = "<html><h1>Bad gateway</h1></html>"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 502, "content_type": "text/html", "body": PAGE}, "Status 502"),
        ({"status": 200, "content_type": "application/json", "body": '{"rows": [tru'}, "cannot be read"),
        ({"status": 200, "content_type": "application/json", "body": "{}"}, "not what this page expects"),
    ],
)
def test_an_answer_that_is_none_is_said_with_a_remedy_and_a_second_try_mends_it(visit, complaints, answer, said):
    complaints.forgive("502|error: |console: TypeError")
    page = visit("/cost")
    page.route("**/v1/cost?*by=*", lambda route: route.fulfill(**answer))
    page.reload()
    alert = page.get_by_role("region", name="By group", exact=True).get_by_role("alert")
    expect(alert).to_contain_text(said)
    expect(alert).not_to_contain_text("<html>")
    expect(page.locator(".skeleton")).to_have_count(0)
    page.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_have_count(0)
    expect(page.get_by_role("region", name="Cost by team")).to_be_visible()


def test_what_stands_stays_where_a_refresh_cannot_be_read(visit, complaints):
    complaints.forgive("502")
    page = visit("/requests")
    rows = page.locator("tbody tr").count()
    page.route("**/v1/requests?*", lambda route: route.fulfill(status=200, content_type="text/html", body=PAGE))
    expect(page.get_by_role("alert")).to_contain_text("Not refreshed")
    assert page.locator("tbody tr").count() == rows


def test_one_reason_is_told_once_and_one_try_mends_all(visit, complaints):
    complaints.forgive("404|503")
    page = visit("/chargeback/2026-13")
    expect(page.get_by_role("alert")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text("2026-13")
    page.route("**/v1/**", lambda route: route.fulfill(status=503, content_type="text/plain", body="busy"))
    page.goto(page.url.replace("chargeback/2026-13", "cost"))
    expect(page.get_by_text("for the reason above").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(1)
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("for the reason above")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_on_paper_stand_the_figures_and_no_controls(visit):
    page = visit("/cost")
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".filters")).to_be_hidden()
    cut = "(all) => all.filter((one) => one.scrollHeight > one.clientHeight + 1).length"
    assert page.locator(".table:visible").evaluate_all(cut) == 0


def test_charts_keep_their_colours_where_a_person_forces_theirs(visit):
    page = visit("/")
    page.emulate_media(forced_colors="active")
    page.reload()
    settled(page)
    bars = page.get_by_role("img", name="Requests over time").locator(".point path")
    fills = set(bars.evaluate_all("(all) => all.map((one) => getComputedStyle(one).fill)"))
    assert len(fills) == 2
    assert "rgb(0, 0, 0)" not in fills
